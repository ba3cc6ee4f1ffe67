"""Ages as bands, for whoever tells no birthday."""

from __future__ import annotations

from datetime import date

BANDS = (0, 14, 20, 30, 40, 50, 60, 70)
"""The ages at which bands begin. Under 14 stands for itself: article 22-2 of the Korean Personal Information Protection
Act asks for a parent's consent."""


def age_on(born_on: date, today: date) -> int:
    """Full years on a day; somebody born on 29 February is a year older on 1 March. Negative before birth."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def band_of(born_on: date | None, today: date) -> str:
    """The band (`"30"`: 30 to 39) of somebody's age; empty without a birthday, or with one that is still to come."""
    if born_on is None or born_on > today:
        return ""
    age = age_on(born_on, today)
    return str(max(start for start in BANDS if start <= age))
