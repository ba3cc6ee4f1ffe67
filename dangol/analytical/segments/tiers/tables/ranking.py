"""Who stands where now, and what each tier brings."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis.expr.builders import LegacyWindowBuilder

from dangol.analytical.segments.tiers.rules import Limits

NONE, BOTTOM, MIDDLE, TOP = 0, 1, 2, 3
NAMES = {TOP: "top", MIDDLE: "middle", BOTTOM: "bottom"}


def ranked(customer_value: ir.Table, *, limits: Limits) -> ir.Table:
    """One row a customer with orders in the window: ranked_id, rank, tier_code, share, cumulative_share.

    Rank 1 is the highest value in the window; equals stand in the order of their keys.
    """
    known = customer_value.filter(customer_value.orders_in_window > 0)
    known = known.select(ranked_id=known.person_id, value=known.value_in_window)
    best = ibis.window(order_by=[known.value.desc(), known.ranked_id], rows=(None, 0))
    placed = known.mutate(rank=ibis.row_number().over(_best(known)) + 1, brought=known.value.sum().over(best))
    placed = placed.cross_join(placed.agg(people=placed.count(), total=placed.value.sum()))
    total = placed.total.cast("float64").nullif(0)
    return placed.select(
        "ranked_id",
        "rank",
        tier_code=tier_code(placed.rank, placed.people, limits),
        share=(placed.value.cast("float64") / total).round(8).cast("decimal(12, 8)"),
        cumulative_share=(placed.brought.cast("float64") / total).round(8).cast("decimal(12, 8)"),
    )


def _best(known: ir.Table) -> LegacyWindowBuilder:
    return ibis.window(order_by=[known.value.desc(), known.ranked_id])


def tier_shares(customer_value: ir.Table, ranked: ir.Table) -> ir.Table:
    """One row a tier with customers: tier, customers, value, orders, share_of_customers, share_of_value."""
    both = ranked.join(customer_value, ranked.ranked_id == customer_value.person_id)
    sums = both.group_by("tier_code").agg(
        customers=both.count(),
        value=both.value_in_window.sum().cast("decimal(38, 4)"),
        orders=both.orders_in_window.sum(),
    )
    sums = sums.cross_join(sums.agg(people=sums.customers.sum(), total=sums.value.sum()))
    return sums.order_by(sums.tier_code.desc()).select(
        "customers", "value", tier=tier_name(sums.tier_code), orders=sums.orders.cast("int64"),
        share_of_customers=sums.customers.cast("float64") / sums.people,
        share_of_value=(sums.value.cast("float64") / sums.total.cast("float64").nullif(0)).fill_null(0.0),
    )  # fmt: skip


def tier_code(rank: ir.Value, people: ir.Value, limits: Limits) -> ir.Value:
    """The rule of `Limits.tier_of` in whole numbers; percents have two decimals, halves count up."""
    top = (people * int(limits.top_percent * 200) + 10_000) // 20_000
    bottom = ibis.least((people * int(limits.bottom_percent * 200) + 10_000) // 20_000, people - top)
    return ibis.cases((rank <= top, TOP), (rank > people - bottom, BOTTOM), else_=MIDDLE).cast("int8")


def tier_name(code: ir.Value) -> ir.Value:
    """The tier's name for its code; "" for none."""
    return ibis.cases(*[(code == number, name) for number, name in NAMES.items()], else_="")
