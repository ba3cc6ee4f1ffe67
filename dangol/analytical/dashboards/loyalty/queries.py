"""The cohort map and the repeat rate, and the people behind their numbers.

A purchase is a day, in the workspace's time zone, on which a person's orders and cancellations add up to more than
nothing: the same rule by which the warehouse counts, so that a list is as long as its number says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.analytical.dashboards.figures.queries import BOUGHT_EVER, all_customers
from dangol.analytical.dashboards.figures.rules import months_before
from dangol.analytical.dashboards.loyalty.rules import (
    CohortRow,
    cohort_rows,
    heat_step,
    highest_share,
    usual_first_return,
    weak_cohort,
)
from dangol.analytical.dashboards.pictures.queries import Counted, Scene
from dangol.analytical.dashboards.pictures.rules import Cell, Column, Picture, Table, address, all_of, is_
from dangol.analytical.warehouse.marts.queries import as_of
from dangol.analytical.warehouse.marts.rules import CohortMonth, RepeatRate
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.filters import FilterError

SHOWN_WITHIN_DAYS = 90


def cohorts(counted: Counted, scene: Scene) -> Picture:
    """Which share of each month's new customers ordered again, by months since the first order."""
    rows = cohort_rows(counted.cohorts)
    width, highest = max((len(r.months) for r in rows), default=0), highest_share(rows)
    columns = (
        Column("month", gettext_lazy("First order"), "month"),
        Column("people", gettext_lazy("Customers")),
        *(Column(f"month_{n}", str(n), "percent") for n in range(1, width + 1)),
    )
    caption = gettext_lazy("Share of each month's new customers who ordered again, by months since the first order")
    table = Table(caption, columns, tuple(_cohort_row(r, width, highest) for r in rows) if width else ())
    weak = weak_cohort(rows)
    facts = {"weak": weak, "weak_door": cohort_door(weak.month) if weak else "", "usual": usual_first_return(rows)}
    return Picture("cohorts", lambda: table, None, facts)


def _cohort_row(row: CohortRow, width: int, highest: float) -> tuple[Cell, ...]:
    by_month = {c.months_since: c for c in row.months}
    cells = [_cohort_cell(by_month.get(n), highest) for n in range(1, width + 1)]
    return Cell(row.month), Cell(row.size, cohort_door(row.month)), *cells


def _cohort_cell(found: CohortMonth | None, highest: float) -> Cell:
    if found is None:
        return Cell(None)
    door = cohort_door(found.cohort, found.months_since) if found.customers else ""
    return Cell(found.share, door, heat_step(found.share, highest), found.customers)


def cohort_door(month: date, months_since: int | None = None) -> str:
    """The list of those who first ordered in `month`, or of those of them who ordered again that many months later."""
    return address("people", is_("cohort", f"{month:%Y-%m}" + (f":{months_since}" if months_since else "")))


def repeats(counted: Counted, scene: Scene) -> Picture:
    """Which share of customers ordered again within so many days of the first order."""
    table = Table(
        gettext_lazy("Customers who ordered again within so many days of their first order"),
        (
            Column("days", gettext_lazy("Within days"), "text"),
            Column("people", gettext_lazy("First seen so long ago")),
            Column("repeated", gettext_lazy("Ordered again")),
            Column("rate", gettext_lazy("Repeat rate, %"), "percent"),
        ),
        tuple(_repeat_row(r, counted.as_of) for r in _by_days(counted.repeats) if r.customers),
    )
    shown = next((r for r in counted.repeats if r.days == SHOWN_WITHIN_DAYS and r.customers), None)
    ever = next((r for r in counted.repeats if r.days == 0 and r.customers), None)
    doors = {"shown_door": repeated_door(shown) if shown else "", "ever_door": repeated_door(ever) if ever else ""}
    return Picture("repeats", lambda: table, None, {"shown": shown, "ever": ever, **doors})


def _by_days(rates: Sequence[RepeatRate]) -> list[RepeatRate]:
    return sorted(rates, key=lambda r: r.days or 10**6)


