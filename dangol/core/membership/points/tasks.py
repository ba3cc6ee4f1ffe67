"""Jobs of the membership: what orders earn, who holds which grade, what expires."""

from __future__ import annotations

from dangol.core.membership.grades.services import regrade
from dangol.core.membership.points.services.expiring import expire_points, give_notice
from dangol.core.membership.points.services.settling import settle_all, settle_order
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task

LOCK = "membership"


@task(name="membership.settle")
def settle(order_id: int) -> None:
    """What one order earns, and the grade that follows."""
    actor = Actor.system("an order came, changed or went")
    people = settle_order(actor=actor, order_id=order_id)
    if people:
        regrade(actor=actor, person_ids=people)


@task(name="membership.settle_all", lock=LOCK)
def settle_many() -> None:
    """What all orders earn, and who holds which grade."""
    actor = Actor.system("many orders came, changed or went")
    settle_all(actor=actor)
    regrade(actor=actor)


@task(name="membership.nightly", lock=LOCK, cron="40 18 * * *")
def nightly(timestamp: int) -> None:
    """Every night: let go what expired, tell of what will, settle what was missed, work the grades out."""
    actor = Actor.system("nightly membership")
    expire_points(actor=actor)
    give_notice(actor=actor)
    settle_all(actor=actor)
    regrade(actor=actor)
