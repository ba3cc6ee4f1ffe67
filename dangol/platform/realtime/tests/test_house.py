"""Listening in a house as it runs: its database may fall, and Ctrl-C does not wait for open pages."""

from __future__ import annotations

import http.client
import re
import signal
from pathlib import Path
from urllib.parse import urlencode

import pytest

from dangol.platform.console.tests.running import Running, answer_of, dangol, started
from dangol.platform.db.home import Home
from dangol.platform.db.processes import postmaster_of, wait_until
from dangol.platform.db.tests.users_of_database import query, server_of

pytestmark = pytest.mark.slow
TOLD = (
    "INSERT INTO event (id, name, subject, subject_id, actor_kind, actor_name, reason, source, request_id, version,"
    " changes, payload) VALUES (gen_random_uuid(), 't.t', 'person', 1, 'system', '', '', 'test', '', 1, '{}', '{}')"
)


def signed_in(running: Running, email: str, password: str) -> str:
    """The cookies of somebody who signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    connection.request("GET", "/login")
    page = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    cookies = "; ".join(value.split(";")[0] for name, value in page.getheaders() if name == "Set-Cookie")
    assert token is not None
    body = urlencode({"email": email, "password": password, "csrfmiddlewaretoken": token.group(1)})
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded",
               "Origin": f"http://127.0.0.1:{running.port}"}  # fmt: skip
    connection.request("POST", "/login", body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 302, answer.status
    return "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie")


def stream(running: Running, cookies: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=90)
    connection.request("GET", "/_live?t=person:1", headers={"Cookie": cookies})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Content-Type")) == (200, "text/event-stream")
    assert answer.getheader("X-Accel-Buffering") == "no"
    return answer


def hears(answer: http.client.HTTPResponse) -> bool:
    """Whether the stream says that the record changed; False when it ends before."""
    return any(line.startswith(b"event: changed") for line in answer)


def test_a_page_hears_again_after_the_database_fell_and_holds_up_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = Home(tmp_path / "home")
    with started(home, DANGOL_WEB_PROCESSES="1") as running:
        told = answer_of(dangol(home, "staff", "add", "kim@shop.test", "--json"))
        query(home, "INSERT INTO customers_person (id, name) VALUES (1, 'Kim')")
        page = stream(running, signed_in(running, "kim@shop.test", told["password"]))
        assert hears(page), "the first word: what came before is not known"
        query(home, TOLD)
        assert hears(page)
        fallen = server_of(home)
        fallen.kill()
        assert wait_until(lambda: postmaster_of(home.pg) not in (None, fallen.pid), 120)
        assert hears(page), "it listens again, and says that something may have been missed"
        query(home, TOLD)
        assert hears(page)
        assert running.end(signal.SIGINT) == 0
        assert not hears(page), "the stream was ended, not cut"
        assert "Cancel" not in (home.log / "web.log").read_text()
