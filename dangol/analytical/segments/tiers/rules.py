"""Limits of tiers, when a customer is slipping, and the sentences that say why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

TIERS = ("top", "middle", "bottom")
LATE_FACTOR = Decimal("1.5")
LATE_AT_LEAST_DAYS = 14


@dataclass(frozen=True)
class Limits:
    """The best `top_percent` are top, the last `bottom_percent` bottom, counted over `window_months` months."""

    top_percent: Decimal = Decimal(20)
    bottom_percent: Decimal = Decimal(30)
    window_months: int = 24

    def places(self, customers: int) -> tuple[int, int]:
        """Return how many of `customers` are top and how many bottom. Halves count up; nobody is counted twice."""
        top = _rounded(self.top_percent * customers / 100)
        return top, min(customers - top, _rounded(self.bottom_percent * customers / 100))

    def tier_of(self, rank: int, customers: int) -> str:
        """The tier of the customer with this rank (1 is the best) among `customers`."""
        top, bottom = self.places(customers)
        if rank <= top:
            return "top"
        return "bottom" if rank > customers - bottom else "middle"


def _rounded(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True)
class TierShare:
    """What one tier brings in the window: customers, money, and their shares of all (0 to 1)."""

    tier: str
    customers: int
    value: Decimal
    orders: int
    share_of_customers: float
    share_of_value: float


@dataclass(frozen=True)
class TierFlow:
    """How many customers stood in `from_tier` at the end of `from_month` and in `to_tier` at the end of `to_month`.

    "" stands for no tier: not yet a customer, or without orders in the window.
    """

    from_month: date
    to_month: date
    from_tier: str
    to_tier: str
    customers: int


def months_up_to(day: date, first: date, most: int) -> list[date]:
    """The first days of the months from that of `first` to that of `day`, the last `most` of them, oldest first."""
    last = day.year * 12 + day.month - 1
    start = max(first.year * 12 + first.month - 1, last - most + 1)
    return [date(number // 12, number % 12 + 1, 1) for number in range(start, last + 1)]


def flow_pairs(months: int) -> list[tuple[int, int]]:
    """Pairs of months between which moves are counted: each with the next one, and each with the last one."""
    last = months - 1
    return sorted({(n, n + 1) for n in range(last)} | {(n, last) for n in range(last)})


def late_after_days(usual_gap_days: int) -> int:
    """Return how many days after the last purchase a customer with this usual gap counts as late.

    One and a half gaps, but at least two weeks more than one gap: who buys every three days is not late on day five.
    """
    return max(int(LATE_FACTOR * usual_gap_days), usual_gap_days + LATE_AT_LEAST_DAYS)


def is_slipping(tier: str | None, last_on: date, usual_gap_days: int | None, as_of: date) -> bool:
    """Whether a customer of the top tier with a known rhythm (at least three purchases) is late."""
    if tier != "top" or usual_gap_days is None:
        return False
    return (as_of - last_on).days > late_after_days(usual_gap_days)
