"""Reading tiers: of one customer, of all, and how people moved between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, Max, OuterRef, QuerySet

from dangol.analytical.segments.tiers.models import CustomerTier, TierLimits, TierPeriod
from dangol.analytical.segments.tiers.rules import Limits, TierFlow, TierShare
from dangol.analytical.warehouse.marts.queries import figure_rows
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor


def limits() -> Limits:
    """The limits in force."""
    found = TierLimits.objects.order_by("-pk").first()
    return Limits(found.top_percent, found.bottom_percent, found.window_months) if found else Limits()


def limits_history() -> QuerySet[TierLimits]:
    """Every setting of the limits, newest first."""
    return TierLimits.objects.order_by("-pk")


def ranked_customers() -> int:
    """How many customers have a rank: those with orders in the window."""
    return (
        CustomerTier.objects.for_system("how many there are to be ranked among").aggregate(last=Max("rank"))["last"]
        or 0
    )


def tier_of(actor: Actor, person_id: int) -> CustomerTier | None:
    """What is known of one customer; None without orders, or when `actor` may not see the person."""
    return CustomerTier.objects.visible_to(actor).filter(pk=person_id).first()


def history_of(actor: Actor, person_id: int) -> QuerySet[TierPeriod]:
    """The tiers in which one customer stood, oldest first."""
    return TierPeriod.objects.visible_to(actor).filter(person_id=person_id).order_by("from_month")


def slipping_customers(actor: Actor) -> QuerySet[CustomerTier]:
    """Customers of the top tier whose next order is overdue, the most valuable first."""
    return CustomerTier.objects.visible_to(actor).filter(is_slipping=True).order_by("-value", "person_id")


def tier_shares(actor: Actor) -> list[TierShare]:
    """What each tier brings: top, middle, bottom. Raises Forbidden without the right to see insight."""
    return figure_rows(actor, "tier_shares", TierShare)


def months_with_tiers(actor: Actor) -> list[date]:
    """The months (first days) at whose ends tiers are known, oldest first."""
    return sorted({m for f in figure_rows(actor, "tier_flows", TierFlow) for m in (f.from_month, f.to_month)})


def tier_flows(actor: Actor) -> list[TierFlow]:
    """Moves from each month to the next, and from each month to the last one, oldest first; counts of customers."""
    return figure_rows(actor, "tier_flows", TierFlow)


def movers(actor: Actor, *, from_month: date, to_month: date, from_tier: str, to_tier: str) -> QuerySet[Person]:
    """The people visible to `actor` who went from one tier to another between the ends of two months ("" = none)."""
    people = Person.objects.visible_to(actor)
    for month, tier in ((from_month, from_tier), (to_month, to_tier)):
        periods = TierPeriod.objects.for_system("tier flows, within people already judged").filter(
            person_id=OuterRef("pk"), from_month__lte=month, until_month__gte=month
        )
        people = people.filter(Exists(periods.filter(tier=tier)) if tier else ~Exists(periods))
    return people


def tiers_of(actor: Actor, person_ids: Sequence[int]) -> dict[int, CustomerTier]:
    """What is known of several customers, by person."""
    return {t.pk: t for t in CustomerTier.objects.visible_to(actor).filter(pk__in=person_ids)}
