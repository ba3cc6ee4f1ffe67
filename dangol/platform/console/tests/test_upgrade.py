"""Upgrading the data of an earlier commit, made by that commit's own code; killed in the middle; failing; too late."""

from __future__ import annotations

import http.client
import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from dangol.platform.console.tests.running import DANGOL, answer_of, dangol, started
from dangol.platform.db.embedded import ensure_database
from dangol.platform.db.home import Home
from dangol.platform.db.processes import wait_until
from dangol.platform.db.tests.users_of_database import environment, query

ROOT = Path(__file__).resolve().parents[4]
EARLIER = ("bbf8cf2", "HEAD~40", "HEAD~1")
TABLES = ("customers_person", "customers_company", "purchases_order", "purchases_line", "event", "consent_record")
EMAIL, PASSWORD = "admin@hwaro.test", "hwaro-coffee"


@dataclass(frozen=True)
class Old:
    """A home with the demo company, made by the code of an earlier commit, and how many rows it holds."""

    home: Home
    counts: dict[str, int]


def counts(home: Home) -> dict[str, int]:
    with ensure_database(home):
        return {table: query(home, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def earlier_code(folder: Path) -> Path:
    """The house as it stood at an earlier commit; skips where there is no history to take it from."""
    for commit in EARLIER:
        packed = subprocess.run(["git", "archive", commit, "dangol"], cwd=ROOT, capture_output=True, check=False)
        if packed.returncode == 0:
            with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
                tar.extractall(folder, filter="data")
            return folder
    pytest.skip("needs the history of the repository (git clone without --depth)")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Old:
    folder = tmp_path_factory.mktemp("earlier")
    code = earlier_code(folder / "code")
    home = Home(folder / "home")
    done = subprocess.run(
        [*DANGOL, "demo", "load", "--json"], cwd=code, env=environment(home, PYTHONPATH=str(code)),
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Old(home, counts(home))


@pytest.fixture
def mine(old: Old, tmp_path: Path) -> Home:
    """The same home, to upgrade."""
    shutil.copytree(old.home.root, tmp_path / "home", ignore=shutil.ignore_patterns("run"))
    return Home(tmp_path / "home").ensure()


class Browser:
    """A signed-in visitor, without a browser."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies = port, {}

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def sign_in(self) -> int:
        self.get("/login")
        form = {"csrfmiddlewaretoken": self._cookies["csrftoken"], "email": EMAIL, "password": PASSWORD}
        return self._ask("POST", "/login", urlencode(form))[0]

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)
        answer = line.getresponse()
        for value in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read().decode(errors="replace")


@pytest.mark.slow
def test_data_of_an_earlier_commit_come_over_whole_and_work(old: Old, mine: Home) -> None:
    done = dangol(mine, "upgrade", "--json")
    said = answer_of(done)
    assert done.returncode == 0, said
    assert said["changes"], "nothing had changed since the earlier commit"
    assert {"backup", "tables", "roles", "search", "lake"} <= {step["step"] for step in said["steps"]}
    assert Path(said["backup"]).is_file()
    assert not (mine.root / "upgrade.json").exists()
    after = counts(mine)
    assert {t: after[t] for t in TABLES if t != "event"} == {t: old.counts[t] for t in TABLES if t != "event"}
    assert after["event"] >= old.counts["event"]
    assert answer_of(dangol(mine, "upgrade", "--json"))["changes"] == []
    with started(mine) as running:
        visitor = Browser(running.port)
        assert visitor.sign_in() == 302
        assert visitor.get("/people")[0] == 200
        with ensure_database(mine):
            name = query(mine, "SELECT name FROM customers_person ORDER BY id DESC LIMIT 1")[0][0]
        status, found = visitor.get(f"/people?{urlencode({'q': name})}")
        assert status == 200
        assert name in found
        assert visitor.get("/console/health")[0] == 200
        assert json.loads(visitor.get("/readyz")[1])["migrations"] == "done"
        again = answer_of(dangol(mine, "upgrade", "--rebuild", "lake", "--json"))
    assert again["was_running"] is True
    assert again["steps"][-1]["result"]["person"] == old.counts["customers_person"]
    _refuses_later(mine)


@pytest.mark.slow
def test_new_code_that_is_started_on_old_data_saves_them_first(old: Old, mine: Home) -> None:
    refused = dangol(mine, "jobs", "list", "--json")
    assert refused.returncode == 1
    assert "earlier version" in answer_of(refused)["error"]
    assert "dangol upgrade" in answer_of(refused)["what_to_do"]
    with started(mine) as running:
        assert running.health()[0] == 200
        assert "Saving everything" in running.said
    backups = list((mine.root / "backups").glob("before-upgrade-*.tar.gz"))
    assert len(backups) == 1
    assert not (mine.root / "upgrade.json").exists()
    after = counts(mine)
    assert {t: after[t] for t in TABLES if t != "event"} == {t: old.counts[t] for t in TABLES if t != "event"}
    with started(mine) as running:
        assert "Saving everything" not in running.said, "once is enough"


@pytest.mark.slow
def test_an_upgrade_that_is_killed_goes_on_where_it_stood(old: Old, mine: Home) -> None:
    note = mine.root / "upgrade.json"
    with upgrading(mine) as process:
        wait_until(lambda: (mine.root / "backups").exists() or process.poll() is not None, 90, pause=0.001)
    assert not note.exists(), "there is nothing to go on with before the backup is whole"
    with upgrading(mine) as process:
        wait_until(lambda: note.exists() or process.poll() is not None, 90, pause=0.001)
        wait_until(lambda: process.poll() is not None, 0.4)
    noted = json.loads(note.read_text())
    said = answer_of(dangol(mine, "upgrade", "--json"))
    assert "error" not in said
    assert said["backup"] == noted["backup"], "a half-changed database must not become the way back"
    after = counts(mine)
    assert {t: after[t] for t in TABLES if t != "event"} == {t: old.counts[t] for t in TABLES if t != "event"}
    assert not note.exists()


@pytest.mark.slow
def test_an_upgrade_that_fails_puts_everything_back(old: Old, mine: Home) -> None:
    with ensure_database(mine):
        query(mine, "CREATE TABLE jobs_failure (mine int); INSERT INTO jobs_failure VALUES (7)", alias="owner")
        before = query(mine, "SELECT count(*) FROM django_migrations")
    (mine.files / "contract.txt").write_text("signed")
    done = dangol(mine, "upgrade", "--json")
    said = answer_of(done)
    assert done.returncode == 1
    assert "as it was before" in said["error"]
    assert "already exists" in said["error"]
    assert not (mine.root / "upgrade.json").exists()
    with ensure_database(mine):
        assert query(mine, "SELECT count(*) FROM django_migrations") == before
        assert query(mine, "SELECT mine FROM jobs_failure") == [(7,)]
    assert (mine.files / "contract.txt").read_text() == "signed"
    assert counts(mine) == old.counts


def _refuses_later(home: Home) -> None:
    """Data that a later version has changed are left alone, by every command."""
    with ensure_database(home):
        later = "INSERT INTO django_migrations (app, name, applied) VALUES ('events', '9999_later', now())"
        query(home, later, alias="owner")
    for command in ("upgrade", "analyze"):
        done = dangol(home, command, "--json")
        assert done.returncode == 1
        said = answer_of(done)
        assert "later version" in said["error"]
        assert "events.9999_later" in said["error"]


@contextmanager
def upgrading(home: Home) -> Iterator[subprocess.Popen[Any]]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "dangol.config.cli", "upgrade"],
        env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
