"""What keeps the catcher small."""

from __future__ import annotations

from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task
from dangol.platform.mail.services import forget_old_caught


@task(name="mail.forget_caught", queue_name="upkeep", cron="41 3 * * *")
def forget_caught(timestamp: int) -> None:
    """Delete caught mail after thirty days."""
    forget_old_caught(actor=Actor.system("upkeep of the local catcher"))
