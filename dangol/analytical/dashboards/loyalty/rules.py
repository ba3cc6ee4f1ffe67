"""Rows of the cohort map, and what they say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from dangol.analytical.warehouse.marts.rules import CohortMonth

HEAT_STEPS = 7
WEAK_BELOW = 0.8
"""A cohort is called weak when its first month brings back less than this share of the usual."""
SMALLEST_COHORT = 20
"""Fewer people than this say nothing about a month."""
MOST_COHORTS, MOST_MONTHS = 12, 11


@dataclass(frozen=True)
class CohortRow:
    """`size` people whose first order fell into `month`; `months[n]` says who ordered again n + 1 months later."""

    month: date
    size: int
    months: tuple[CohortMonth, ...]


def cohort_rows(found: Iterable[CohortMonth], *, most: int = MOST_COHORTS) -> list[CohortRow]:
    """Return the last `most` cohorts with a whole month behind them, oldest first, without the cohort's own month."""
    by_month: dict[date, list[CohortMonth]] = {}
    for each in found:
        by_month.setdefault(each.cohort, []).append(each)
    rows = [
        CohortRow(
            month,
            cells[0].size,
            tuple(c for c in sorted(cells, key=lambda c: c.months_since) if c.months_since and c.is_whole),
        )
        for month, cells in sorted(by_month.items())
    ]
    old_enough = [r for r in rows if r.months]
    return [CohortRow(r.month, r.size, r.months[:MOST_MONTHS]) for r in old_enough[-most:]]


def highest_share(rows: Iterable[CohortRow]) -> float:
    """Return the highest share of the map, at which it is darkest; cohorts too small to tell do not stretch it."""
    return max((c.share for r in rows if r.size >= SMALLEST_COHORT for c in r.months), default=0.0)


def heat_step(share: float, highest: float) -> int:
    """Return the shade of a share, 1 (pale) to 7 (dark), on the scale of this map's own highest share."""
    if highest <= 0 or share <= 0:
        return 1
    return min(HEAT_STEPS, 1 + int(share / highest * (HEAT_STEPS - 1) + 0.5))


def weak_cohort(rows: Sequence[CohortRow]) -> CohortRow | None:
    """Return the cohort whose first month fell furthest below the usual, if it fell well below it."""
    known = [r for r in rows if r.months and r.size >= SMALLEST_COHORT]
    if len(known) < 4:
        return None
    lowest = min(known, key=lambda r: r.months[0].share)
    return lowest if lowest.months[0].share < WEAK_BELOW * median(r.months[0].share for r in known) else None


def usual_first_return(rows: Sequence[CohortRow]) -> float | None:
    """Return the share of new customers, over all rows, who order again in the month after; None without any."""
    known = [r for r in rows if r.months]
    people = sum(r.size for r in known)
    return sum(r.months[0].customers for r in known) / people if people else None
