"""What a person may do with jobs: let them run again, take them out of the queue, stop long runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from dangol.platform.jobs.models import JobFailure, Progress

KEEP_PROGRESS = timedelta(days=90)
KEEP_DEAD = timedelta(days=90)
AT_ONCE = 10_000

_RETRY = """
WITH chosen AS (
  SELECT id, status FROM procrastinate_jobs WHERE {where} ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), again AS (
  UPDATE procrastinate_jobs j SET status = 'todo', attempts = 0, priority = 0, scheduled_at = NULL,
         queueing_lock = NULL, abort_requested = false, worker_id = NULL
  FROM chosen WHERE j.id = chosen.id RETURNING j.id, j.task_name
)
SELECT id, task_name FROM again
"""
_CANCEL = """
WITH chosen AS (
  SELECT id FROM procrastinate_jobs WHERE {where} ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), away AS (
  UPDATE procrastinate_jobs j SET status = 'cancelled', worker_id = NULL
  FROM chosen WHERE j.id = chosen.id RETURNING j.id, j.task_name
)
SELECT id, task_name FROM away
"""


def retry(*, job_id: int | None = None, task: str = "", only_dead: bool = False) -> list[tuple[int, str]]:
    """Let a job, or all that failed of a kind, run again now with all its attempts; returns (id, kind) of each.

    Without `only_dead`, jobs that wait for their next attempt are taken too, and a cancelled one when it is named.
    """
    states = ["status = 'failed'"]
    if not only_dead:
        states.append("(status = 'todo' AND attempts > 0)")
        if job_id is not None:
            states.append("status = 'cancelled'")
    return _change(_RETRY, f"({' OR '.join(states)})", job_id, task)


def cancel(*, job_id: int | None = None, task: str = "", only_dead: bool = False) -> list[tuple[int, str]]:
    """Take a job that has not begun, or has failed, out of the queue for good; returns (id, kind) of each.

    Of a whole kind only what failed at least once is taken, so that nobody empties a healthy queue by mistake.
    """
    states = ["status = 'failed'"]
    if not only_dead:
        states.append("status = 'todo'" if job_id is not None else "(status = 'todo' AND attempts > 0)")
    return _change(_CANCEL, f"({' OR '.join(states)})", job_id, task)


def _change(statement: str, where: str, job_id: int | None, task: str) -> list[tuple[int, str]]:
    if job_id is None and not task:
        raise ValueError("Name a job or a kind of jobs.")
    named = "id = %(id)s" if job_id is not None else "task_name = %(task)s"
    given: dict[str, Any] = {"id": job_id, "task": task, "most": AT_ONCE}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(where=f"{named} AND {where}"), given)
        return [(int(i), str(name)) for i, name in cursor.fetchall()]


def ask_to_stop(*, progress_id: UUID) -> bool:
    """Ask a long run to stop at its next step; False when it is over already."""
    running = Progress.objects.filter(pk=progress_id, state__in=(Progress.State.QUEUED, Progress.State.RUNNING))
    return bool(running.update(stop_asked=True))


def forget_old_rows() -> dict[str, int]:
    """Delete runs and cancelled or dead jobs of more than 90 days, and reasons whose job is gone; returns how many."""
    before = timezone.now() - KEEP_PROGRESS
    over = (Progress.State.DONE, Progress.State.FAILED, Progress.State.STOPPED)
    runs = Progress.objects.filter(state__in=over, created_at__lt=before).delete()[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE status = 'failed'"
            " AND (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) < %s",
            [timezone.now() - KEEP_DEAD],
        )
        dead = cursor.rowcount
        cursor.execute(
            f"DELETE FROM {JobFailure._meta.db_table} f WHERE at < now() - interval '1 day'"
            " AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.id = f.job_id)"
        )
        reasons = cursor.rowcount
    return {"runs": runs, "dead_jobs": dead, "reasons": reasons}
