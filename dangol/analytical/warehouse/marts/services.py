"""Working out the marts, and writing down the figures that pages show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import ibis
from django.db import connection, transaction

from dangol.analytical.warehouse.marts.models import Figure
from dangol.analytical.warehouse.marts.rules import dense_cohorts, dense_days, dense_months, spans, with_ends
from dangol.analytical.warehouse.marts.tables import returns, revenue
from dangol.analytical.warehouse.marts.tables.sales import purchases, sales
from dangol.analytical.warehouse.steps import Analysis
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

DAYS_SHOWN = 1100
COHORTS_SHOWN = 36


@transaction.atomic
def replace_figures(*, actor: Actor, as_of: date, figures: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Make the figures those given; a figure that is as it was is not written. Part of an analysis, tells no event."""
    require(actor, "change", "insight")
    Figure.objects.exclude(pk__in=list(figures)).delete()
    with connection.cursor() as cursor:
        for name, rows in figures.items():
            cursor.execute(
                "INSERT INTO warehouse_figure AS kept (name, as_of, rows) VALUES (%s, %s, %s::jsonb)"
                " ON CONFLICT (name) DO UPDATE SET as_of = excluded.as_of, rows = excluded.rows, made_at = now()"
                " WHERE (kept.as_of, kept.rows) IS DISTINCT FROM (excluded.as_of, excluded.rows)",
                [name, as_of, json.dumps(list(rows))],
            )


def make_marts(analysis: Analysis) -> None:
    """The first step of every analysis: sales, purchases, and the company-wide figures made of them."""
    as_of = analysis.as_of
    order = analysis.table("order")
    sold = analysis.keep("sales", sales(order, analysis.table("person"), as_of=as_of))
    bought = analysis.keep("purchases", purchases(sold))
    _warn_of_missing_rates(analysis)
    monthly = analysis.keep("monthly_revenue", revenue.monthly_revenue(sold, bought), is_published=True)
    analysis.tell("monthly_revenue", dense_months(analysis.rows(monthly), as_of))
    days = dense_days(analysis.rows(revenue.daily_revenue(sold, bought)), as_of)
    analysis.tell("daily_revenue", days[-DAYS_SHOWN:])
    analysis.tell("span_totals", _span_totals(analysis, days[0]["day"] if days else as_of))
    _tell_returns(analysis)


def _tell_returns(analysis: Analysis) -> None:
    bought, as_of = analysis.table("purchases"), analysis.as_of
    map_ = analysis.keep("cohorts", returns.cohorts(bought), is_published=True)
    analysis.tell("cohorts", dense_cohorts(analysis.rows(map_), as_of, COHORTS_SHOWN))
    rates = analysis.rows(returns.repeat_rates(bought, as_of=as_of))
    analysis.tell(
        "repeat_rates", [{**r, "rate": r["repeated"] / r["customers"] if r["customers"] else 0.0} for r in rates]
    )
    between = returns.gaps(bought)
    analysis.tell("gap_bands", with_ends(analysis.rows(returns.gap_bands(between)), returns.GAP_BANDS))
    middle = analysis.rows(returns.gap_figures(between))
    analysis.tell("gap_figures", [row for row in middle if row["gaps"]])


def _span_totals(analysis: Analysis, first_on: date) -> Iterator[dict[str, Any]]:
    sold, bought = analysis.table("sales"), analysis.table("purchases")
    rows = []
    for key, is_before, begin, end in spans(analysis.as_of, first_on):
        marks = {"key": key, "is_before": is_before, "first_on": begin, "last_on": end}
        found = revenue.span_totals(sold, bought, first_on=begin, last_on=end)
        rows.append(found.mutate(**{name: ibis.literal(value) for name, value in marks.items()}))
    yield from analysis.rows(ibis.union(*rows, distinct=False))


def _warn_of_missing_rates(analysis: Analysis) -> None:
    order = analysis.table("order")
    missing = analysis.rows(order.filter(order.value.isnull()).count().name("orders").as_table())[0]["orders"]
    if missing:
        analysis.warnings.append(f"{missing} orders are in a currency without a known rate and are not counted.")
