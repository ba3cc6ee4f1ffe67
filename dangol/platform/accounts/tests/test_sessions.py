"""Sessions are listed in plain words, end when they should, and cost nothing to watch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.entry.sessions import change_limits, device, end_sessions, is_phone, sessions_of
from dangol.platform.accounts.models import Session
from dangol.platform.accounts.tests.doors import signed_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36":
        ("Chrome 126, Windows", False),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
    " Edg/126.0": ("Edge 126, Windows", False),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1": ("Safari 17, iPhone", True),
    "Mozilla/5.0 (Linux; Android 14; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0"
    " Chrome/121.0 Mobile Safari/537.36": ("Samsung Internet 25, Android", True),
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0": ("Firefox 127, Linux", False),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4"
    " Safari/605.1.15": ("Safari 17, macOS", False),
    "": ("Unknown device", False),
}  # fmt: skip


@pytest.mark.parametrize("agent", AGENTS)
def test_a_device_is_named_in_plain_words(agent: str) -> None:
    assert (device(agent), is_phone(agent)) == AGENTS[agent]


def test_one_sees_ones_own_sessions_and_ends_one_or_all_others(cast: Cast) -> None:
    here, there, third = (signed_in(cast.owner) for _n in range(3))
    page = here.get("/me/sessions", headers={"user-agent": next(iter(AGENTS))}).content.decode()
    assert page.count('name="session"') == 2
    other = next(one for one in sessions_of(cast.owner) if one.number in page)
    here.post("/me/sessions", {"session": other.number})
    assert Session.objects.filter(user=cast.owner).count() == 2
    here.post("/me/sessions", {"others": "1"})
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == third.get("/me").status_code == 302


def test_nobody_ends_sessions_of_others_without_the_right(cast: Cast) -> None:
    signed_in(cast.admin)
    (theirs,) = sessions_of(cast.admin)
    mine = signed_in(cast.owner)
    mine.post("/me/sessions", {"session": theirs.number})
    assert Session.objects.filter(user=cast.admin).count() == 1
    with pytest.raises(Forbidden):
        end_sessions(actor=cast.actor("owner"), user=cast.admin)
    assert end_sessions(actor=cast.actor("admin"), user=cast.owner) == 1


@pytest.mark.parametrize("number", ["%", "_" * 16, "0" * 15, "x' OR '1'='1", ""])
def test_the_number_of_a_session_is_no_pattern(cast: Cast, number: str) -> None:
    here = signed_in(cast.owner)
    signed_in(cast.owner)
    here.post("/me/sessions", {"session": number})
    assert Session.objects.filter(user=cast.owner).count() == 2


def test_being_seen_is_written_every_few_minutes_only(cast: Cast) -> None:
    client = signed_in(cast.owner)
    client.get("/me/sessions")
    with CaptureQueriesContext(connection) as queries:
        client.get("/me/sessions")
    assert not [q for q in queries if "UPDATE" in q["sql"] and "accounts_session" in q["sql"]]
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    client.get("/me/sessions")
    assert timezone.now() - Session.objects.get().seen_at < timedelta(seconds=30)


def test_a_session_ends_when_idle_and_in_any_case_after_its_hours(cast: Cast) -> None:
    admin = cast.actor("admin")
    change_limits(actor=admin, values={"idle_minutes": "30", "session_hours": "2"})
    client = signed_in(cast.owner)
    Session.objects.update(signed_in_at=timezone.now() - timedelta(minutes=110),
                           seen_at=timezone.now() - timedelta(minutes=10))  # fmt: skip
    assert client.get("/me").status_code == 200
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=9) < left < timedelta(minutes=11)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/me").status_code == 302


def test_shorter_limits_hold_for_open_sessions(cast: Cast) -> None:
    client = signed_in(cast.owner)
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    answer = signed_in(cast.admin).post("/setup/staff/sign-in", {"idle_minutes": "5", "session_hours": "8"})
    assert answer.status_code == 302
    assert client.get("/me").status_code == 302


@pytest.mark.parametrize("values", [{"idle_minutes": "0"}, {"session_hours": "2161"}, {"idle_minutes": "½"},
                                    {"idle_minutes": "-5"}, {"session_hours": ""}])  # fmt: skip
def test_limits_that_make_no_sense_are_refused_by_field(cast: Cast, values: dict[str, str]) -> None:
    sent = {"idle_minutes": "720", "session_hours": "336", **values}
    answer = signed_in(cast.admin).post("/setup/staff/sign-in", sent)
    assert (answer.status_code, list(answer.context["errors"])) == (422, list(values))


def test_signing_out_leaves_no_session_behind(cast: Cast) -> None:
    client: Client = signed_in(cast.owner)
    client.post("/logout")
    assert not Session.objects.filter(user=cast.owner).exists()
