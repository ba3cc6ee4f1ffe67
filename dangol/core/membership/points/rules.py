"""What an order earns, which lots go first, and what a ledger adds up to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal

from dangol.core.membership.grades.rules import end_of_month

NOTHING = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Lot:
    """Points that came in together: what is left of them, and their last day (None: they never expire)."""

    key: int
    left: Decimal
    expires_on: date | None = None


@dataclass(frozen=True)
class Line:
    """A line of a ledger as the replay sees it: when it took effect (any rising mark) and its points."""

    at: object
    points: Decimal


def earned(value: Decimal, percent: Decimal, digits: int) -> Decimal:
    """The points of an order: `percent` of its value, rounded towards zero to `digits` decimals (0 to 2)."""
    return (value * percent / 100).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)


def expires_on(day: date, valid_months: int) -> date | None:
    """The last day of points that came in on `day`: the end of a month; None when they never expire."""
    return end_of_month(day, valid_months) if valid_months else None


def in_turn(lots: Iterable[Lot]) -> list[Lot]:
    """Lots in the order in which they are used: what expires first goes first, then what came first."""
    return sorted(lots, key=lambda lot: (lot.expires_on is None, lot.expires_on or date.max, lot.key))


def use(lots: Sequence[Lot], points: Decimal) -> list[Lot]:
    """The lots that change when `points` are used, with what is left of them.

    Raises ValueError when there are not enough.
    """
    changed, missing = [], points
    for lot in in_turn(lots):
        if missing <= 0:
            break
        taken = min(lot.left, missing)
        if taken > 0:
            changed.append(replace(lot, left=lot.left - taken))
            missing -= taken
    if missing > 0:
        raise ValueError("Not enough points.")
    return changed


def balance(lines: Iterable[Line]) -> Decimal:
    """What a ledger adds up to."""
    return sum((line.points for line in lines), NOTHING)
