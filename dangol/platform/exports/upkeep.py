"""What keeps the folder of exports small."""

from __future__ import annotations

from dangol.platform.exports.services import remove_expired
from dangol.platform.jobs.tasks import task


@task(name="exports.remove_expired", queue_name="upkeep", cron="41 * * * *", lock="exports.remove_expired")
def remove_old_files(timestamp: int) -> None:
    """Remove files whose days are over."""
    remove_expired()
