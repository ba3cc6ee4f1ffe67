"""From orders to purchases."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

MONEY = "decimal(38, 4)"


def sales(order: ir.Table, person: ir.Table, *, as_of: date) -> ir.Table:
    """One row an order up to the day `as_of`: id, person_id, day, month, value, is_order.

    Orders without a value (no rate known yet) are left out; a buyer who is in the trash counts as unknown.
    `is_order` is false for cancellations and adjustments, whose value is negative as a rule.
    """
    known = person.select(known_id=person.id)
    found = order.filter(order.value.notnull()).left_join(known, order.person_id == known.known_id)
    found = found.mutate(day=found.ordered_at.date())
    return found.filter(found.day <= ibis.literal(as_of)).select(
        "id",
        "day",
        person_id=found.known_id,
        month=found.day.truncate("M"),
        value=found.value.cast(MONEY),
        is_order=found.kind == "order",
    )


def purchases(sales: ir.Table) -> ir.Table:
    """One row a customer and day of purchase: person_id, day, month, day_value, nth (1 is the first), gap_days.

    `gap_days` are the days since the purchase before; empty for the first.
    """
    days = (
        sales.filter(sales.person_id.notnull())
        .group_by("person_id", "day", "month")
        .agg(day_value=sales.value.sum().cast(MONEY))
    )
    days = days.filter(days.day_value > 0)
    days = days.mutate(nth=ibis.row_number().over(_by_day(days)) + 1, before=days.day.lag().over(_by_day(days)))
    return days.select(
        "person_id", "day", "month", "day_value", "nth", gap_days=days.day.delta(days.before, unit="D").cast("int64")
    )


def _by_day(days: ir.Table) -> ibis.expr.builders.LegacyWindowBuilder:
    return ibis.window(group_by=days.person_id, order_by=days.day)
