from __future__ import annotations

from dangol.core.consent.rights.services.erasing import finish_erasure
from dangol.core.consent.rights.services.replaying import finish_begun
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task

REASON = "an erasure is finished in lake and files"


@task(name="rights.finish", lock="rights.finish")
def finish(erasure_id: int) -> None:
    """Do what of an erasure lies outside of its transaction; tried again until it succeeds."""
    finish_erasure(actor=Actor.system(REASON), erasure_id=erasure_id)


@task(name="rights.finish_begun", cron="23 * * * *", lock="rights.finish")
def finish_hourly(timestamp: int = 0) -> None:
    """Finish erasures whose own job gave up."""
    finish_begun(actor=Actor.system(REASON))
