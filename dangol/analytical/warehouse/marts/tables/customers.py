"""What each customer is worth, and how they buy."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from dangol.analytical.warehouse.marts.tables.sales import MONEY

MONTHS_SHOWN = 12
FEWEST_GAPS = 2
"""A customer has a rhythm from this many gaps on: three purchases."""


def customer_value(sales: ir.Table, purchases: ir.Table, *, as_of: date, window_months: int) -> ir.Table:
    """One row a customer with at least one order (a cancellation is one too).

    person_id; first_on, last_on (first and last purchase; of those who never bought net above 0: first and last
    order); purchase_days; frequency (purchase_days - 1, at least 0), recency_days (first to last purchase), age_days
    (first purchase to `as_of`); order_count (without cancellations); value (net, all time), value_12m (net of the
    calendar month of `as_of` and the eleven before), value_in_window, orders_in_window (cancellations counted),
    ordered_in_window (not net: without cancellations) of `window_months` calendar months; mean_day_value (mean value
    of repeat purchases, empty without any); months (twelve values, oldest first); usual_gap_days (median of the gaps,
    from three purchases on) and expected_on (last purchase plus usual gap).
    """
    money = _money(sales.filter(sales.person_id.notnull()), as_of, window_months)
    rhythm = _rhythm(purchases)
    both = money.left_join(rhythm, money.person_id == rhythm.rhythm_id)
    first, last = (
        ibis.coalesce(both.first_purchase, both.first_order),
        ibis.coalesce(both.last_purchase, both.last_order),
    )
    days = both.purchase_days.fill_null(0)
    gap = both.usual_gap_days
    return both.select(
        "person_id", "order_count", "value", "value_12m", "value_in_window", "orders_in_window", "ordered_in_window",
        "months", "mean_day_value", "usual_gap_days",
        first_on=first, last_on=last, purchase_days=days,
        frequency=ibis.greatest(days - 1, 0),
        recency_days=last.delta(first, unit="D").cast("int64"),
        age_days=ibis.literal(as_of).delta(first, unit="D").cast("int64"),
        expected_on=(last + gap.as_interval("D")).cast("date"),
    )  # fmt: skip


def _money(known: ir.Table, as_of: date, window_months: int) -> ir.Table:
    value, ordered = known.value, known.is_order
    in_window = known.month >= ibis.literal(months_back(as_of, window_months - 1))
    shown = [months_back(as_of, n) for n in reversed(range(MONTHS_SHOWN))]
    by_month = {f"m{n}": _sum(value, known.month == ibis.literal(month)) for n, month in enumerate(shown)}
    summed = known.group_by("person_id").agg(
        first_order=known.day.min(),
        last_order=known.day.max(),
        order_count=ordered.sum().cast("int64"),
        value=value.sum().cast(MONEY),
        value_in_window=_sum(value, in_window),
        ordered_in_window=_sum(value, in_window & ordered),
        orders_in_window=in_window.sum().cast("int64"),
        **by_month,
    )
    months = [summed[name] for name in by_month]
    year = months[0]
    for month in months[1:]:
        year = year + month
    return summed.mutate(value_12m=year.cast(MONEY), months=ibis.array(months)).drop(*by_month)


def _rhythm(purchases: ir.Table) -> ir.Table:
    day_value, is_repeat = purchases.day_value, purchases.nth > 1
    found = purchases.group_by(rhythm_id=purchases.person_id).agg(
        first_purchase=purchases.day.min(),
        last_purchase=purchases.day.max(),
        purchase_days=purchases.count(),
        repeat_value=day_value.sum(where=is_repeat).cast(MONEY),
        median_gap=purchases.gap_days.median(),
    )
    repeats = found.purchase_days - 1
    has_rhythm = repeats >= FEWEST_GAPS
    return found.mutate(
        mean_day_value=(found.repeat_value.cast("float64") / repeats.nullif(0)),
        usual_gap_days=ibis.ifelse(has_rhythm, (found.median_gap + 0.5).floor().cast("int64"), ibis.null("int64")),
    )


def _sum(value: ir.Value, where: ir.Value) -> ir.Value:
    return value.sum(where=where).fill_null(0).cast(MONEY)


def months_back(day: date, months: int) -> date:
    """The first day of the month `months` before that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
