"""What the queue holds, for whoever looks after it. Reads only; arguments that may be secret are never handed out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from dangol.platform.jobs.models import JobFailure

SECRET = re.compile(r"pass|secret|token|key|authori|credential|cookie", re.IGNORECASE)
LONGEST_VALUE = 200
PAGE = 50
ALIVE_SECONDS = 30

STATES = {
    "dead": "status = 'failed'",
    "failing": "status = 'todo' AND attempts > 0",
    "waiting": "status = 'todo'",
    "running": "status = 'doing'",
    "cancelled": "status IN ('cancelled', 'aborted')",
}
"""What may be listed: dead letters (attempts used up), failing (due again), waiting, running, cancelled."""

_QUEUES = """
SELECT queue_name, count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'todo' AND attempts > 0),
       min(id) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))
FROM procrastinate_jobs WHERE status <> 'succeeded' GROUP BY queue_name ORDER BY queue_name
"""
_SINCE = """
SELECT j.queue_name, greatest(e.at, j.scheduled_at) FROM procrastinate_jobs j
JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' WHERE j.id = ANY(%s)
"""
_HOUR = """
SELECT type, count(*) FROM procrastinate_events
WHERE at > now() - interval '1 hour' AND type IN ('deferred', 'succeeded', 'failed', 'deferred_for_retry') GROUP BY 1
"""
_MINUTES = """
SELECT floor(extract(epoch FROM now() - at) / 300)::int, count(*) FROM procrastinate_events
WHERE at > now() - interval '1 hour' AND type = 'succeeded' GROUP BY 1
"""
_WORKERS = """
SELECT w.id, w.last_heartbeat, count(j.id) FROM procrastinate_workers w
LEFT JOIN procrastinate_jobs j ON j.worker_id = w.id AND j.status = 'doing' GROUP BY w.id ORDER BY w.id
"""
_JOBS = """
SELECT id, queue_name, task_name, status::text, attempts, scheduled_at, args, lock FROM procrastinate_jobs
WHERE {where} ORDER BY id {order} LIMIT %(most)s
"""
_KINDS = "SELECT task_name, count(*) FROM procrastinate_jobs WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50"
_EVENTS = "SELECT type::text, at FROM procrastinate_events WHERE job_id = %s ORDER BY id LIMIT 200"
_LAST_RUNS = """
SELECT DISTINCT ON (d.task_name) d.task_name, to_timestamp(d.defer_timestamp), j.id, j.status::text
FROM procrastinate_periodic_defers d LEFT JOIN procrastinate_jobs j ON j.id = d.job_id
ORDER BY d.task_name, d.defer_timestamp DESC
"""


@dataclass(frozen=True)
class QueueState:
    """How a queue stands; `oldest_at` is since when the job waits that is due the longest."""

    name: str
    waiting: int
    running: int
    dead: int
    failing: int
    oldest_at: datetime | None = None


@dataclass(frozen=True)
class WorkerState:
    """A process that works: its last sign of life and how many jobs it has in hand."""

    id: int
    beat_at: datetime
    jobs: int

    @property
    def is_alive(self) -> bool:
        """Whether it gave a sign of life in the last half minute."""
        return (datetime.now(UTC) - self.beat_at).total_seconds() < ALIVE_SECONDS


@dataclass(frozen=True)
class Clocked:
    """A task that runs by the clock."""

    task: str
    cron: str
    next_at: datetime
    last_at: datetime | None = None
    job_id: int | None = None
    state: str = ""


@dataclass
class JobState:
    """One job; `failure` says why its last attempt failed."""

    id: int
    queue: str
    task: str
    state: str
    attempts: int
    due_at: datetime | None
    arguments: dict[str, Any]
    lock: str | None = None
    failure: JobFailure | None = None
    events: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def is_dead(self) -> bool:
        """Whether its attempts are used up."""
        return self.state == "failed"


def queues() -> list[QueueState]:
    """Every queue with something in it that has not succeeded."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES)
        found = cursor.fetchall()
        cursor.execute(_SINCE, [[row[5] for row in found if row[5] is not None]])
        since = dict(cursor.fetchall())
    return [replace(QueueState(*row[:5]), oldest_at=since.get(row[0])) for row in found]


