"""`dangol jobs`, `staff` and `doctor`: what they answer, in JSON and in sentences, and their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dangol.config.cli import GROUPS
from dangol.platform.accounts.models import User
from dangol.platform.console import checks
from dangol.platform.console.main import GroupHelp, run
from dangol.platform.console.tests.running import answer_of, dangol
from dangol.platform.db.embedded import ensure_database
from dangol.platform.db.home import Home
from dangol.platform.events.models import EventRecord
from dangol.platform.jobs import queue
from dangol.platform.jobs.models import JobFailure
from dangol.platform.jobs.tests.test_queue import put
from tests.cast import Cast

Said = tuple[int, str, str]
Command = Callable[..., Said]


@pytest.fixture
def command(db: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line on the test's database; returns exit code, standard output and standard error."""
    for place in ("commands", "staff"):
        monkeypatch.setattr(f"dangol.platform.console.{place}.session", nullcontext)
    monkeypatch.setattr("dangol.platform.console.doctor.ensure_database", lambda *_: nullcontext())
    monkeypatch.setattr("dangol.platform.console.session.set_up_django", lambda _home: None)
    groups = {name: GroupHelp(*text) for name, text in GROUPS.items()}

    def typed(*words: str) -> Said:
        capfd.readouterr()
        code = run(groups, list(words))
        return code, *capfd.readouterr()

    return typed


def told(said: Said) -> dict[str, Any]:
    """The one JSON object on standard output."""
    found = json.loads(said[1])
    assert isinstance(found, dict)
    return found


def test_jobs_are_listed_with_why_they_failed_and_without_secrets(command: Command) -> None:
    dead = put(args=json.dumps({"order_id": 7, "password": "hunter2"}))
    why = "The till does not answer."
    JobFailure.objects.create(job_id=dead, task="test.poison", attempt=7, error="NoTill", sentence=why)
    put(status="todo", attempts=0)
    said = command("jobs", "list", "--json")
    found = told(said)
    assert (said[0], found["state"], found["next"]) == (0, "dead", None)
    assert [(j["id"], j["task"], j["why"]) for j in found["jobs"]] == [
        (dead, "test.poison", "The till does not answer.")
    ]
    assert {q["name"]: q["dead"] for q in found["queues"]}["test"] == 1
    assert "hunter2" not in said[1]
    assert why in " ".join(command("jobs", "list")[1].split())
    assert [j["state"] for j in told(command("jobs", "list", "--state", "waiting", "--json"))["jobs"]] == ["todo"]
    assert told(command("jobs", "list", "--task", "test.other", "--json"))["jobs"] == []
    assert told(command("jobs", "list", "--after", str(dead), "--json"))["jobs"] == []


def test_an_empty_queue_is_told_in_both_languages(command: Command) -> None:
    assert command("jobs", "list")[:2] == (0, "There is none · 없어요.\n")


def test_dead_letters_run_again_one_by_one_or_all_of_a_kind(command: Command) -> None:
    one, *rest = [put() for _ in range(3)]
    assert told(command("jobs", "retry", str(one), "--json")) == {"count": 1}
    assert queue.job(one).state == "todo"
    assert command("jobs", "retry", "--task", "test.poison")[:2] == (0, "2 job(s) run again.\n")
    assert {queue.job(n).state for n in rest} == {"todo"}
    events = EventRecord.objects.filter(name="console.jobs_retried").values_list("source", "payload__count")
    assert sorted(events) == [("command line", 1), ("command line", 2)]


def test_jobs_are_cancelled(command: Command) -> None:
    one = put(status="todo", attempts=0)
    assert told(command("jobs", "cancel", str(one), "--json")) == {"count": 1}
    assert queue.job(one).state == "cancelled"
    assert command("jobs", "cancel", "--task", "test.poison")[:2] == (0, "0 job(s) were cancelled.\n")


