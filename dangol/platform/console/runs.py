"""Long runs (imports, analyses, removals) and the jobs that carry them out."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from dangol.platform.jobs.models import Progress
from dangol.platform.jobs.queue import JobState, job

_JOBS = """
SELECT id FROM procrastinate_jobs WHERE status <> 'succeeded' AND args::text LIKE %s ORDER BY id DESC LIMIT 5
"""


def latest(most: int = 15) -> list[Progress]:
    """What runs now first, then the newest."""
    busy = (Progress.State.QUEUED, Progress.State.RUNNING)
    running = list(Progress.objects.filter(state__in=busy).order_by("-created_at", "-id")[:most])
    rest = Progress.objects.exclude(state__in=busy).order_by("-created_at", "-id")[: most - len(running)]
    return [*running, *rest]


def find(progress_id: UUID) -> Progress | None:
    """One run, None when there is none (any more)."""
    return Progress.objects.select_related("user").filter(pk=progress_id).first()


def jobs_of(run: Progress) -> list[JobState]:
    """The jobs that carry the run out, as long as they have not succeeded; they name it in their arguments."""
    with connection.cursor() as cursor:
        cursor.execute(_JOBS, [f"%{run.pk}%"])
        ids = [int(row[0]) for row in cursor.fetchall()]
    return [found for found in map(job, ids) if found is not None]
