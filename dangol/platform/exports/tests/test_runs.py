"""Files made in the background: who gets them, what happens to rights meanwhile, stops, kills, and the end of days."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.core.customers.people.models import Person
from dangol.platform.accounts.models import Role, User
from dangol.platform.db.home import Home
from dangol.platform.events.models import EventRecord
from dangol.platform.exports import folder, making, queries, rules, services, views
from dangol.platform.exports.models import ExportRun
from dangol.platform.exports.running import carry_out
from dangol.platform.jobs.models import Progress
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast: Cast, tmp_path: Path, monkeypatch: Any) -> list[Person]:
    """Six people of the owner, one of the stranger; the files lie in a home of the test's own."""
    monkeypatch.setattr(settings, "HOME", Home(tmp_path / "home").ensure())
    monkeypatch.setattr(making, "CHUNK", 2)
    rows = [*((f"P{n}", cast.owner) for n in range(6)), ("Strange", cast.stranger)]
    return [Person.plain.create(name=name, phone="+82101234567", owner=owner) for name, owner in rows]


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def ordered(cast: Cast, who: str = "admin", **asked: str) -> ExportRun:
    answer = browser(cast, who).post(
        "/people/export", {"columns": "name,phone,owner", "later": "1", "sort": "name", **asked}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/exports")
    return ExportRun.objects.order_by("-created_at")[0]


def made(cast: Cast, who: str = "admin", **asked: str) -> ExportRun:
    run = ordered(cast, who, **asked)
    carry_out(run.pk)
    run.refresh_from_db()
    return run


def fetched(cast: Cast, run: ExportRun, who: str = "admin") -> Any:
    return browser(cast, who).get(f"/exports/{run.pk}/file")


def test_a_file_is_made_waits_and_is_fetched(cast: Cast, people: list[Person]) -> None:
    run = made(cast)
    assert (run.state, run.rows, run.columns) == ("done", 7, ["name", "phone", "owner"])
    answer = fetched(cast, run)
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [r[0] for r in rows] == ["Name", *(f"P{n}" for n in range(6)), "Strange"]
    assert answer["Content-Length"] == str(run.size)
    assert answer["Cache-Control"] == "no-store"
    names = list(EventRecord.objects.filter(name__contains="export").order_by("id").values_list("name", flat=True))
    assert names == ["person.exported", "export.made", "export.downloaded"]
    told = EventRecord.objects.get(name="export.downloaded")
    assert (told.actor_name, told.payload["sha256"], told.payload["address"]) == ("Admin", run.sha256, "127.0.0.1")
    assert EventRecord.objects.get(name="person.exported").payload["address"] == "127.0.0.1"


def test_nobody_else_gets_it(cast: Cast, people: list[Person]) -> None:
    run = made(cast, "owner")
    for who in ("admin", "mate", "manager"):
        assert fetched(cast, run, who).status_code == 404
        client = browser(cast, who)
        assert client.post(f"/exports/{run.pk}/remove").status_code == 404
        assert client.post(f"/exports/{run.pk}/stop").status_code == 404
        assert str(run.pk) not in client.get("/exports").content.decode()
    assert Client().get(f"/exports/{run.pk}/file").status_code == 302
    assert fetched(cast, run, "owner").status_code == 200


def test_rows_are_judged_when_they_are_written(cast: Cast, people: list[Person]) -> None:
    run = ordered(cast, "owner")
    Person.plain.filter(name__in=["P4", "P5"]).update(owner=cast.stranger)
    carry_out(run.pk)
    assert b"".join(fetched(cast, run, "owner").streaming_content).decode().count("P") == 1 + 4  # phone's head, rows


def test_rights_lost_in_the_middle_end_it(cast: Cast, people: list[Person], monkeypatch: Any) -> None:
    run, real = ordered(cast, "owner"), making.rows_of

    def lose_rights(*args: Any) -> Any:
        Role.objects.filter(name="scope-own").update(grants={"person": {"see": "own"}})
        return real(*args)

    monkeypatch.setattr(making, "rows_of", lose_rights)
    carry_out(run.pk)
    run.refresh_from_db()
    assert (run.state, run.message) == ("failed", "You may no longer export these records.")
    assert not folder.path_of(run.pk).exists()
    assert list(folder.folder().iterdir()) == []


@pytest.mark.parametrize(
    "loss", [{"grants": {"person": {"see": "own"}}}, {"grants": {}}, {"fields": {"person": {"phone": "hidden"}}}]
)
def test_rights_lost_afterwards_keep_the_file_in(cast: Cast, people: list[Person], loss: Any) -> None:
    run = made(cast, "owner")
    Role.objects.filter(name="scope-own").update(**loss)
    assert fetched(cast, run, "owner").status_code == 403
    assert not EventRecord.objects.filter(name="export.downloaded").exists()


def test_who_has_left_gets_no_file(cast: Cast, people: list[Person]) -> None:
    run = ordered(cast, "owner")
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    carry_out(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "no longer sign in" in run.message


def test_a_stop_leaves_nothing(cast: Cast, people: list[Person]) -> None:
    run = ordered(cast)
    assert browser(cast, "admin").post(f"/exports/{run.pk}/stop").status_code == 302
    carry_out(run.pk)
    run.refresh_from_db()
    assert run.state == "stopped"
    other = ordered(cast)
    Progress.objects.filter(pk=other.progress_id).update(stop_asked=True)
    carry_out(other.pk)
    other.refresh_from_db()
    assert (other.state, list(folder.folder().iterdir())) == ("stopped", [])


def test_a_killed_run_begins_again_and_half_a_file_is_never_handed_out(cast: Cast, people: list[Person]) -> None:
    run = ordered(cast)
    ExportRun.objects.filter(pk=run.pk).update(state="running")
    work = folder.folder() / f"{run.pk.hex}.work"
    work.mkdir()
    (work / "file").write_bytes(b"half")
    assert fetched(cast, run).status_code == 404
    carry_out(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows) == ("done", 7)
    assert [p.name for p in folder.folder().iterdir()] == [run.pk.hex]
    carry_out(run.pk)  # taken up once more although it is done
    assert EventRecord.objects.filter(name="export.made").count() == 1


def test_days_end(cast: Cast, people: list[Person]) -> None:
    run, kept = made(cast), made(cast)
    ExportRun.objects.filter(pk=run.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    stray = folder.folder() / "deadbeef.work"
    stray.mkdir()
    assert services.remove_expired() == 1
    assert stray.exists()  # young: it may be somebody's work
    run.refresh_from_db()
    assert run.state == "removed"
    assert fetched(cast, run).status_code == 404
    assert fetched(cast, kept).status_code == 200
    assert kept.expires_at is not None
    assert kept.expires_at - timezone.now() > rules.KEPT - timedelta(minutes=5)


def test_large_lists_are_made_in_the_background_unasked(cast: Cast, people: list[Person], monkeypatch: Any) -> None:
    monkeypatch.setattr(views, "LARGE", 6)
    client = browser(cast, "admin")
    assert client.post("/people/export", {"columns": "name"}).status_code == 302
    assert client.post("/people/export", {"columns": "name", "now": "1"}).status_code == 200
    monkeypatch.setattr(views, "LARGE", 7)
    assert client.post("/people/export", {"columns": "name"}).status_code == 200
    monkeypatch.setattr(views, "SMALL", 6)
    assert client.post("/people/export", {"columns": "name", "format": "xlsx", "now": "1"}).status_code == 302


def test_five_at_once_and_no_more(cast: Cast, people: list[Person]) -> None:
    for _ in range(rules.MOST_AT_ONCE):
        ordered(cast)
    answer = browser(cast, "admin").post("/people/export", {"later": "1"})
    assert answer.status_code == 429
    assert "5 files are being made" in answer.content.decode()
    ordered(cast, "owner")


def test_the_sidebar_tells_that_a_file_is_ready(cast: Cast, people: list[Person]) -> None:
    client = browser(cast, "admin")
    assert 'href="/exports"' not in client.get("/people").content.decode()
    made(cast)
    shown = client.get("/people").content.decode()
    assert '<span class="word">My exports</span><span class="count">1</span>' in shown
    page = client.get("/exports").content.decode()
    assert "Download" in page
    assert '<span class="word">My exports</span><span class="count">' not in client.get("/people").content.decode()


def test_who_looks_through_anothers_eyes_sees_and_tells_nothing(cast: Cast, people: list[Person]) -> None:
    made(cast)
    through = replace(cast.actor("admin"), viewed_by=cast.owner.pk)
    services.mark_seen(actor=through)
    assert ExportRun.objects.get().seen_at is None
    assert queries.runs_of(through) == []
    assert queries.run_for(through, ExportRun.objects.get().pk) is None


def test_the_page_of_a_run_under_way_and_of_a_failed_one(cast: Cast, people: list[Person]) -> None:
    run = ordered(cast)
    client = browser(cast, "admin")
    shown = client.get("/exports").content.decode()
    assert "Waiting for a worker" in shown
    assert f"/exports/{run.pk}/stop" in shown
    part = client.get("/exports?part=1", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="files"')
    services.end(run=run, state="failed", message="The disk is full.")
    assert "The disk is full." in client.get("/exports").content.decode()
    client.post(f"/exports/{run.pk}/remove")
    assert not ExportRun.objects.exists()


def test_more_rows_cost_so_many_queries_a_chunk_and_no_more(cast: Cast, people: list[Person], monkeypatch: Any) -> None:
    monkeypatch.setattr(making, "CHUNK", 100)
    costs = []
    for more in (10, 60):
        Person.plain.bulk_create(Person(name=f"X{n}", owner=cast.owner) for n in range(more))
        run = ordered(cast)
        with CaptureQueriesContext(connection) as caught:
            carry_out(run.pk)
        costs.append(len(caught))
    assert abs(costs[0] - costs[1]) <= 2  # how often progress is told depends on the clock


def test_a_file_is_called_in_the_language_of_its_reader(cast: Cast, people: list[Person]) -> None:
    User.objects.filter(pk=cast.admin.pk).update(language="ko")
    cast.admin.refresh_from_db()
    run = made(cast, format="xlsx")
    assert run.file_name.startswith("사람 ")
    named = fetched(cast, run)["Content-Disposition"]
    assert named.startswith('attachment; filename="people-')
    assert "filename*=UTF-8''%EC%82%AC%EB%9E%8C%20" in named
