"""Tiers as Ibis expressions: who stands where now, and where they stood at the end of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from dangol.analytical.segments.tiers.rules import LATE_AT_LEAST_DAYS, Limits, months_up_to
from dangol.analytical.warehouse.marts.rules import month_after
from dangol.analytical.warehouse.marts.tables.customers import MONTHS_SHOWN

NONE, BOTTOM, MIDDLE, TOP = 0, 1, 2, 3
NAMES = {TOP: "top", MIDDLE: "middle", BOTTOM: "bottom"}
HISTORY_VALUE = "decimal(18, 4)"


def ranked(customer_value: ir.Table, *, limits: Limits) -> ir.Table:
    """One row a customer with orders in the window: ranked_id, rank, tier_code, share, cumulative_share.

    Rank 1 is the highest value in the window; equals stand in the order of their keys.
    """
    known = customer_value.filter(customer_value.orders_in_window > 0)
    known = known.select(ranked_id=known.person_id, value=known.value_in_window)
    best = ibis.window(order_by=[known.value.desc(), known.ranked_id], rows=(None, 0))
    placed = known.mutate(rank=known.count().over(best), brought=known.value.sum().over(best))
    placed = placed.cross_join(placed.agg(people=placed.count(), total=placed.value.sum()))
    total = placed.total.cast("float64").nullif(0)
    return placed.select(
        "ranked_id",
        "rank",
        tier_code=_tier_code(placed.rank, placed.people, limits),
        share=(placed.value.cast("float64") / total).round(8).cast("decimal(12, 8)"),
        cumulative_share=(placed.brought.cast("float64") / total).round(8).cast("decimal(12, 8)"),
    )


def value_by_month(sales: ir.Table) -> ir.Table:
    """One row a customer and month with orders: person_id, month, value."""
    known = sales.filter(sales.person_id.notnull())
    return known.group_by("person_id", "month").agg(value=known.value.sum().cast(HISTORY_VALUE))


def tiers_at(value_by_month: ir.Table, *, from_month: date, to_month: date, limits: Limits) -> ir.Table:
    """One row a customer with orders from the first to the last of these months: person_id, tier_code."""
    inside = value_by_month.filter(value_by_month.month.between(ibis.literal(from_month), ibis.literal(to_month)))
    summed = inside.group_by("person_id").agg(value=inside.value.sum().cast(HISTORY_VALUE))
    best = ibis.window(order_by=[summed.value.desc(), summed.person_id], rows=(None, 0))
    placed = summed.mutate(rank=summed.count().over(best), people=summed.count().as_scalar())
    return placed.select("person_id", tier_code=_tier_code(placed.rank, placed.people, limits))


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
        "person_id", tier=_name(runs.code), from_month=_month(runs.place, months), until_month=_month(runs.last, months)
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
                from_tier=_name(moved.a), to_tier=_name(moved.b),
            )
        )  # fmt: skip
    return _stacked(flows)


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
        "customers", "value", tier=_name(sums.tier_code), orders=sums.orders.cast("int64"),
        share_of_customers=sums.customers.cast("float64") / sums.people,
        share_of_value=(sums.value.cast("float64") / sums.total.cast("float64").nullif(0)).fill_null(0.0),
    )  # fmt: skip


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
        tier=_name(whole.tier_code).nullif(""), previous_tier=_name(whole.previous_code).nullif(""),
        value=_money(whole.value), value_12m=_money(whole.value_12m), value_in_window=_money(whole.value_in_window),
        months=_array(whole, as_of), first_order_on=whole.first_on, last_order_on=whole.last_on,
        is_slipping=_is_slipping(whole, as_of),
    )  # fmt: skip


def _tier_code(rank: ir.Value, people: ir.Value, limits: Limits) -> ir.Value:
    """The rule of `Limits.tier_of` in whole numbers; percents have two decimals, halves count up."""
    top = (people * int(limits.top_percent * 200) + 10_000) // 20_000
    bottom = ibis.least((people * int(limits.bottom_percent * 200) + 10_000) // 20_000, people - top)
    return ibis.cases((rank <= top, TOP), (rank > people - bottom, BOTTOM), else_=MIDDLE).cast("int8")


def _is_slipping(customers: ir.Table, as_of: date) -> ir.Value:
    gap = customers.usual_gap_days
    silent = ibis.literal(as_of).delta(customers.last_on, unit="D").cast("int64")
    late = silent > ibis.greatest(gap * 3 // 2, gap + LATE_AT_LEAST_DAYS)
    return ((customers.tier_code == TOP) & gap.notnull() & late).fill_null(False)


def _name(code: ir.Value) -> ir.Value:
    return ibis.cases(*[(code == number, name) for number, name in NAMES.items()], else_="")


def _month(place: ir.Value, months: Sequence[date]) -> ir.Value:
    return ibis.cases(*[(place == n, ibis.literal(month)) for n, month in enumerate(months)])


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


def _stacked(parts: Sequence[ir.Table]) -> ir.Table:
    """All rows of several tables. Halved again and again: a chain of unions would nest one query in the next."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return ibis.union(_stacked(parts[:middle]), _stacked(parts[middle:]), distinct=False)
