"""Shapes of the figures that pages show, and how they are read back from JSON. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

T = TypeVar("T")
Row = Mapping[str, Any]


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


def month_after(month: date) -> date:
    """The first day of the month after that of `month`."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def back(day: date, months: int) -> date:
    """The same day of the month `months` earlier, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, (month_after(first) - timedelta(days=1)).day))


def dense_months(rows: Sequence[Row], as_of: date) -> list[dict[str, Any]]:
    """Add the months without orders between the first one and that of `as_of`."""
    return _dense(rows, "month", as_of, month_after)


def dense_days(rows: Sequence[Row], as_of: date) -> list[dict[str, Any]]:
    """Add the days without orders between the first one and `as_of`."""
    return _dense(rows, "day", as_of, lambda day: day + timedelta(days=1))


def _dense(rows: Sequence[Row], key: str, as_of: date, after: Callable[[date], date]) -> list[dict[str, Any]]:
    if not rows:
        return []
    known = {row[key]: dict(row) for row in rows}
    nothing = {name: Decimal(0) if isinstance(value, Decimal) else 0 for name, value in rows[0].items()}
    found, unit = [], min(known)
    while unit <= as_of:
        found.append(known.get(unit) or {**nothing, key: unit})
        unit = after(unit)
    return found


def dense_cohorts(rows: Sequence[Row], as_of: date, cohorts: int) -> list[dict[str, Any]]:
    """Add months without returns and each month's share; of the last `cohorts` cohorts, oldest first."""
    back_again = {(row["cohort"], row["months_since"]): row["customers"] for row in rows}
    sizes = {row["cohort"]: row["size"] for row in rows}
    found = []
    for cohort in sorted(sizes)[-cohorts:]:
        month, since = cohort, 0
        while month <= as_of:
            customers = back_again.get((cohort, since), 0)
            found.append(
                {
                    "cohort": cohort, "months_since": since, "size": sizes[cohort], "customers": customers,
                    "share": customers / sizes[cohort], "is_whole": month_after(month) <= as_of + timedelta(days=1),
                }
            )  # fmt: skip
            month, since = month_after(month), since + 1
    return found


def with_ends(rows: Sequence[Row], bands: Sequence[int]) -> list[dict[str, Any]]:
    """Give each band its last day, and add the bands without gaps."""
    known = {row["from_days"]: row["gaps"] for row in rows}
    ends = [*(low - 1 for low in bands[1:]), None]
    return [
        {"from_days": low, "until_days": end, "gaps": known.get(low, 0)} for low, end in zip(bands, ends, strict=True)
    ]


def spans(as_of: date, first_on: date) -> list[tuple[str, bool, date, date]]:
    """Return (key, is_before, first day, last day) of every span, each followed by the one it is compared with.

    A span before is left out when it would reach before the first order.
    """
    found = []
    for days in (30, 90, 365):
        length = timedelta(days=days)
        found.append((f"{days}d", False, as_of - length + timedelta(days=1), as_of))
        found.append((f"{days}d", True, as_of - 2 * length + timedelta(days=1), as_of - length))
    year = back(as_of.replace(day=1), 11)
    found += [("12m", False, year, as_of), ("12m", True, back(year, 12), back(as_of, 12))]
    found.append(("all", False, min(first_on, as_of), as_of))
    return [span for span in found if not span[1] or span[2] >= first_on]


def read(shape: type[T], row: Mapping[str, Any]) -> T:
    """Build `shape` from a row of JSON: text becomes Decimal or day where the shape says so."""
    return shape(**{name: _typed(hint, row[name]) for name, hint in _hints(cast(Hashable, shape))})


@cache
def _hints(shape: Any) -> tuple[tuple[str, Any], ...]:
    """Working them out takes longer than reading a row, and pages read hundreds."""
    hints = get_type_hints(shape)
    return tuple((f.name, hints[f.name]) for f in fields(shape))


def _typed(hint: Any, value: Any) -> Any:
    if hint is Decimal and value is not None:
        return Decimal(value)
    return date.fromisoformat(value) if hint is date and value is not None else value
