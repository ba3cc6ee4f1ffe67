"""Who comes back: cohorts, repeat rates, gaps between purchases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

REPEAT_DAYS = (30, 60, 90, 180, 365)
GAP_BANDS = (1, 8, 15, 31, 61, 91, 181, 366)
"""First day of each band; the last is open."""


def cohorts(purchases: ir.Table) -> ir.Table:
    """One row a cohort and month with returns: cohort, months_since, size, customers.

    Month 0 counts those with a second day of purchase in the month of the first.
    """
    firsts = purchases.filter(purchases.nth == 1).select(buyer_id=purchases.person_id, cohort=purchases.month)
    sizes = firsts.group_by(sized=firsts.cohort).agg(size=firsts.count())
    again = purchases.filter(purchases.nth > 1)
    again = again.join(firsts, again.person_id == firsts.buyer_id)
    since = (again.month.year() - again.cohort.year()) * 12 + again.month.month() - again.cohort.month()
    again = again.mutate(months_since=since.cast("int64"))
    back = again.group_by("cohort", "months_since").agg(customers=again.person_id.nunique())
    whole = sizes.left_join(back, sizes.sized == back.cohort)
    return whole.select(
        "size", cohort=whole.sized, months_since=whole.months_since.fill_null(0), customers=whole.customers.fill_null(0)
    ).order_by("cohort", "months_since")


def repeat_rates(purchases: ir.Table, *, as_of: date, days: Sequence[int] = REPEAT_DAYS) -> ir.Table:
    """One row a number of days (0 = at any time): days, customers first seen at least that long ago, repeated."""
    first = purchases.filter(purchases.nth == 1).select(buyer_id=purchases.person_id, first_on=purchases.day)
    second = purchases.filter(purchases.nth == 2).select(second_id=purchases.person_id, gap=purchases.gap_days)
    people = first.left_join(second, first.buyer_id == second.second_id)
    age = ibis.literal(as_of).delta(people.first_on, unit="D").cast("int64")
    rows = [people.agg(customers=people.count(), repeated=people.gap.count()).mutate(days=ibis.literal(0, "int64"))]
    for limit in days:
        seen = people.filter(age >= limit)
        row = seen.agg(customers=seen.count(), repeated=(seen.gap <= limit).sum().fill_null(0).cast("int64"))
        rows.append(row.mutate(days=ibis.literal(limit, "int64")))
    return ibis.union(*rows, distinct=False).select("days", "customers", "repeated").order_by("days")


def gaps(purchases: ir.Table) -> ir.Table:
    """One row a repeat purchase: person_id, day, gap_days since the purchase before."""
    return purchases.filter(purchases.nth > 1).select("person_id", "day", "gap_days")


def gap_bands(gaps: ir.Table) -> ir.Table:
    """One row a band: from_days, gaps. Bands without gaps are left out."""
    bands = sorted(GAP_BANDS, reverse=True)
    start = ibis.cases(*[(gaps.gap_days >= low, low) for low in bands], else_=1)
    return gaps.mutate(from_days=start).group_by("from_days").agg(gaps=ibis._.count()).order_by("from_days")


def gap_figures(gaps: ir.Table) -> ir.Table:
    """One row: gaps, median_days, lower_quartile_days, upper_quartile_days."""
    days = gaps.gap_days
    return gaps.agg(
        gaps=days.count(),
        median_days=days.median(),
        lower_quartile_days=days.quantile(0.25),
        upper_quartile_days=days.quantile(0.75),
    )
