"""Which grade is reached, and how long one keeps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Step:
    """A grade as the rule sees it: its code and what it takes, in the programme's measure."""

    grade_id: str
    threshold: Decimal


@dataclass(frozen=True)
class Held:
    """The grade that somebody holds (None: none), and the last day on which it is kept whatever is bought."""

    grade_id: str | None = None
    keeps_until: date | None = None


def reached(steps: Sequence[Step], measure: Decimal) -> Step | None:
    """The highest grade that `measure` reaches; of two with the same threshold the one whose code comes later."""
    found = None
    for step in sorted(steps, key=lambda s: (s.threshold, s.grade_id)):
        if measure >= step.threshold:
            found = step
    return found


def held_now(steps: Sequence[Step], measure: Decimal, before: Held, on: date, keeps_months: int) -> Held:
    """The grade that somebody holds from `on` on.

    Whoever reaches a grade keeps it to the end of the month `keeps_months` later, so a quiet month takes nothing away;
    reaching it again keeps it longer. After that day it is what is reached then.
    """
    now, places = reached(steps, measure), {s.grade_id: s.threshold for s in steps}
    is_kept = before.grade_id in places and before.keeps_until is not None and on <= before.keeps_until
    if is_kept and (now is None or now.threshold < places[before.grade_id or ""]):
        return before
    return Held(now.grade_id, end_of_month(on, keeps_months)) if now else Held()


def end_of_month(day: date, months: int) -> date:
    """The last day of the month `months` after that of `day`."""
    number = day.year * 12 + day.month + months
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def window_start(day: date, months: int) -> date:
    """The first day of a window of `months` that ends with `day`: the day after the same day so many months before."""
    number = day.year * 12 + day.month - 1 - months
    year, month = number // 12, number % 12 + 1
    last = end_of_month(date(year, month, 1), 0).day
    return date(year, month, min(day.day, last)) + timedelta(days=1)