def last_hour() -> dict[str, int]:
    """How many jobs were queued, done, failed for good and failed for now in the last hour."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUR)
        found = dict(cursor.fetchall())
    names = {"queued": "deferred", "done": "succeeded", "dead": "failed", "failing": "deferred_for_retry"}
    return {name: int(found.get(kind, 0)) for name, kind in names.items()}


def done_by_five_minutes() -> list[int]:
    """Jobs done in each five minutes of the last hour, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_MINUTES)
        found = dict(cursor.fetchall())
    return [int(found.get(n, 0)) for n in range(11, -1, -1)]


def workers() -> list[WorkerState]:
    """Every worker that has not been forgotten yet."""
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS)
        return [WorkerState(*row) for row in cursor.fetchall()]


def alive_workers() -> int:
    """How many workers gave a sign of life in the last half minute; 0 where the queue's tables are not there yet."""
    if "procrastinate_workers" not in connection.introspection.table_names():
        return 0
    return sum(worker.is_alive for worker in workers())


def jobs(state: str, *, task: str = "", after: int | None = None, most: int = PAGE) -> tuple[list[JobState], bool]:
    """A page of jobs in one of `STATES`, the newest first (waiting: the next first), and whether there are more.

    `after` is the id of the last job of the page before. Raises KeyError for a state that there is none of.
    """
    is_ahead = state in ("waiting", "running")
    where = [STATES[state]]
    if task:
        where.append("task_name = %(task)s")
    if after is not None:
        where.append("id > %(after)s" if is_ahead else "id < %(after)s")
    sql = _JOBS.format(where=" AND ".join(where), order="ASC" if is_ahead else "DESC")
    with connection.cursor() as cursor:
        cursor.execute(sql, {"task": task, "after": after, "most": most + 1})
        found = [_job(row) for row in cursor.fetchall()]
    page = found[:most]
    _add_failures(page)
    return page, len(found) > most


def kinds(state: str) -> list[tuple[str, int]]:
    """Which kinds of jobs are in a state, and how many of each."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS.format(where=STATES[state]))
        return [(str(name), int(count)) for name, count in cursor.fetchall()]


def job(job_id: int) -> JobState | None:
    """One job with what happened to it, None when there is none (any more)."""
    with connection.cursor() as cursor:
        cursor.execute(_JOBS.format(where="id = %(id)s", order="ASC"), {"id": job_id, "most": 1})
        row = cursor.fetchone()
        if row is None:
            return None
        found = _job(row)
        cursor.execute(_EVENTS, [job_id])
        found.events = list(cursor.fetchall())
    _add_failures([found])
    return found


def failures(job_id: int) -> list[JobFailure]:
    """Why each attempt of a job failed, the last first."""
    return list(JobFailure.objects.filter(job_id=job_id).order_by("-id")[:20])


def by_the_clock() -> list[Clocked]:
    """Every task that runs by the clock, with its last and next time."""
    from croniter import croniter  # type: ignore[import-untyped]
    from procrastinate.contrib.django import app

    with connection.cursor() as cursor:
        cursor.execute(_LAST_RUNS)
        last = {row[0]: row[1:] for row in cursor.fetchall()}
    now, found = datetime.now(UTC), []
    for (name, _), periodic in app.periodic_registry.periodic_tasks.items():
        due = croniter(periodic.cron, now).get_next(datetime)
        found.append(Clocked(name, periodic.cron, due, *last.get(name, (None, None, ""))))
    return sorted(found, key=lambda c: c.next_at)


def known_tasks() -> frozenset[str]:
    """The names of all tasks of this version."""
    from procrastinate.contrib.django import app

    return frozenset(app.tasks)


def shown_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments fit to be shown: whatever is named like a secret is covered, long texts are cut."""
    return {name: "•••" if SECRET.search(name) else _short(value) for name, value in arguments.items()}


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return shown_arguments(value)
    if isinstance(value, list):
        return [_short(item) for item in value[:20]]
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        return f"{value[:LONGEST_VALUE]}…"
    return value


def _job(row: Any) -> JobState:
    number, queue, task, state, attempts, due_at, arguments, lock = row
    given = arguments if isinstance(arguments, dict) else _loaded(arguments)
    return JobState(number, queue, task, state, attempts, due_at, shown_arguments(given), lock)


def _loaded(text: Any) -> dict[str, Any]:
    import json

    found = json.loads(text) if isinstance(text, str) else {}
    return found if isinstance(found, dict) else {}


def _add_failures(page: list[JobState]) -> None:
    last: dict[int, JobFailure] = {}
    for failure in JobFailure.objects.filter(job_id__in=[j.id for j in page]).order_by("id").defer("trace"):
        last[failure.job_id] = failure
    for item in page:
        item.failure = last.get(item.id)
