"""Revenue by month, from new and returning customers; and what the lifetime value model expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.analytical.dashboards.figures.queries import BOUGHT_EVER, orders_of
from dangol.analytical.dashboards.figures.rules import Span, months_before
from dangol.analytical.dashboards.pictures.queries import Counted, Scene
from dangol.analytical.dashboards.pictures.rules import Cell, Column, Picture, Table, address, all_of, between, is_
from dangol.analytical.predictions.lifetime_value.models import ModelRun
from dangol.analytical.warehouse.marts.rules import MonthRevenue
from dangol.platform.ui import format

MONTHS_DRAWN = 24


def months(counted: Counted, scene: Scene) -> Picture:
    """What came in each month, from customers who were new and from those who had bought before."""
    found = counted.months
    drawn = found[-MONTHS_DRAWN:]
    whole = [m for m in found if counted.as_of and last_day(m.month) <= counted.as_of and m.revenue > 0]
    facts = {"month": whole[-1] if whole else None, "door": month_orders(whole[-1].month, scene) if whole else ""}
    if whole:
        facts |= _sides(whole[-1])
    return Picture(
        "months", lambda: _month_table(found, scene), _bars(drawn, scene, counted.as_of) if drawn else None, facts
    )


def _month_table(found: list[MonthRevenue], scene: Scene) -> Table:
    return Table(
        gettext_lazy("Revenue by month, from new and returning customers"),
        (
            Column("month", gettext_lazy("Month"), "month"),
            Column("revenue", gettext_lazy("Revenue"), "money"),
            Column("returning", gettext_lazy("From returning customers"), "money"),
            Column("new", gettext_lazy("From new customers"), "money"),
            Column("unknown", gettext_lazy("From unknown buyers"), "money"),
            Column("returning_people", gettext_lazy("Returning customers")),
            Column("new_people", gettext_lazy("New customers")),
        ),
        tuple(_month_row(m, scene) for m in reversed(found)),
    )


def _sides(month: MonthRevenue) -> dict[str, Any]:
    share = month.returning_revenue / month.revenue
    return {"returning_share": share, "returning_door": returned_in(month.month), "new_door": new_in(month.month)}


def _month_row(m: MonthRevenue, scene: Scene) -> tuple[Cell, ...]:
    back, new = returned_in(m.month), new_in(m.month)
    return (
        Cell(m.month), Cell(m.revenue, month_orders(m.month, scene)),
        Cell(m.returning_revenue, back if m.returning_customers else "", count=m.returning_customers),
        Cell(m.new_revenue, new if m.new_customers else "", count=m.new_customers), Cell(m.unknown_revenue),
        Cell(m.returning_customers, back if m.returning_customers else ""),
        Cell(m.new_customers, new if m.new_customers else ""),
    )  # fmt: skip


def last_day(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return months_before(month, -1) - timedelta(days=1)


def month_orders(month: date, scene: Scene) -> str:
    """The list of a month's orders."""
    return orders_of(Span(month, last_day(month)), scene)


def returned_in(month: date) -> str:
    """The list of the customers who bought in a month and had bought before it."""
    bought = is_("bought_between", f"{month}..{last_day(month)}")
    return address("people", all_of(bought, {"field": "first_order_on", "op": "before", "value": month.isoformat()}))


def new_in(month: date) -> str:
    """The list of the customers who bought for the first time in a month."""
    return address("people", all_of(between("first_order_on", month, last_day(month)), BOUGHT_EVER))


def _bars(drawn: list[MonthRevenue], scene: Scene, as_of: date | None) -> dict[str, Any]:
    series: list[dict[str, Any]] = [
        {"name": _("Returning"), "values": [float(m.returning_revenue) for m in drawn]},
        {"name": _("First-time"), "values": [float(m.new_revenue) for m in drawn]},
    ]
    if any(m.unknown_revenue for m in drawn):
        series.append({"name": _("Unknown"), "values": [float(m.unknown_revenue) for m in drawn], "quiet": True})
    return {
        "labels": [_month_label(m.month, scene, as_of) for m in drawn],
        "series": series,
        "stacked": True,
        "money": scene.currency,
        "hrefs": [month_orders(m.month, scene) for m in drawn],
    }


def _month_label(month: date, scene: Scene, as_of: date | None) -> str:
    word = format.month(month, scene.language, short=True)
    return _("%(month)s so far") % {"month": word} if as_of and last_day(month) > as_of else word


# ---- What is expected ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """The model's card: what the next 90 and 365 days should bring, and how far to trust it.

    Money is None when the model is not shown, because it does not beat its baseline. `sentences` are warnings and the
    verdict in the viewer's language; `is_degenerate` says that the fit itself went wrong.
    """

    run: ModelRun
    value_90: Decimal | None
    value_365: Decimal | None
    verdict: str
    warnings: tuple[str, ...]
    is_degenerate: bool
    door_90: str
    door_365: str


DEGENERATE = frozenset(
    {"nobody_leaves", "everyone_leaves_alike", "leaves_at_once_or_never", "all_leave", "same_rate", "rate_at_limit",
     "not_converged"}
)  # fmt: skip


def expected(counted: Counted, run: ModelRun | None) -> Expected | None:
    """What the last fit expects of all customers together; None before the first one."""
    if run is None:
        return None
    sums = next(iter(counted.figures.get("expected_totals", [])), None) if run.is_shown else None
    codes = {str(w.get("code", "")) for w in run.warnings}
    return Expected(
        run=run,
        value_90=Decimal(sums["value_90"]) if sums else None,
        value_365=Decimal(sums["value_365"]) if sums else None,
        verdict=sentence(run.verdict),
        warnings=tuple(filter(None, (sentence(w) for w in run.warnings))),
        is_degenerate=bool(codes & DEGENERATE),
        door_90=address("people", {}, sort="-expected_value_90"),
        door_365=address("people", {}, sort="-expected_value_365"),
    )


def sentence(message: Mapping[str, Any]) -> str:
    """A stored message {code, text, numbers} in the viewer's language."""
    text = str(message.get("text", ""))
    return _(text) % message.get("numbers", {}) if text else ""
