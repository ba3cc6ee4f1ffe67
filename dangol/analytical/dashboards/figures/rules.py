"""Periods, and how a figure is compared with the one before. Pure: no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

PERIOD_KEYS = ("30d", "90d", "365d", "12m", "all")
DEFAULT_PERIOD = "90d"
BUCKETS = 12
"""Points of a sparkline."""

SAME_WITHIN = Decimal("0.005")
"""A change smaller than half a percent is called the same."""

Mood = Literal["good", "bad", "mute"]
Direction = Literal["up", "down", "same"]


@dataclass(frozen=True)
class Span:
    """Days from `first_on` to `last_on`, both counted."""

    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        """How many days it holds; at least one."""
        return (self.last_on - self.first_on).days + 1


@dataclass(frozen=True)
class Period:
    """A span of days that ends with the last day that was counted, and the one it is compared with, if there is one.

    `30d`, `90d`, `365d`: that many days and as many before. `12m`: twelve calendar months ending with the month of the
    last day, against the same days a year earlier. `all`: from the first order on, compared with nothing.
    """

    key: str
    now: Span
    before: Span | None


def period_of(key: str, *, as_of: date, first_on: date) -> Period:
    """Return the period called `key` as seen on `as_of`; an unknown key is read as the default one.

    `first_on` is the day of the first order: a comparison that would reach before it is not made.
    """
    if key == "all":
        return Period("all", Span(min(first_on, as_of), as_of), None)
    if key == "12m":
        now = Span(months_before(as_of.replace(day=1), 11), as_of)
        before = Span(months_before(now.first_on, 12), months_before(as_of, 12))
        return Period(key, now, before if before.first_on >= first_on else None)
    key = key if key in PERIOD_KEYS else DEFAULT_PERIOD
    days = timedelta(days=int(key.removesuffix("d")))
    now = Span(as_of - days + timedelta(days=1), as_of)
    before = Span(now.first_on - days, as_of - days)
    return Period(key, now, before if before.first_on >= first_on else None)


def months_before(day: date, months: int) -> date:
    """Return the same day of the month `months` earlier, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True)
class Delta:
    """How a figure moved. `amount` is a share for `relative`, points for shares, else in the figure's own unit."""

    direction: Direction
    amount: Decimal
    mood: Mood


def relative_change(now: Decimal, before: Decimal | None, *, up_is: Mood = "good") -> Delta | None:
    """Return the change as a share of `before`, or None where nothing can be said (no before, or nothing then)."""
    if before is None or before <= 0:
        return None
    return _delta((now - before) / before, SAME_WITHIN, up_is)


def absolute_change(
    now: Decimal | None, before: Decimal | None, *, same_within: Decimal, up_is: Mood = "good"
) -> Delta | None:
    """Return the change in the figure's own unit; changes up to `same_within` count as none."""
    if now is None or before is None:
        return None
    return _delta(now - before, same_within, up_is)


def _delta(change: Decimal, same_within: Decimal, up_is: Mood) -> Delta:
    if abs(change) < same_within:
        return Delta("same", Decimal(0), "mute")
    opposite: Mood = {"good": "bad", "bad": "good"}.get(up_is, "mute")  # type: ignore[assignment]
    return Delta("up", change, up_is) if change > 0 else Delta("down", -change, opposite)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return `part` of `whole` as a number from 0 to 1; None when there is no whole."""
    return part / whole if whole > 0 else None


@dataclass(frozen=True)
class SpanDetail:
    """Figures of one span, or of one of its twelve equal parts (`part` 1 to 12; 0 is the whole).

    `known_revenue` comes from customers whom the shop knows, `regular_revenue` from those of them who had come back
    at least three times before that day; `gap_days` is the median of the days since the purchase before, over the
    purchases of the part, None without any. Spans are those of `periods`.
    """

    key: str
    is_before: bool
    part: int
    revenue: Decimal
    known_revenue: Decimal
    regular_revenue: Decimal
    customers: int
    regulars: int
    gap_days: float | None

    @property
    def regular_share(self) -> Decimal | None:
        """Which share of what known customers brought came from regulars."""
        return share(self.regular_revenue, self.known_revenue)


REGULAR_FROM_DAY = 4
"""A customer is a regular from the fourth day of purchase on: came back three times."""


@dataclass(frozen=True)
class Part:
    """One of the spans to count, or one of their parts."""

    key: str
    is_before: bool
    part: int
    first_on: date
    last_on: date


def parts_to_count(*, as_of: date, first_on: date) -> list[Part]:
    """Return every period's span and the one before it, each whole and in twelve equal parts."""
    found: list[Part] = []
    for key in PERIOD_KEYS:
        period = period_of(key, as_of=as_of, first_on=first_on)
        for is_before, span in ((False, period.now), (True, period.before)):
            if span is not None:
                found.append(Part(key, is_before, 0, span.first_on, span.last_on))
                found += [Part(key, is_before, i, p.first_on, p.last_on) for i, p in enumerate(parts(span), 1)]
    return found


def parts(span: Span) -> list[Span]:
    """Return `span` cut into twelve parts of as equal a length as days allow; shorter spans into single days."""
    count = min(BUCKETS, span.days)
    starts = [span.first_on + timedelta(days=span.days * i // count) for i in range(count)]
    ends = [day - timedelta(days=1) for day in starts[1:]] + [span.last_on]
    return [Span(first, last) for first, last in zip(starts, ends, strict=True)]
