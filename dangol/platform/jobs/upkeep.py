"""What keeps the queue healthy."""

from __future__ import annotations

from typing import Any

from procrastinate import builtin_tasks
from procrastinate.contrib.django import app as queue
from procrastinate.jobs import Status

from dangol.platform.db.beside import beside_the_loop
from dangol.platform.jobs.failures import MOST_ATTEMPTS, note_death
from dangol.platform.jobs.services import forget_old_rows


async def take_up_stalled(manager: Any, silent_seconds: float) -> int:
    """Put back every job whose worker has shown no sign of life for `silent_seconds`; returns how many.

    A job in which workers die again and again is put aside, so that it cannot kill them for ever.
    """
    count = 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=silent_seconds):
        if job.attempts + 1 >= MOST_ATTEMPTS:
            await beside_the_loop(note_death, job)
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)
        count += 1
    return count


@queue.periodic(cron="17 3 * * *")
@queue.task(name="jobs.forget_old", queue="upkeep", queueing_lock="jobs.forget_old", pass_context=True)
async def forget_old(context: Any, timestamp: int) -> None:
    """Delete finished jobs after three days, and old runs; failed jobs stay for the dead-letter screen."""
    await builtin_tasks.remove_old_jobs(context, max_hours=72, remove_failed=False, remove_cancelled=True)
    await beside_the_loop(forget_old_rows)