def _repeat_row(rate: RepeatRate, as_of: date | None) -> tuple[Cell, ...]:
    days = str(rate.days) if rate.days else _("at any time")
    seen, back = Cell(rate.customers, seen_door(rate, as_of)), Cell(rate.repeated, repeated_door(rate))
    return Cell(days), seen, back, Cell(rate.rate, repeated_door(rate), count=rate.repeated)


def seen_door(rate: RepeatRate, as_of: date | None) -> str:
    """The list of those who were first seen at least so many days ago."""
    if rate.days and as_of:
        seen = {"field": "first_order_on", "op": "before", "value": _day_after(as_of, rate.days)}
        return address("people", all_of(seen, BOUGHT_EVER))
    return all_customers()


def _day_after(as_of: date, days: int) -> str:
    return (as_of - timedelta(days=days - 1)).isoformat()


def repeated_door(rate: RepeatRate) -> str:
    """The list of those of them who ordered again in that time."""
    if rate.days:
        return address("people", is_("repeated_within", str(rate.days)))
    return address("people", {"field": "purchase_days", "op": "gte", "value": 2})


# ---- People behind the numbers ------------------------------------------------------------------------------------


def purchases_between(first: date, last: date, zone: ZoneInfo) -> Any:
    """Subquery over a person (outer `pk`): days from `first` to `last` on which they bought."""
    return _purchases(zone).filter(ordered_at__gte=_start(first, zone), ordered_at__lt=_start(last, zone, 1))


def _purchases(zone: ZoneInfo) -> Any:
    orders = Order.objects.for_system("purchase days of people who were judged already")
    days = orders.filter(deleted_at=None, person_id=OuterRef("pk")).annotate(day=TruncDate("ordered_at", tzinfo=zone))
    return days.values("person_id", "day").annotate(net=Sum("value")).filter(net__gt=0)


def _start(day: date, zone: ZoneInfo, later_by: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=later_by), time.min, tzinfo=zone)


def _zone() -> ZoneInfo:
    return ZoneInfo(workspace().time_zone)


def _last_of(month: date) -> date:
    return months_before(month, -1) - timedelta(days=1)


def of_cohort(actor: Actor, op: str, value: Any) -> Q:
    """The condition behind the filter `cohort`: 2025-03, or 2025-03:2 (back two months later). Raises FilterError."""
    try:
        month_text, _colon, since_text = str(value).partition(":")
        month, since = date.fromisoformat(f"{month_text}-01"), int(since_text or 0)
        later = months_before(month, -since)
    except (ValueError, OverflowError) as error:
        sentence = _("A cohort is written like 2026-03, or 2026-03:2 for those who ordered again two months later.")
        raise FilterError("cohort", sentence) from error
    first = Q(tier_row__first_order_on__range=(month, _last_of(month)), tier_row__purchase_days__gte=1)
    return first & Q(Exists(purchases_between(later, _last_of(later), _zone()))) if since else first


def bought_between(actor: Actor, op: str, value: Any) -> Q:
    """The condition behind the filter `bought_between`, such as 2026-03-01..2026-03-31. Raises FilterError."""
    try:
        first, last = (date.fromisoformat(part) for part in str(value).split(".."))
    except ValueError as error:
        raise FilterError("bought_between", _("Days are written like 2026-03-01..2026-03-31.")) from error
    return Q(Exists(purchases_between(first, last, _zone())))


def repeated_within(actor: Actor, op: str, value: Any) -> Q:
    """The condition behind the filter `repeated_within`: first seen that many days ago, and bought again in them.

    Raises FilterError.
    """
    text = str(value)
    if not (text.isdecimal() and 0 < int(text) <= 3650):
        raise FilterError("repeated_within", _("Give a number of days, such as 90."))
    days, last = timedelta(days=int(text)), as_of() or date(1900, 1, 1)
    first = OuterRef("tier_row__first_order_on")
    again = _purchases(_zone()).filter(day__gt=first, day__lte=first + days)
    return Q(tier_row__first_order_on__lte=last - days, tier_row__purchase_days__gte=1) & Q(Exists(again))
