"""Reading ledgers: balances, as of any moment, lines, and what expires next."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from dangol.core.membership.points.models import PointsAccount, PointsEntry
from dangol.platform.access.actor import Actor

SHOWN = 20


def balance_of(actor: Actor, person_id: int) -> Decimal:
    """The points of a person now; 0 for none, and for whom `actor` may not see."""
    rows: Any = PointsAccount.objects.visible_to(actor).filter(pk=person_id)
    return Decimal(rows.values_list("balance", flat=True).first() or 0)


def balance_at(actor: Actor, person_id: int, moment: datetime) -> Decimal:
    """The points that a person had at a moment."""
    rows: Any = PointsEntry.objects.visible_to(actor).filter(person_id=person_id, at__lte=moment)
    return Decimal(rows.aggregate(total=Sum("points"))["total"] or 0)


def entries_of(
    actor: Actor, person_id: int, *, before: datetime | None = None, limit: int = SHOWN
) -> list[PointsEntry]:
    """The lines of a person's ledger, newest first, before a moment."""
    rows: Any = PointsEntry.objects.visible_to(actor).filter(person_id=person_id)
    rows = rows if before is None else rows.filter(at__lt=before)
    return list(rows.order_by("-at", "-pk")[:limit])


def expiring(actor: Actor, person_id: int, until: date) -> tuple[Decimal, date] | None:
    """How many points of a person expire first, and on which day, up to the day `until`; None for none."""
    rows: Any = PointsEntry.objects.visible_to(actor)
    rows = rows.filter(person_id=person_id, remaining__gt=0, expires_on__lte=until)
    found = list(rows.order_by("expires_on").values_list("expires_on").annotate(points=Sum("remaining"))[:1])
    return (Decimal(found[0][1]), found[0][0]) if found else None
