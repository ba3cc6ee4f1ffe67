"""Reading stages: the limits in force, what one person bought on which days, and how many stand where."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from dangol.analytical.segments.lifecycle.models import CustomerStage, StageLimits
from dangol.analytical.segments.lifecycle.rules import FALLBACK_GAP_DAYS, STAGES, Limits
from dangol.analytical.warehouse.marts.models import Figure
from dangol.analytical.warehouse.marts.queries import as_of
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace

LIMITS = (
    "loyal_from", "won_back_for", "lapsing_factor", "lost_factor", "lapsing_least_days", "lost_least_days",
    "usual_gap_days",
)  # fmt: skip


def limits() -> Limits:
    """The limits in force."""
    found = StageLimits.objects.order_by("-pk").first()
    return Limits(**{name: getattr(found, name) for name in LIMITS}) if found else Limits()


def limits_history() -> QuerySet[StageLimits]:
    """Every setting of the limits, newest first."""
    return StageLimits.objects.order_by("-pk")


def measured_gap_days() -> int | None:
    """The middle of all days between two purchases, as the last analysis measured it; None before it."""
    found = Figure.objects.filter(pk="gap_figures").first()
    rows = found.rows if found else []
    return max(1, round(float(rows[0]["median_days"]))) if rows else None


def usual_gap_days(set_to: Limits, measured: int | None) -> int:
    """The gap that stands for the own one of those who bought once."""
    return set_to.usual_gap_days or measured or FALLBACK_GAP_DAYS


def last_day(days: list[date]) -> date:
    """The day as of which one person is looked at: that of the figures, unless the person bought later than that."""
    counted = as_of() or today()
    return max(counted, min(today(), days[-1])) if days else counted


def today() -> date:
    """Today where the business is."""
    return datetime.now(ZoneInfo(workspace().time_zone)).date()


def purchase_days(person_id: int) -> list[date]:
    """The days on which a person bought (net above 0, as the marts count), rising, up to today. One query."""
    zone = ZoneInfo(workspace().time_zone)
    rows: Any = Order.objects.for_system("the stage of a person follows from all purchases")
    rows = rows.filter(person_id=person_id, deleted_at=None, value__isnull=False)
    rows = rows.annotate(day=TruncDate("ordered_at", tzinfo=zone)).filter(day__lte=today())
    rows = rows.order_by("day").values("day").annotate(brought=Sum("value")).filter(brought__gt=0)
    return list(rows.values_list("day", flat=True))


def counts(actor: Actor) -> list[tuple[str, int]]:
    """How many of the people whom `actor` may see stand in each stage, in the order of life. One query."""
    rows: Any = CustomerStage.objects.visible_to(actor)
    found = dict(rows.order_by().values("stage").annotate(people=Count("*")).values_list("stage", "people"))
    return [(stage, int(found.get(stage, 0))) for stage in STAGES]
