"""Counting the key figures of every period, whole and in parts, as a step of the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import ibis
import ibis.expr.types as ir

from dangol.analytical.dashboards.figures.rules import REGULAR_FROM_DAY, Part, parts_to_count
from dangol.analytical.dashboards.pictures.rules import Ground
from dangol.analytical.segments.tiers.queries import limits
from dangol.analytical.warehouse import Analysis
from dangol.platform.accounts.queries import workspace

DETAILS, GROUND = "span_details", "ground"
PART = ("key", "is_before", "part")


def span_details(sales: ir.Table, purchases: ir.Table, parts: Sequence[Part]) -> ir.Table:
    """The key figures of every part, in the columns of `SpanDetail`."""
    wanted = ibis.memtable([asdict(p) for p in parts])
    money, people = _money(sales, wanted), _people(purchases, wanted)
    found = wanted.left_join(money, PART).select(
        *(wanted[name] for name in PART),
        revenue=money.revenue.fill_null(0),
        known_revenue=money.known_revenue.fill_null(0),
    )
    joined = found.left_join(people, PART)
    return joined.select(
        *(found[name] for name in PART),
        found.revenue,
        found.known_revenue,
        regular_revenue=people.regular_revenue.fill_null(0),
        customers=people.customers.fill_null(0),
        regulars=people.regulars.fill_null(0),
        gap_days=people.gap_days,
    ).order_by(*PART)


def _money(sales: ir.Table, wanted: ir.Table) -> ir.Table:
    is_known = sales.person_id.notnull()
    daily = sales.group_by("day").agg(revenue=sales.value.sum(), known=sales.value.sum(where=is_known))
    inside = wanted.join(daily, [daily.day >= wanted.first_on, daily.day <= wanted.last_on])
    return inside.group_by(*PART).agg(revenue=inside.revenue.sum(), known_revenue=inside.known.sum())


def _people(purchases: ir.Table, wanted: ir.Table) -> ir.Table:
    inside = wanted.join(purchases, [purchases.day >= wanted.first_on, purchases.day <= wanted.last_on])
    is_regular = inside.nth >= REGULAR_FROM_DAY
    return inside.group_by(*PART).agg(
        regular_revenue=inside.day_value.sum(where=is_regular),
        customers=inside.person_id.nunique(),
        regulars=inside.person_id.nunique(where=is_regular),
        gap_days=inside.gap_days.median(),
    )


def count_span_details(analysis: Analysis) -> None:
    """Leave the figure `span_details` for the pages."""
    sales = analysis.table("sales")
    first = analysis.rows(sales.agg(first=sales.day.min()))[0]["first"]
    parts = parts_to_count(as_of=analysis.as_of, first_on=first) if first else []
    found = span_details(sales, analysis.table("purchases"), parts) if parts else None
    analysis.tell(DETAILS, [] if found is None else analysis.rows(found))


def tell_ground(analysis: Analysis) -> None:
    """Leave the figure `ground`, so that a page reads figures by the settings under which they were counted."""
    tiers = limits()
    ground = Ground(
        analysis.currency, workspace().time_zone, tiers.top_percent, tiers.bottom_percent, tiers.window_months
    )
    analysis.tell(GROUND, [asdict(ground)])
