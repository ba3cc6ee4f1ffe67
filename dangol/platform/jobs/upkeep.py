"""Jobs that keep the queue healthy."""

from __future__ import annotations

from typing import Any

from procrastinate import builtin_tasks
from procrastinate.contrib.django import app as queue

STALLED_AFTER_SECONDS = 30


@queue.periodic(cron="* * * * *")
@queue.task(name="jobs.retry_stalled", queue="upkeep", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: Any, timestamp: int) -> None:
    """Take up jobs whose worker was killed in the middle."""
    await take_up_stalled(context.app.job_manager)


async def take_up_stalled(manager: Any) -> int:
    """Put back every job whose worker has shown no sign of life; returns how many."""
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS)
    count = 0
    for job in stalled:
        await manager.retry_job(job)
        count += 1
    return count


@queue.periodic(cron="17 3 * * *")
@queue.task(name="jobs.forget_old", queue="upkeep", queueing_lock="jobs.forget_old", pass_context=True)
async def forget_old(context: Any, timestamp: int) -> None:
    """Delete finished jobs after three days; failed ones stay for the dead-letter screen."""
    await builtin_tasks.remove_old_jobs(context, max_hours=72, remove_failed=False, remove_cancelled=True)
