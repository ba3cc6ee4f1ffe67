"""The five key figures of a period. Each is named once, here, with what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.analytical.dashboards.figures.rules import (
    REGULAR_FROM_DAY,
    Delta,
    Period,
    Span,
    SpanDetail,
    absolute_change,
    period_of,
    relative_change,
)
from dangol.analytical.dashboards.pictures.queries import Counted, Scene
from dangol.analytical.dashboards.pictures.rules import address, all_of, between, is_
from dangol.analytical.segments.tiers.models import CustomerTier
from dangol.analytical.warehouse.marts.rules import SpanTotals
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.filters import FilterError

Unit = Literal["money", "percent", "number", "days"]
POINT = Decimal("0.001")


@dataclass(frozen=True)
class Metric:
    """A figure by name: what it is called, in what unit, and what exactly it counts."""

    name: str
    label: Any
    unit: Unit
    meaning: Any


METRICS = {
    m.name: m
    for m in (
        Metric(
            "revenue", gettext_lazy("Revenue"), "money",
            gettext_lazy("Orders less cancellations and returns, with postage and fees, in the company's currency."),
        ),
        Metric(
            "regulars", gettext_lazy("From regulars"), "percent",
            gettext_lazy("The share of those who had come back at least three times, of what known customers brought."),
        ),
        Metric(
            "active", gettext_lazy("Active customers"), "number",
            gettext_lazy("Customers with at least one purchase in the period."),
        ),
        Metric(
            "gap", gettext_lazy("Days between orders"), "days",
            gettext_lazy("The median of the days since the purchase before, over the purchases of the period."),
        ),
        Metric(
            "at_risk", gettext_lazy("Value at risk"), "money",
            gettext_lazy("What the top tier's customers who are late brought in the last twelve months."),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """One key figure with its change, the address of its list, and the lines of its spark."""

    metric: Metric
    value: Decimal | float | int | None
    door: str
    delta: Delta | None = None
    note: str = ""
    note_door: str = ""
    note_count: int | None = None
    now: Sequence[float] = ()
    then: Sequence[float] = ()


def chosen_period(key: str, counted: Counted) -> Period:
    """The period asked for, as far back as there are orders."""
    as_of = counted.as_of or date.today()
    whole = next((s for s in counted.spans if s.key == "all" and not s.is_before), None)
    return period_of(key, as_of=as_of, first_on=whole.first_on if whole else as_of)


def tiles(counted: Counted, scene: Scene, period: Period) -> list[Tile]:
    """Revenue, share of regulars, active customers and days between orders of the period; risk stands apart."""
    totals = {s.is_before: s for s in counted.spans if s.key == period.key}
    if period.before is None:
        totals.pop(True, None)
    details = [d for d in counted.rows("span_details", SpanDetail) if d.key == period.key]
    if False not in totals:
        return []
    return [
        _revenue(totals, details, period, scene),
        _regulars(details, period),
        _active(totals, details, period, counted),
        _gap(details, period),
    ]


def _lines(details: list[SpanDetail], name: str) -> dict[str, Any]:
    """The values of both spans' parts; a line with a gap in it is left out."""
    found: dict[str, Any] = {}
    for key, is_before in (("now", False), ("then", True)):
        ordered = sorted((d for d in details if d.part and d.is_before is is_before), key=lambda d: d.part)
        values = [getattr(d, name) for d in ordered]
        found[key] = () if None in values else tuple(float(v) for v in values)
    return found


def _whole(details: list[SpanDetail], *, is_before: bool = False) -> SpanDetail | None:
    return next((d for d in details if d.part == 0 and d.is_before is is_before), None)


def _revenue(totals: dict[bool, SpanTotals], details: list[SpanDetail], period: Period, scene: Scene) -> Tile:
    delta = relative_change(totals[False].revenue, totals[True].revenue if True in totals else None)
    note = before_words(period) if delta and delta.amount else ""
    door = orders_of(period.now, scene)
    return Tile(METRICS["revenue"], totals[False].revenue, door, delta, note, **_lines(details, "revenue"))


def _regulars(details: list[SpanDetail], period: Period) -> Tile:
    now, before = _whole(details), _whole(details, is_before=True)
    value = now.regular_share if now else None
    delta = absolute_change(value, before.regular_share if before and period.before else None, same_within=POINT)
    door = regulars_in(period.now)
    people = now.regulars if now else None
    lines = _lines(details, "regular_share")
    return Tile(METRICS["regulars"], value, door, delta, "", door, people, **lines)


