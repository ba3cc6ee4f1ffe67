"""A worker is killed in the middle of a bulk write, again and again; in the end each row was written and told once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection

from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import actor_for
from dangol.platform.accounts.services import create_user, ensure_builtin_roles
from dangol.platform.events.models import BulkBatch, BulkRun, EventChange, EventRecord
from dangol.platform.jobs.models import Progress
from dangol.platform.objects.undoing import runs
from dangol.platform.objects.undoing.services import undo
from tests.work import environment, waiting, work_off

ROWS = 6_000
KILLS = 4


def kill_in_the_middle(run: BulkRun) -> None:
    """Start a worker, wait until it has done some more batches, and kill it."""
    before = BulkBatch.objects.filter(run=run).count()
    worker = subprocess.Popen(
        [sys.executable, "-m", "dangol.platform.jobs.worker"], env=environment(DANGOL_STALLED_AFTER="2")
    )
    deadline = time.monotonic() + 40
    while BulkBatch.objects.filter(run=run).count() >= before and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.kill()
    worker.wait()


def each_once(event_id: object) -> bool:
    events = [event_id, *EventRecord.objects.filter(part_of=event_id).values_list("id", flat=True)]
    rows = EventChange.objects.filter(event_id__in=events).values_list("subject_id", flat=True)
    return set(Counter(rows).values()) == {1} and len(rows) == ROWS


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_job_leaves_no_row_out_and_none_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BATCH", 300)
    system = Actor.system("test")
    ensure_builtin_roles(actor=system)
    actor = actor_for(create_user(actor=system, email="a@firm.test", name="A", roles=["administrator"]))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_person (name) SELECT 'P' || i FROM generate_series(1, %s) i", [ROWS])
    rows = Person.objects.visible_to(actor, "change")
    run = runs.begin(actor=actor, action="change", object_name="person", rows=rows, values={"city": "Busan"})
    assert BulkBatch.objects.filter(run=run).count() == ROWS // 300
    for _ in range(KILLS):
        kill_in_the_middle(run)
    work_off()
    run.refresh_from_db()
    assert (run.changed, run.same, run.left, waiting()) == (ROWS, 0, {}, 0)
    assert each_once(run.event_id)
    assert run.event_id is not None
    back = undo(actor, run.event_id)
    kill_in_the_middle(back)
    work_off()
    back.refresh_from_db()
    assert (back.changed, back.left) == (ROWS, {})
    assert each_once(back.event_id)
    assert not Person.objects.for_system("test").exclude(city="").exists()


@pytest.mark.django_db(transaction=True)
def test_a_stopped_run_keeps_what_is_done_and_can_be_undone(system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BATCH", 10)
    monkeypatch.setattr(runs, "AT_ONCE", 20)
    monkeypatch.setattr("dangol.platform.jobs.progress.WRITE_EVERY_SECONDS", 0)
    ensure_builtin_roles(actor=system)
    actor = actor_for(create_user(actor=system, email="a@firm.test", name="A", roles=["administrator"]))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_person (name) SELECT 'P' || i FROM generate_series(1, 30) i")
    rows = Person.objects.visible_to(actor, "change")
    run = runs.begin(actor=actor, action="trash", object_name="person", rows=rows)
    runs._one_batch(run.pk, actor)
    runs.ask_to_stop(actor=actor, run=run)
    runs.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.changed, run.left, run.finished_at is not None) == (10, {"stopped": 20}, True)
    assert run.progress is not None
    assert Progress.objects.get(pk=run.progress_id).state == "stopped"
    assert Person.objects.for_system("test").filter(deleted_at=None).count() == 20
    assert run.event_id is not None
    assert undo(actor, run.event_id).changed == 10
    assert Person.objects.for_system("test").filter(deleted_at=None).count() == 30
