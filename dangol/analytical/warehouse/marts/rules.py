"""Shapes of the figures that pages show, and how they are read back from JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True)
class DayRevenue:
    """One day. `revenue` is net of cancellations and returns, fees counted, in the company's currency.

    `orders` are invoices without cancellations; `customers` those who bought (net above 0), `new_customers` those for
    whom it was the first time.
    """

    day: date
    revenue: Decimal
    orders: int
    customers: int
    new_customers: int


@dataclass(frozen=True)
class MonthRevenue:
    """One month, whole or as far as the last counted day; `month` is its first day.

    Revenue of new customers (first purchase in this month), of returning ones, and of buyers nobody knew add up to
    `revenue`.
    """

    month: date
    revenue: Decimal
    orders: int
    customers: int
    new_customers: int
    returning_customers: int
    new_revenue: Decimal
    returning_revenue: Decimal
    unknown_revenue: Decimal


@dataclass(frozen=True)
class SpanTotals:
    """A span of days, both ends counted. `key` is 30d, 90d, 365d, 12m or all; `is_before` marks the span before it.

    `12m`: twelve calendar months ending with that of the last day, against the same days a year earlier.
    `repeat_customers` bought in the span and had bought before (earlier in it, or before it).
    """

    key: str
    is_before: bool
    first_on: date
    last_on: date
    revenue: Decimal
    orders: int
    customers: int
    new_customers: int
    repeat_customers: int


@dataclass(frozen=True)
class CohortMonth:
    """Of `size` customers whose first purchase fell into `cohort`, `customers` bought again `months_since` months on.

    Month 0 holds those who bought on a second day in the same month. `is_whole` is false for a month still running.
    """

    cohort: date
    months_since: int
    size: int
    customers: int
    share: float
    is_whole: bool


@dataclass(frozen=True)
class RepeatRate:
    """Of `customers` first seen at least `days` days ago, `repeated` bought again within that time.

    `days` 0 stands for "at any time so far", over all customers.
    """

    days: int
    customers: int
    repeated: int
    rate: float


@dataclass(frozen=True)
class GapBand:
    """How many gaps between two purchases of one customer lasted `from_days` to `until_days` days, both counted.

    `until_days` is None in the last, open band.
    """

    from_days: int
    until_days: int | None
    gaps: int


@dataclass(frozen=True)
class GapFigures:
    """Days between two purchases: the middle, and the quarter below and above; how many gaps there are."""

    gaps: int
    median_days: float
    lower_quartile_days: float
    upper_quartile_days: float


@dataclass(frozen=True)
class ParetoPoint:
    """The best `customers` (a share, 0 to 1) bring `value` (a share) of what known customers brought."""

    customers: float
    value: float


def read(shape: type[T], row: Mapping[str, Any]) -> T:
    """Build `shape` from a row of JSON: text becomes Decimal or day where the shape says so."""
    hints = get_type_hints(shape)
    return shape(**{f.name: _typed(hints[f.name], row[f.name]) for f in fields(shape)})  # type: ignore[arg-type]


def _typed(hint: Any, value: Any) -> Any:
    if hint is Decimal and value is not None:
        return Decimal(value)
    return date.fromisoformat(value) if hint is date and value is not None else value
