"""Everything about one customer's tier in one row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from dangol.analytical.segments.tiers.rules import LATE_AT_LEAST_DAYS, months_up_to
from dangol.analytical.segments.tiers.tables.ranking import NONE, TOP, tier_name
from dangol.analytical.warehouse.marts.rules import month_after
from dangol.analytical.warehouse.marts.tables.customers import MONTHS_SHOWN


def customer_tier(
    customer_value: ir.Table, ranked: ir.Table, rfm: ir.Table, tier_months: ir.Table, tier_periods: ir.Table,
    *, as_of: date, months: Sequence[date],
) -> ir.Table:  # fmt: skip
    """One row a customer, with the columns of the table in Postgres; `months` comes as Postgres writes arrays."""
    now = tier_periods.filter(tier_periods.until_month == ibis.literal(months[-1]))
    now = now.select(since_id=now.person_id, tier_since=now.from_month)
    before = f"m{len(months) - 2}"
    past = tier_months.select(
        past_id=tier_months.person_id,
        previous_code=tier_months[before] if len(months) > 1 else ibis.literal(NONE, "int8"),
    )
    whole = customer_value.left_join(ranked, customer_value.person_id == ranked.ranked_id)
    whole = whole.join(rfm, whole.person_id == rfm.graded_id)
    whole = whole.left_join(past, whole.person_id == past.past_id)
    whole = whole.left_join(now, whole.person_id == now.since_id)
    return whole.select(
        "person_id", "rank", "share", "cumulative_share", "tier_since", "order_count", "purchase_days",
        "usual_gap_days", "expected_on", "recency", "frequency", "money", "segment",
        tier=tier_name(whole.tier_code).nullif(""), previous_tier=tier_name(whole.previous_code).nullif(""),
        value=_money(whole.value), value_12m=_money(whole.value_12m), value_in_window=_money(whole.value_in_window),
        months=_array(whole, as_of), first_order_on=whole.first_on, last_order_on=whole.last_on,
        is_slipping=_is_slipping(whole, as_of),
    )  # fmt: skip


def _is_slipping(customers: ir.Table, as_of: date) -> ir.Value:
    gap = customers.usual_gap_days
    silent = ibis.literal(as_of).delta(customers.last_on, unit="D").cast("int64")
    late = silent > ibis.greatest(gap * 3 // 2, gap + LATE_AT_LEAST_DAYS)
    return ((customers.tier_code == TOP) & gap.notnull() & late).fill_null(False)


def _money(value: ir.Value) -> ir.Value:
    return value.cast("decimal(19, 4)")


def _array(customers: ir.Table, as_of: date) -> ir.Value:
    """The months' values as Postgres writes an array; NULL in those in which an expected order did not come."""
    expected = customers.expected_on
    is_due = expected.notnull() & (expected <= ibis.literal(as_of))
    shown = []
    for place, month in enumerate(months_up_to(as_of, date.min, MONTHS_SHOWN)):
        value = customers.months[place].cast("decimal(19, 2)")
        is_missed = is_due & (expected < ibis.literal(month_after(month))) & (value <= 0)
        shown.append(ibis.ifelse(is_missed, "NULL", value.cast("string")))
    return ibis.literal("{") + ibis.literal(",").join(shown) + "}"
