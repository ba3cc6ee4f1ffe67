"""What the pictures say: cells of tables, shades of the cohort map, moves between tiers, findings. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, Literal

Kind = Literal["text", "number", "money", "percent", "month", "day", "tier"]

HEAT_STEPS = 7
WEAK_BELOW = 0.8
"""A cohort is called weak when its first month brings back less than this share of the usual."""
SMALLEST_COHORT = 20
"""Fewer people than this say nothing about a month."""
TIERS = ("top", "middle", "bottom")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column of a picture's table."""

    key: str
    label: Any
    kind: Kind = "number"


@dataclass(frozen=True)
class Cell:
    """One value and the address of the list behind it, if it has one."""

    value: Any
    door: str = ""
    heat: int = 0


@dataclass(frozen=True)
class Table:
    """The numbers of a picture; the page and the CSV file are both written from it."""

    caption: Any
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(default=())


def csv_text(table: Table, *, written: Any = None) -> str:
    """Return `table` as CSV text (RFC 4180) with its labels as the first row.

    `written(value, kind)` may turn a value that is a code (a tier) into words. Text that a spreadsheet would run as a
    formula is made plain by a leading apostrophe; numbers are written plain, without separators.
    """
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([safe_cell(str(c.label)) for c in table.columns])
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        lines.writerow([safe_cell(written(cell.value, c.kind) if written else cell.value) for c, cell in cells])
    return out.getvalue()


def safe_cell(value: Any) -> str:
    """Return what may stand in a cell: nothing for None, months and days in ISO form, texts that run nothing."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else repr(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


@dataclass(frozen=True)
class Cohort:
    """People whose first order fell into `month`; `shares[n]` of them ordered again n + 1 months later."""

    month: date
    people: int
    shares: tuple[float, ...]


def heat_step(share: float, highest: float) -> int:
    """Return the shade of a share, 1 (pale) to 7 (dark), on the scale of this map's own highest share."""
    if highest <= 0 or share <= 0:
        return 1
    return min(HEAT_STEPS, 1 + int(share / highest * (HEAT_STEPS - 1) + 0.5))


def weak_cohort(cohorts: Sequence[Cohort]) -> Cohort | None:
    """Return the cohort whose first month fell furthest below the usual, if it fell well below it."""
    known = [c for c in cohorts if c.shares and c.people >= SMALLEST_COHORT]
    if len(known) < 4:
        return None
    lowest = min(known, key=lambda c: c.shares[0])
    return lowest if lowest.shares[0] < WEAK_BELOW * median(c.shares[0] for c in known) else None


def usual_first_return(cohorts: Sequence[Cohort]) -> float | None:
    """Return the share of new customers, over all cohorts, who order again in the month after; None without any."""
    known = [c for c in cohorts if c.shares]
    people = sum(c.people for c in known)
    return sum(c.shares[0] * c.people for c in known) / people if people else None


@dataclass(frozen=True)
class Move:
    """How many people went from one tier to another; "" stands for no tier (not yet, or no longer, a customer)."""

    before: str
    after: str
    people: int

    @property
    def direction(self) -> Literal["up", "down", "stay"]:
        """Which way it went: a lower place in the order of tiers is down, and so is leaving."""
        order = (*TIERS, "")
        gone = order.index(self.after) - order.index(self.before)
        return "stay" if gone == 0 else "down" if gone > 0 else "up"


def moved(moves: Iterable[Move]) -> tuple[int, int]:
    """Return how many went up and how many down or away. Who came new did neither."""
    known = [m for m in moves if m.before]
    up = sum(m.people for m in known if m.direction == "up")
    return up, sum(m.people for m in known if m.direction == "down")


def thinned(curve: Sequence[tuple[float, float]], most: int = 101) -> list[tuple[float, float]]:
    """Return at most about `most` points of a curve, its two ends and the steep start kept."""
    if len(curve) <= most:
        return list(curve)
    step = len(curve) / most
    picked = sorted({0, len(curve) - 1, *(int(i * step) for i in range(most))})
    return [curve[i] for i in picked]
