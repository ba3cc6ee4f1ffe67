from __future__ import annotations

from django.utils import timezone

from dangol.core.behavior.stream.services.partitions import keep_ready, prune
from dangol.core.behavior.stream.services.working import take_turn
from dangol.platform.jobs.loops import register_loop
from dangol.platform.jobs.tasks import task

register_loop("behavior.work_off", take_turn)


@task(name="behavior.keep_partitions", queue_name="upkeep", cron="41 * * * *", lock="behavior.keep_partitions")
def keep_partitions(timestamp: int = 0) -> None:
    """Make the partitions that will be needed, and drop those that are kept no longer."""
    now = timezone.now()
    keep_ready(now)
    prune(now)
