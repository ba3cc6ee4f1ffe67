"""What the console keeps in order each night: sizes noted, old timings and what every reader has consumed forgotten."""

from __future__ import annotations

from dangol.platform.console.measures import take_samples
from dangol.platform.console.pruning import prune
from dangol.platform.console.slow import forget_old_timings
from dangol.platform.jobs.tasks import task


@task(name="console.keep_order", queue_name="upkeep", cron="53 3 * * *", lock="console.keep_order")
def keep_order(timestamp: int = 0) -> None:
    """Note sizes, and prune."""
    take_samples()
    forget_old_timings()
    prune()
