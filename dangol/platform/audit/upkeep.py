"""What keeps the log as long as it was set, and no longer."""

from __future__ import annotations

from dangol.platform.access.actor import Actor
from dangol.platform.audit.services import remove_old
from dangol.platform.audit.words import note_words
from dangol.platform.jobs.tasks import task


@task(name="audit.remove_old", queue_name="upkeep", cron="7 4 * * *", lock="audit.remove_old")
def remove(timestamp: int) -> None:
    """Remove entries that are older than the log is kept."""
    remove_old(actor=Actor.system("the audit log is kept as long as was set"))


@task(name="audit.note_words", queue_name="upkeep", cron="* * * * *", lock="audit.note_words")
def note(timestamp: int) -> None:
    """Note the words of the bulk changes of the last minute, so that the log finds them."""
    while note_words():
        pass
