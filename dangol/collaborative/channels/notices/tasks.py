from __future__ import annotations

from dangol.collaborative.channels.notices.services import AT_ONCE, hand_over
from dangol.core.consent.notices.services import gather
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task

REASON = "people must be told of their consent"


@task(name="notices.tell", cron="*/5 * * * *", lock="notices.tell")
def tell(timestamp: int = 0) -> None:
    """Find who must be told of a result, and write to everybody who must be told now."""
    actor = Actor.system(REASON)
    gather(actor=actor, with_reconfirms=False)
    for _round in range(20):
        if hand_over(actor=actor) < AT_ONCE:
            return


@task(name="notices.gather", cron="41 4 * * *", lock="notices.gather")
def gather_nightly(timestamp: int = 0) -> None:
    """Find whose consent must be confirmed again soon."""
    gather(actor=Actor.system(REASON))
