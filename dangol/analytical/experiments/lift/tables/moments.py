"""Sums by campaign, tier and group, enough for the estimators."""

from __future__ import annotations

import ibis.expr.types as ir

from dangol.analytical.experiments.lift.estimators.moments import POWERS, column

PAIRS = (("value", "pre_value"), ("orders", "pre_orders"), ("bought", "pre_orders"))
"""Each outcome with the figure from before that it is adjusted by."""


def moments(outcomes: ir.Table) -> ir.Table:
    """One row a campaign, tier and group: n, buyers, ends_on, and the sums of powers and products, named by `column`.

    `ends_on` is the day on which the last one's horizon ends. Powers are floating point: money is exact up to here,
    and nothing after it is shown to the last digit.
    """
    figures = {name: outcomes[name].cast("float64") for pair in PAIRS for name in pair}
    wide = outcomes.select("campaign_id", "tier", "group", "ends_at", **figures)
    sums = {
        column(y, x, a, b): _product(wide, y, a, x, b).sum().fill_null(0.0)
        for y, x in PAIRS
        for a, b in POWERS
        if a + b
    }
    return wide.group_by("campaign_id", "tier", "group").agg(
        n=wide.count(), ends_on=wide.ends_at.max().date(), buyers=wide.bought.sum().cast("int64"), **sums
    )


def _product(table: ir.Table, y: str, a: int, x: str, b: int) -> ir.Value:
    factors = [table[y]] * a + [table[x]] * b
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    return product
