"""What meets what came later: orders and products that were told of before the house knew them."""

from __future__ import annotations

from dangol.core.behavior.commerce.services import meet_again
from dangol.platform.jobs.tasks import task


@task(name="behavior.meet_again", queue_name="upkeep", cron="*/15 * * * *", lock="behavior.meet_again")
def link_touches(timestamp: int) -> None:
    """Link touches to orders and products that came after them."""
    meet_again()
