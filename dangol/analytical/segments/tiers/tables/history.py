"""Where customers stood at the end of each month, and how they moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from dangol.analytical.segments.tiers.rules import Limits
from dangol.analytical.segments.tiers.tables.ranking import NONE, tier_code, tier_name

HISTORY_VALUE = "decimal(18, 4)"


def value_by_month(sales: ir.Table) -> ir.Table:
    """One row a customer and month with orders: person_id, month, value."""
    known = sales.filter(sales.person_id.notnull())
    return known.group_by("person_id", "month").agg(value=known.value.sum().cast(HISTORY_VALUE))


def tiers_at(value_by_month: ir.Table, *, from_month: date, to_month: date, limits: Limits) -> ir.Table:
    """One row a customer with orders from the first to the last of these months: person_id, tier_code."""
    inside = value_by_month.filter(value_by_month.month.between(ibis.literal(from_month), ibis.literal(to_month)))
    summed = inside.group_by("person_id").agg(value=inside.value.sum().cast(HISTORY_VALUE))
    best = ibis.window(order_by=[summed.value.desc(), summed.person_id])
    placed = summed.mutate(
        rank=ibis.row_number().over(best) + 1,
        people=summed.count().as_scalar(),
    )
    return placed.select("person_id", tier_code=tier_code(placed.rank, placed.people, limits))


def tier_months(people: ir.Table, by_month: Sequence[ir.Table]) -> ir.Table:
    """One row a customer: person_id, and for each month its tier as a code (0 none, 1 bottom, 2 middle, 3 top).

    The columns are m0, m1, ... in the order of `by_month`, tables as `tiers_at` returns them.
    """
    # One aggregation instead of a join a month: a query nested so deep would outgrow Python's stack.
    long = _stacked(
        [t.select("person_id", code=t.tier_code, place=ibis.literal(i, "int16")) for i, t in enumerate(by_month)]
    )
    codes = {f"m{i}": long.code.max(where=long.place == i) for i in range(len(by_month))}
    found = long.group_by(joined_id=long.person_id).aggregate(**codes)
    wide = people.select("person_id").left_join(found, people.person_id == found.joined_id)
    return wide.select("person_id", **{name: wide[name].fill_null(NONE).cast("int8") for name in codes})


def tier_periods(tier_months: ir.Table, *, months: Sequence[date]) -> ir.Table:
    """One row a customer and run of months in the same tier: person_id, tier, from_month, until_month (counted in)."""
    steps = []
    for place in range(len(months)):
        now = tier_months[f"m{place}"]
        before = tier_months[f"m{place - 1}"] if place else ibis.literal(NONE, "int8")
        step = tier_months.filter(now != before)
        steps.append(step.select("person_id", code=step[f"m{place}"], place=ibis.literal(place, "int16")))
    changed = _stacked(steps)
    following = changed.place.lead().over(ibis.window(group_by=changed.person_id, order_by=changed.place))
    runs = changed.mutate(last=following.fill_null(len(months)) - 1)
    runs = runs.filter(runs.code != NONE)
    return runs.select(
        "person_id",
        tier=tier_name(runs.code),
        from_month=_month(runs.place, months),
        until_month=_month(runs.last, months),
    )


def tier_flows(tier_months: ir.Table, *, pairs: Sequence[tuple[int, int]], months: Sequence[date]) -> ir.Table:
    """One row a pair of months and pair of tiers: from_month, to_month, from_tier, to_tier ("" = none), customers."""
    flows = []
    for first, second in pairs:
        moved = tier_months.group_by(a=tier_months[f"m{first}"], b=tier_months[f"m{second}"]).agg(
            customers=ibis._.count()
        )
        moved = moved.filter((moved.a != NONE) | (moved.b != NONE))
        flows.append(
            moved.select(
                "customers", from_month=ibis.literal(months[first]), to_month=ibis.literal(months[second]),
                from_tier=tier_name(moved.a), to_tier=tier_name(moved.b),
            )
        )  # fmt: skip
    return _stacked(flows)


def _month(place: ir.Value, months: Sequence[date]) -> ir.Value:
    return ibis.cases(*[(place == n, ibis.literal(month)) for n, month in enumerate(months)])


def _stacked(parts: Sequence[ir.Table]) -> ir.Table:
    """All rows of several tables. Halved again and again: a chain of unions would nest one query in the next."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return ibis.union(_stacked(parts[:middle]), _stacked(parts[middle:]), distinct=False)
