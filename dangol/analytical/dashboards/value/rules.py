"""Moves between tiers and points of the curve, and what they say. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from dangol.analytical.segments.tiers.rules import TIERS, TierFlow, TierShare
from dangol.analytical.warehouse.marts.rules import ParetoPoint

ORDER = (*TIERS, "")
"""Tiers from best to none; "" stands for no tier: not yet, or no longer, a customer in the window."""
DEFAULT_MONTHS_BACK = 3

Direction = Literal["up", "down", "stay"]


def direction(flow: TierFlow) -> Direction:
    """Return which way a move went: a lower place in the order of tiers is down, and so is leaving."""
    gone = ORDER.index(flow.to_tier) - ORDER.index(flow.from_tier)
    return "stay" if gone == 0 else "down" if gone > 0 else "up"


def in_order(flows: Iterable[TierFlow]) -> list[TierFlow]:
    """Return the moves in the order of tiers; who stayed outside is left out."""
    found = [f for f in flows if f.customers and (f.from_tier or f.to_tier)]
    return sorted(found, key=lambda f: (ORDER.index(f.from_tier), ORDER.index(f.to_tier)))


def months_to_choose(known: Iterable[date]) -> tuple[list[date], date | None]:
    """Return the months from which moves can be counted, newest first, and the last month, up to which they are."""
    months = sorted(known, reverse=True)
    return months[1:], months[0] if months else None


def chosen_month(asked: str, months: Sequence[date]) -> date | None:
    """Return the month asked for (2026-03) if it can be chosen, else the one a quarter back, or the oldest there is."""
    for month in months:
        if month.isoformat()[:7] == asked:
            return month
    return months[min(DEFAULT_MONTHS_BACK, len(months)) - 1] if months else None


def went(flows: Iterable[TierFlow], way: Direction) -> list[TierFlow]:
    """Return the moves that went one way; who came new went nowhere."""
    return [f for f in flows if f.from_tier and direction(f) == way and f.customers]


def value_at(curve: Sequence[ParetoPoint], customers: float) -> float:
    """Return the share of value that the best `customers` (a share, 0 to 1) bring, read off the curve."""
    for left, right in itertools.pairwise(curve):
        if left.customers <= customers <= right.customers:
            reach = right.customers - left.customers
            return left.value + (right.value - left.value) * ((customers - left.customers) / reach if reach else 1.0)
    return 0.0


def times_as_much(shares: Sequence[TierShare]) -> float | None:
    """Return how many times as much as one of the rest a customer of the top tier brings, or None."""
    top = [s for s in shares if s.tier == "top"]
    rest = [s for s in shares if s.tier != "top"]
    people, money = sum(s.customers for s in rest), sum((s.value for s in rest), Decimal(0))
    if not top or not top[0].customers or not people or money <= 0:
        return None
    return float(top[0].value / top[0].customers / (money / people))