def _active(totals: dict[bool, SpanTotals], details: list[SpanDetail], period: Period, counted: Counted) -> Tile:
    now, before = totals[False].customers, totals[True].customers if True in totals else None
    delta = relative_change(Decimal(now), None if before is None else Decimal(before))
    known = next((s.customers for s in counted.spans if s.key == "all" and not s.is_before), None)
    lines = _lines(details, "customers")
    return Tile(METRICS["active"], now, active_in(period.now), delta, "", all_customers(), known, **lines)


def _gap(details: list[SpanDetail], period: Period) -> Tile:
    now, before = _whole(details), _whole(details, is_before=True)
    delta = absolute_change(
        _decimal(now.gap_days if now else None),
        _decimal(before.gap_days if before and period.before else None),
        same_within=Decimal("0.1"),
        up_is="bad",
    )
    words = {"up": _("slower than before"), "down": _("faster than before"), "same": ""}
    note = words[delta.direction] if delta else ""
    door = address("people", all_of(_bought(period.now), {"field": "purchase_days", "op": "gte", "value": 2}))
    return Tile(METRICS["gap"], now.gap_days if now else None, door, delta, note, **_lines(details, "gap_days"))


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def before_words(period: Period) -> str:
    """What the period is compared with."""
    if period.key == "12m":
        return _("than a year before")
    return _("than the %(days)d days before") % {"days": period.now.days}


# ---- Doors --------------------------------------------------------------------------------------------------------


BOUGHT_EVER = {"field": "purchase_days", "op": "gte", "value": 1}
"""Leaves out who only ever cancelled."""


def _bought(span: Span) -> dict[str, Any]:
    return between("last_order_on", span.first_on, span.last_on)


def active_in(span: Span) -> str:
    """The list of customers who bought in a span that ends with the last counted day."""
    return address("people", all_of(_bought(span), BOUGHT_EVER), sort="-last_order_on")


def regulars_in(span: Span) -> str:
    """The list of regulars who bought in a span that ends with the last counted day."""
    regular = {"field": "purchase_days", "op": "gte", "value": REGULAR_FROM_DAY}
    return address("people", all_of(_bought(span), regular), sort="-value_12m")


def all_customers() -> str:
    """The list of everyone who ever bought."""
    return address("people", BOUGHT_EVER, sort="-value")


def orders_of(span: Span, scene: Scene) -> str:
    """The list of a span's orders.

    Lists read days in the viewer's time zone, figures in that of the business; where the two differ, the list is
    asked for the business's days, so that it adds up to the figure.
    """
    if scene.actor.time_zone == scene.zone.key:
        return address("orders", between("ordered_at", span.first_on, span.last_on), sort="-ordered_at")
    return address("orders", is_("counted_between", f"{span.first_on}..{span.last_on}"), sort="-ordered_at")


def counted_between(actor: Actor, op: str, value: Any) -> Q:
    """The condition behind the filter `counted_between`, such as 2026-03-01..2026-03-31, in the business's time zone.

    Raises FilterError.
    """
    try:
        first, last = (date.fromisoformat(part) for part in str(value).split(".."))
    except ValueError as error:
        raise FilterError("counted_between", _("Days are written like 2026-03-01..2026-03-31.")) from error
    return _ordered_in(Span(first, last), ZoneInfo(workspace().time_zone))


def _ordered_in(span: Span, zone: ZoneInfo) -> Q:
    start = datetime.combine(span.first_on, time.min, tzinfo=zone)
    end = datetime.combine(span.last_on + timedelta(days=1), time.min, tzinfo=zone)
    return Q(ordered_at__gte=start, ordered_at__lt=end)


# ---- Own customers ------------------------------------------------------------------------------------------------


def own_tiles(scene: Scene, period: Period) -> list[Tile]:
    """Revenue from, and number of, exactly those customers whom the actor may see; counted now. Two queries."""
    orders = Order.objects.visible_to(scene.actor).filter(deleted_at=None)
    now = orders.filter(_ordered_in(period.now, scene.zone))
    sums = {"now": Sum("value", filter=_ordered_in(period.now, scene.zone))}
    if period.before:
        sums["before"] = Sum("value", filter=_ordered_in(period.before, scene.zone))
        reach = _ordered_in(Span(period.before.first_on, period.now.last_on), scene.zone)
        now = orders.filter(reach)
    found = now.aggregate(**sums)
    revenue = found["now"] or Decimal(0)
    delta = relative_change(revenue, found.get("before"))
    active = CustomerTier.objects.visible_to(scene.actor).filter(
        person__deleted_at=None, purchase_days__gte=1, last_order_on__range=(period.now.first_on, period.now.last_on)
    )
    note = before_words(period) if delta and delta.amount else ""
    return [
        Tile(METRICS["revenue"], revenue, orders_of(period.now, scene), delta, note),
        Tile(METRICS["active"], active.count(), active_in(period.now)),
    ]
