"""What administrators do with jobs and with what was put aside. Each act leaves an event."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.console.aside import source
from dangol.platform.console.events import AsideSettled, JobsCancelled, JobsRetried, RunStopped
from dangol.platform.events.stream import emit
from dangol.platform.jobs import services
from dangol.platform.jobs.models import Progress

OBJECT = "console"


@transaction.atomic
def retry_jobs(*, actor: Actor, job_id: int | None = None, task: str = "") -> int:
    """Let one job, or all dead ones of a kind, run again now; returns how many. Raises Forbidden."""
    require(actor, "change", OBJECT)
    done = services.retry(job_id=job_id, task=task, only_dead=job_id is None)
    if done:
        emit(JobsRetried(task=task or done[0][1], count=len(done), job_id=job_id), actor=actor)
    return len(done)


@transaction.atomic
def cancel_jobs(*, actor: Actor, job_id: int | None = None, task: str = "") -> int:
    """Take one job, or all dead ones of a kind, out of the queue for good; returns how many. Raises Forbidden."""
    require(actor, "change", OBJECT)
    done = services.cancel(job_id=job_id, task=task, only_dead=job_id is None)
    if done:
        emit(JobsCancelled(task=task or done[0][1], count=len(done), job_id=job_id), actor=actor)
    return len(done)


@transaction.atomic
def stop_run(*, actor: Actor, progress_id: UUID) -> bool:
    """Ask a long run to stop at its next step; False when it is over already. Raises Forbidden."""
    require(actor, "change", OBJECT)
    run = Progress.objects.filter(pk=progress_id).first()
    if run is None or not services.ask_to_stop(progress_id=progress_id):
        return False
    emit(RunStopped(kind=run.kind, progress_id=str(run.pk)), actor=actor)
    return True


@transaction.atomic
def settle_aside(*, actor: Actor, source_name: str, ids: list[int], how: str) -> int:
    """Work off again (`retry`) or throw away (`discard`) what was put aside; returns how many. Raises Forbidden."""
    require(actor, "change", OBJECT)
    known = source(source_name)
    count = known.retry(actor, ids) if how == "retry" else known.discard(actor, ids)
    if count:
        emit(AsideSettled(source=source_name, how=how, count=count), actor=actor)
    return count
