"""Reading what the last analysis left. Company-wide figures: each needs the right to see `insight`."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from dangol.analytical.warehouse.marts.models import Figure
from dangol.analytical.warehouse.marts.rules import (
    CohortMonth,
    DayRevenue,
    GapBand,
    GapFigures,
    MonthRevenue,
    ParetoPoint,
    RepeatRate,
    SpanTotals,
    read,
)
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

T = TypeVar("T")


def figure_rows(actor: Actor, name: str, shape: type[T]) -> list[T]:
    """The rows of the figure `name`, as `shape`; empty before the first analysis. Raises Forbidden."""
    require(actor, "see", "insight")
    found = Figure.objects.filter(pk=name).first()
    return [read(shape, row) for row in found.rows] if found else []


def as_of() -> date | None:
    """The last day that the figures count, in the workspace's time zone; None before the first analysis."""
    return Figure.objects.filter(pk="monthly_revenue").values_list("as_of", flat=True).first()


def daily_revenue(actor: Actor) -> list[DayRevenue]:
    """Every day from the first order to the last counted day, days without orders included, oldest first."""
    return figure_rows(actor, "daily_revenue", DayRevenue)


def monthly_revenue(actor: Actor) -> list[MonthRevenue]:
    """Every month from the first order on, oldest first."""
    return figure_rows(actor, "monthly_revenue", MonthRevenue)


def span_totals(actor: Actor) -> list[SpanTotals]:
    """Totals of the last 30, 90, 365 days, of 12 months and of all time, each with the span before it."""
    return figure_rows(actor, "span_totals", SpanTotals)


def cohorts(actor: Actor) -> list[CohortMonth]:
    """The cohort map, by cohort and months since, oldest first."""
    return figure_rows(actor, "cohorts", CohortMonth)


def repeat_rates(actor: Actor) -> list[RepeatRate]:
    """The share of customers who bought again within 30, 60, 90, 180, 365 days, and at any time (days 0, first)."""
    return figure_rows(actor, "repeat_rates", RepeatRate)


def gap_bands(actor: Actor) -> list[GapBand]:
    """How long customers take between two purchases, in bands."""
    return figure_rows(actor, "gap_bands", GapBand)


def gap_figures(actor: Actor) -> GapFigures | None:
    """The middle and the quarters of the days between two purchases; None when nobody bought twice."""
    return next(iter(figure_rows(actor, "gap_figures", GapFigures)), None)


def pareto_curve(actor: Actor) -> list[ParetoPoint]:
    """201 points of the curve over customers of the tiers' window, best first, from (0, 0) to (1, 1)."""
    return figure_rows(actor, "pareto_curve", ParetoPoint)
