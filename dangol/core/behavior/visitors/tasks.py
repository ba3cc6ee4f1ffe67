"""What finds people who came after their visits."""

from __future__ import annotations

from dangol.core.behavior.visitors.services.later import find_later
from dangol.platform.jobs.tasks import task


@task(name="behavior.find_later", queue_name="upkeep", cron="*/15 * * * *", lock="behavior.find_later")
def find_people_later(timestamp: int) -> None:
    """Join believed names to people who have come since."""
    find_later()
