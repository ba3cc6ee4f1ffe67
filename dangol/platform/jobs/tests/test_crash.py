"""Workers are killed in mid-job, many times; in the end every event had its effect exactly once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest
from django.db import connection

from dangol.platform.access.actor import Actor
from dangol.platform.events.event import Event
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import _SUBSCRIBERS, emit
from dangol.platform.jobs.models import Progress
from tests.work import environment

EVENTS = 60
KILLS = 8


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    NAME = "test.happened"
    SUBJECT = "test"


def worker(*more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dangol.platform.jobs.tests.crash", *more]
    return subprocess.Popen(command, env=environment(DANGOL_STALLED_AFTER="2"))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_again_and_again_loses_and_doubles_nothing() -> None:
    _SUBSCRIBERS["test.happened"]["test.effect"] = lambda record: None
    for n in range(EVENTS):
        emit(Happened(subject_id=n), actor=Actor.system("test"))
    chance = random.Random(7)
    for _ in range(KILLS):
        running = worker()
        time.sleep(2.0 + chance.random())
        running.kill()
        running.wait()
    last = worker()
    deadline = time.monotonic() + 60
    while waiting() and time.monotonic() < deadline:
        time.sleep(0.3)
    last.terminate()
    assert last.wait(timeout=30) == 0
    assert waiting() == 0
    effects = sorted(int(t) for t in Progress.objects.filter(kind="effect").values_list("title", flat=True))
    assert effects == list(range(EVENTS))


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_data_event_and_job_are_undone_together() -> None:
    from django.db import transaction

    _SUBSCRIBERS["test.happened"]["test.effect"] = lambda record: None
    before = waiting()

    @transaction.atomic
    def half_done() -> None:
        emit(Happened(subject_id=1), actor=Actor.system("test"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    assert not EventRecord.objects.filter(name="test.happened").exists()
    assert waiting() == before
