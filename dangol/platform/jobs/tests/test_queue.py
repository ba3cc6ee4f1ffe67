"""The queue as a person sees it: why jobs failed, and what can be done about it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from dangol.platform.jobs import queue, services
from dangol.platform.jobs.failures import MOST_ATTEMPTS, StepBehind, note_failure, sentence_of
from dangol.platform.jobs.models import JobFailure, Progress
from dangol.platform.jobs.tasks import task
from dangol.platform.jobs.upkeep import take_up_stalled

NOTED: list[str] = []


class NoPaper(Exception):
    sentence = "The printer has no paper."


@task(name="test.poison", queue_name="test", lock="test.press")
def poison(what: str = "", api_token: str = "") -> None:
    raise NoPaper("E17")


@task(name="test.sound", queue_name="test", lock="test.press")
def sound(what: str) -> None:
    NOTED.append(what)


def put(task: str = "test.poison", status: str = "failed", attempts: int = MOST_ATTEMPTS, **more: Any) -> int:
    columns = {"queue_name": "test", "task_name": task, "status": status, "attempts": attempts, **more}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO procrastinate_jobs ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
            " RETURNING id",
            list(columns.values()),
        )
        number = int(cursor.fetchone()[0])
        cursor.execute("INSERT INTO procrastinate_events (job_id, type) VALUES (%s, 'deferred')", [number])
        return number


def state(job_id: int) -> tuple[str, int]:
    found = queue.job(job_id)
    assert found
    return found.state, found.attempts


def run_worker() -> None:
    """Work off what is due now, in this process."""

    async def work() -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1
            )

    asyncio.run(work())


@pytest.mark.django_db(transaction=True)
def test_a_poison_job_blocks_none_of_its_lock_and_says_why_it_failed() -> None:
    NOTED.clear()
    bad = poison.defer(what="page", api_token="s3cret")
    for n in range(3):
        sound.defer(what=f"sheet {n}")
    run_worker()
    assert NOTED == ["sheet 0", "sheet 1", "sheet 2"]
    assert bad is not None
    found = queue.job(bad)
    assert found is not None
    assert (found.state, found.attempts) == ("todo", 1)
    assert found.failure is not None
    assert found.failure.sentence == "The printer has no paper."
    assert "NoPaper: E17" in JobFailure.objects.get().trace
    assert found.arguments == {"what": "page", "api_token": "•••"}
    assert found.due_at is not None
    assert found.due_at > datetime.now(UTC)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_waits_again_does_not_collide_with_a_like_one() -> None:
    NOTED.clear()
    first = poison.defer(once="press", what="a")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM procrastinate_fetch_job_v2(NULL, NULL)")
    assert poison.defer(once="press", what="b") is not None
    job = Job(id=first, queue="test", lock=None, queueing_lock="press", task_name="test.poison")
    note_failure(job, NoPaper("E17"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [first])
    assert first is not None
    assert state(first)[0] == "todo"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_workers_is_put_aside_in_the_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
                       " RETURNING id")  # fmt: skip
        worker = cursor.fetchone()[0]
    young = put(status="doing", attempts=1, worker_id=worker)
    deadly = put(status="doing", attempts=MOST_ATTEMPTS - 1, worker_id=worker)

    async def look() -> int:
        worker_app = app.with_connector(app.connector.get_worker_connector())
        async with worker_app.open_async():
            return await take_up_stalled(worker_app.job_manager, 30)

    assert asyncio.run(look()) == 2
    assert state(young)[0] == "todo"
    assert state(deadly)[0] == "failed"
    assert queue.failures(deadly)[0].error == "WorkerDied"


def test_attempts_are_six_more_with_growing_pauses_and_then_no_more() -> None:
    waits = []
    for attempts in range(MOST_ATTEMPTS):
        job = Job(id=1, queue="q", lock="l", queueing_lock=None, task_name="t", attempts=attempts)
        decision = StepBehind().get_retry_decision(exception=NoPaper(), job=job)
        if decision is not None:
            assert decision.retry_at is not None
            assert decision.priority == -1
            waits.append(round((decision.retry_at - datetime.now(UTC)).total_seconds()))
    assert waits == [3, 9, 27, 81, 243, 729]


def test_what_the_database_quotes_of_a_row_is_not_told() -> None:
    error = Exception("duplicate key value violates unique constraint\nDETAIL:  Key (email)=(a@b.test) already exists.")
    assert sentence_of(error) == "duplicate key value violates unique constraint"


@pytest.mark.django_db
def test_dead_jobs_run_again_one_by_one_or_all_of_a_kind() -> None:
    one, two, other = put(), put(), put("test.sound")
    assert services.retry(job_id=one) == [(one, "test.poison")]
    assert state(one) == ("todo", 0)
    assert {i for i, _ in services.retry(task="test.poison", only_dead=True)} == {two}
    assert state(other)[0] == "failed"
    assert services.retry(job_id=one + 1000) == []


@pytest.mark.django_db
def test_a_running_or_finished_job_is_neither_retried_nor_cancelled() -> None:
    for status in ("doing", "succeeded"):
        busy = put(status=status)
        assert services.retry(job_id=busy) == services.cancel(job_id=busy) == []
        assert state(busy)[0] == status


@pytest.mark.django_db
def test_cancelling_a_kind_leaves_what_has_never_failed() -> None:
    dead, failing, fresh = put(), put(status="todo", attempts=2), put(status="todo", attempts=0)
    assert {i for i, _ in services.cancel(task="test.poison")} == {dead, failing}
    assert state(fresh)[0] == "todo"
    assert services.cancel(job_id=fresh) == [(fresh, "test.poison")]
    assert services.retry(job_id=fresh) == [(fresh, "test.poison")]


@pytest.mark.django_db
def test_figures_add_up_and_pages_follow_each_other() -> None:
    many = [put() for _ in range(7)]
    put(status="todo", attempts=0)
    put(status="doing")
    found = {q.name: q for q in queue.queues()}["test"]
    assert (found.waiting, found.running, found.dead, found.failing) == (1, 1, 7, 0)
    assert found.oldest_at is not None
    assert queue.kinds("dead") == [("test.poison", 7)]
    first, has_more = queue.jobs("dead", most=5)
    rest, ends = queue.jobs("dead", after=first[-1].id, most=5)
    assert has_more
    assert not ends
    assert [j.id for j in [*first, *rest]] == many[::-1]
    with pytest.raises(KeyError):
        queue.jobs("unheard-of")


@pytest.mark.django_db
def test_the_page_of_a_long_queue_reads_a_page_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts)"
            " SELECT 'test', 'test.poison', 'failed', 7 FROM generate_series(1, 3000)"
        )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page, has_more = queue.jobs("dead")
    assert (len(page), has_more, len(asked)) == (50, True, 2)


@pytest.mark.django_db
def test_tasks_by_the_clock_know_their_next_time() -> None:
    found = {c.task: c for c in queue.by_the_clock()}
    assert found["jobs.forget_old"].next_at > datetime.now(UTC)
    assert found["jobs.forget_old"].last_at is None


@pytest.mark.django_db
def test_old_runs_and_dead_jobs_are_forgotten_and_young_ones_kept() -> None:
    long_ago = datetime.now(UTC) - timedelta(days=91)
    for created_at, run_state in ((long_ago, "done"), (long_ago, "running"), (datetime.now(UTC), "done")):
        Progress.objects.create(kind="test", state=run_state, created_at=created_at)
    old, young = put(), put()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", [long_ago, old])
    assert services.forget_old_rows() == {"runs": 1, "dead_jobs": 1, "reasons": 0}
    assert queue.job(old) is None
    assert queue.job(young) is not None
    assert Progress.objects.count() == 2


def test_secrets_are_covered_however_deep() -> None:
    shown = queue.shown_arguments({"a": {"password": "x", "n": 1}, "API_KEY": "y", "long": "z" * 300})
    assert shown == {"a": {"password": "•••", "n": 1}, "API_KEY": "•••", "long": "z" * 200 + "…"}
