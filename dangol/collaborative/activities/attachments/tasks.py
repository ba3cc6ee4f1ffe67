from __future__ import annotations

from dangol.collaborative.activities.attachments.services.drawing import draw_views
from dangol.collaborative.activities.attachments.services.sweeping import sweep
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task


@task(name="activities.draw_views")
def draw(attachment_id: int) -> None:
    """Draw the small copies of one picture."""
    draw_views(actor=Actor.system("a picture was added"), attachment_id=attachment_id)


@task(name="activities.sweep_files", queue_name="upkeep", cron="53 3 * * *", lock="activities.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Delete files that lay in the trash long enough, and what crashes left on the disk."""
    sweep(actor=Actor.system("upkeep of files"))
