"""Where intervals lie in a drawing that all rows of a table share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 100.0
MARGIN = 3.0
WIDEST = 4.0
"""A row may widen the scale to so many times what the first one needs; what is wider yet is cut off at the edge."""


@dataclass(frozen=True)
class Bar:
    """One interval in a drawing 100 wide: from `left` to `right`, with its middle at `middle`; `zero` is no effect."""

    left: float
    middle: float
    right: float
    zero: float
    is_cut: bool = False

    @property
    def width(self) -> float:
        """How wide the bar is, at least a hair."""
        return round(max(self.right - self.left, 0.4), 2)

    @property
    def is_clear(self) -> bool:
        """Whether it lies wholly on one side of zero."""
        return self.left > self.zero or self.right < self.zero


def bars(rows: Sequence[tuple[float, float, float] | None]) -> list[Bar | None]:
    """Place (low, middle, high) of each row on one scale that holds zero; None stays None."""
    known = [row for row in rows if row is not None]
    if not known:
        return [None for _ in rows]
    first = max(abs(end) for end in known[0]) or 1.0
    reach = min(max(max(abs(end) for end in row) for row in known), first * WIDEST)
    low = max(min(0.0, *(row[0] for row in known)), -reach)
    high = min(max(0.0, *(row[2] for row in known)), reach)
    span = (high - low) or 1.0

    def at(value: float) -> float:
        inside = min(max(value, low), high)
        return round(MARGIN + (inside - low) / span * (WIDTH - 2 * MARGIN), 2)

    return [
        None if row is None else Bar(at(row[0]), at(row[1]), at(row[2]), at(0.0), row[0] < low or row[2] > high)
        for row in rows
    ]
