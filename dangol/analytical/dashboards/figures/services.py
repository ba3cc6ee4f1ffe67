"""Counting the key figures of every period, whole and in parts, as a step of the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import ibis
import ibis.expr.types as ir

from dangol.analytical.dashboards.figures.rules import REGULAR_FROM_DAY, Part, parts_to_count
from dangol.analytical.warehouse import Analysis

FIGURE = "span_details"


def purchase_days(order: ir.Table) -> ir.Table:
    """One row for each day on which a known customer bought (net above nothing).

    Columns: person_id, day, value (net, company currency), nth (1 is the first such day), gap_days (since the one
    before, empty for the first).
    """
    known = order.filter(order.person_id.notnull(), order.value.notnull())
    days = known.group_by(known.person_id, day=known.ordered_at.cast("date")).aggregate(value=known.value.sum())
    days = days.filter(days.value > 0)
    one_person = ibis.window(group_by=days.person_id, order_by=days.day)
    return days.mutate(
        nth=ibis.row_number().over(one_person) + 1,
        gap_days=days.day.delta(days.day.lag().over(one_person), unit="day"),
    )


def span_details(order: ir.Table, parts: Sequence[Part]) -> ir.Table:
    """The key figures of every part: see `SpanDetail`. `order` is the dataset, read in the workspace's time zone."""
    wanted = ibis.memtable([asdict(p) for p in parts])
    money, people = _money(order, wanted), _people(purchase_days(order), wanted)
    found = wanted.left_join(money, ["key", "is_before", "part"]).select(
        wanted.key,
        wanted.is_before,
        wanted.part,
        revenue=money.revenue.fill_null(0),
        known_revenue=money.known.fill_null(0),
    )
    joined = found.left_join(people, ["key", "is_before", "part"])
    return joined.select(
        found.key,
        found.is_before,
        found.part,
        found.revenue,
        found.known_revenue,
        regular_revenue=people.regular_revenue.fill_null(0),
        customers=people.customers.fill_null(0),
        regulars=people.regulars.fill_null(0),
        gap_days=people.gap_days,
    ).order_by("key", "is_before", "part")


def _money(order: ir.Table, wanted: ir.Table) -> ir.Table:
    valued = order.filter(order.value.notnull())
    daily = valued.group_by(day=valued.ordered_at.cast("date")).aggregate(
        revenue=valued.value.sum(), known=valued.value.sum(where=valued.person_id.notnull())
    )
    inside = wanted.join(daily, [daily.day >= wanted.first_on, daily.day <= wanted.last_on])
    return inside.group_by("key", "is_before", "part").aggregate(
        revenue=inside.revenue.sum(), known=inside.known.sum()
    )


def _people(days: ir.Table, wanted: ir.Table) -> ir.Table:
    inside = wanted.join(days, [days.day >= wanted.first_on, days.day <= wanted.last_on])
    is_regular = inside.nth >= REGULAR_FROM_DAY
    return inside.group_by("key", "is_before", "part").aggregate(
        regular_revenue=inside.value.sum(where=is_regular),
        customers=inside.person_id.nunique(),
        regulars=inside.person_id.nunique(where=is_regular),
        gap_days=inside.gap_days.median(),
    )


def count_span_details(analysis: Analysis) -> None:
    """Leave the figure `span_details` for the pages."""
    order = analysis.table("order")
    ends = analysis.rows(order.aggregate(first=order.ordered_at.cast("date").min()))
    first: date | None = ends[0]["first"] if ends else None
    parts = parts_to_count(as_of=analysis.as_of, first_on=first) if first else []
    analysis.tell(FIGURE, analysis.rows(span_details(order, parts)) if parts else [])
