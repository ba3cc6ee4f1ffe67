"""Days on which Koreans give presents."""

from __future__ import annotations

from datetime import date, timedelta

# First day of the lunar year and fifteenth of its eighth month, by year, as kept in Korea.
_SEOLLAL = {
    2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 7), 2028: (1, 27), 2029: (2, 13),
    2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8), 2036: (1, 28),
    2037: (2, 15), 2038: (2, 4), 2039: (1, 24), 2040: (2, 12), 2041: (2, 1),
}  # fmt: skip
_CHUSEOK = {
    2023: (9, 29), 2024: (9, 17), 2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22),
    2030: (9, 12), 2031: (10, 1), 2032: (9, 19), 2033: (9, 8), 2034: (9, 27), 2035: (9, 16), 2036: (10, 4),
    2037: (9, 24), 2038: (9, 13), 2039: (10, 2), 2040: (9, 21), 2041: (9, 10),
}  # fmt: skip
_CYCLE_YEARS = 19


def _of_year(table: dict[int, tuple[int, int]], year: int) -> date:
    """Return the day in `year`; outside the table by Meton's cycle, right to about a day."""
    known = year
    while known > max(table):
        known -= _CYCLE_YEARS
    while known < min(table):
        known += _CYCLE_YEARS
    return date(year, *table[known])


def festivals(first: date, last: date) -> list[tuple[str, date]]:
    """Return (`seollal` | `chuseok` | `christmas`, day) for those between `first` and `last` plus a week."""
    found = []
    for year in range(first.year, last.year + 2):
        found.append(("seollal", _of_year(_SEOLLAL, year)))
        found.append(("chuseok", _of_year(_CHUSEOK, year)))
        found.append(("christmas", date(year, 12, 25)))
    return sorted((f for f in found if first <= f[1] <= last + timedelta(days=7)), key=lambda f: f[1])