@pytest.mark.parametrize(
    ("words", "error", "help_offered"),
    [
        (("jobs", "list", "--state", "lost"), "There is no state 'lost'", "dead, failing"),
        (("jobs", "retry"), "Name one job", "dangol jobs list"),
        (("jobs", "cancel", "1", "--task", "x"), "Name one job", "dangol jobs list"),
        (("jobs", "retry", "999999999"), "nothing was done", "dangol jobs list"),
        (("jobs", "cancel", "99999999999999999999"), "nothing was done", "dangol jobs list"),
        (("staff", "link", "nobody@firm.test"), "Nobody signs in as nobody@firm.test", "owner@firm.test"),
        (("staff", "reset-second-step", "nobody@firm.test"), "Nobody signs in", "owner@firm.test"),
        (("staff", "add", "not an address"), "", "another address"),
        (("staff", "add", "a@firm.test", "--role", "king"), "There is no role 'king'", "administrator"),
        (("staff", "add", "owner@firm.test"), "", "another address"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_what_to_do(
    cast: Cast, command: Command, words: tuple[str, ...], error: str, help_offered: str
) -> None:
    said = command(*words, "--json")
    found = told(said)
    assert (said[0], set(found)) == (1, {"error", "what_to_do"})
    assert error in found["error"]
    assert found["error"]
    assert help_offered in found["what_to_do"]
    code, out, err = command(*words)
    assert (code, out) == (1, "")
    assert found["error"] in err
    assert "Traceback" not in err


def test_a_link_signs_in_once(cast: Cast, command: Command) -> None:
    said = command("staff", "link", " Owner@firm.test ", "--json")
    found = told(said)
    assert (said[0], set(found)) == (0, {"email", "link"})
    path = "/" + found["link"].split("/", 3)[3]
    browser = Client()
    page = browser.get(path)
    assert page.status_code == 200, "looking is not using"
    assert browser.post(path).status_code == 302
    assert browser.get("/people").status_code == 200
    assert Client().post(path).status_code != 302
    assert EventRecord.objects.filter(subject="user", subject_id=cast.owner.pk, source="command line").exists()


def test_who_has_left_gets_no_link(cast: Cast, command: Command) -> None:
    User.objects.filter(pk=cast.mate.pk).update(is_active=False)
    said = command("staff", "link", "mate@firm.test", "--json")
    assert said[0] == 1
    assert "has left" in told(said)["error"]


def test_a_second_step_is_taken_away(cast: Cast, command: Command) -> None:
    User.objects.filter(pk=cast.owner.pk).update(totp_since=timezone.now())
    assert told(command("staff", "reset-second-step", "owner@firm.test", "--json")) == {
        "email": "owner@firm.test", "was_on": True,
    }  # fmt: skip
    assert User.objects.get(pk=cast.owner.pk).totp_since is None
    code, out, _err = command("staff", "reset-second-step", "owner@firm.test")
    assert (code, out) == (0, "owner@firm.test had no second step.\n")


@pytest.mark.parametrize(("state", "code"), [("good", 0), ("warn", 0), ("unknown", 0), ("bad", 1)])
def test_the_doctors_exit_code_is_1_only_when_something_is_bad(
    command: Command, monkeypatch: pytest.MonkeyPatch, state: Any, code: int
) -> None:
    looked = checks.Check("roof", "Roof", lambda: checks.Finding(state, "It rains in.", "Mend it."))
    monkeypatch.setattr(checks, "OWN", (looked,))
    monkeypatch.setattr(checks, "_checks", {})
    said = command("doctor", "--json")
    assert said[0] == code
    assert told(said) == {
        "state": state,
        "checks": [{"name": "roof", "state": state, "sentence": "It rains in.", "what_to_do": "Mend it."}],
    }
    code_for_people, out, _err = command("doctor")
    assert (code_for_people, "It rains in." in out, "Mend it." in out) == (code, True, True)


def test_the_doctor_says_what_to_do_wherever_it_is_not_well(command: Command) -> None:
    code, out, _err = command("doctor", "--json")
    found = json.loads(out)
    assert (code, found["state"]) == (1, "bad"), "no worker runs beside a test"
    assert len(found["checks"]) >= 13
    for one in found["checks"]:
        assert one["sentence"], one
        assert one["what_to_do"] or one["state"] == "good", one


@contextmanager
def kept_up(home: Home) -> Iterator[None]:
    with ensure_database(home):
        yield


@pytest.mark.slow
def test_they_work_on_an_installation_as_typed_in_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = Home(tmp_path / "home")
    with kept_up(home):
        assert dangol(home, "staff", "add", "kim@shop.test").returncode == 0
        link = dangol(home, "staff", "link", "kim@shop.test", "--json")
        assert (link.returncode, set(answer_of(link))) == (0, {"email", "link"})
        assert answer_of(dangol(home, "jobs", "list", "--json"))["jobs"] == []
        doctor = dangol(home, "doctor", "--json")
        assert (doctor.returncode, answer_of(doctor)["state"]) == (1, "bad")
