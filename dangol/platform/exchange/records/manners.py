"""How the days and numbers of a whole file are written, found by looking through it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from dangol.platform.exchange.reader import Row
from dangol.platform.exchange.values.moments import DayOrder, Order, find_day_order
from dangol.platform.exchange.values.numbers import Mark, find_decimal_mark

MOST_KEPT = 100_000
DAYS, NUMBERS = ("date", "datetime"), ("number", "money", "percent")


@dataclass(frozen=True)
class Manners:
    """How cells are read: which of day and month comes first, the decimal mark, the zone, the country of dialling."""

    order: Order = "dmy"
    mark: Mark = "."
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    region: str = "KR"


@dataclass
class Findings:
    """What looking through a file told: how many rows, and some of its days and numbers."""

    rows: int = 0
    days: dict[str, None] = field(default_factory=dict)
    numbers: dict[str, None] = field(default_factory=dict)

    def look(self, rows: Iterable[Row], days: Iterable[int], numbers: Iterable[int], tell: Any = None) -> Findings:
        """Look at all rows; `days` and `numbers` are the columns that hold such."""
        at_days, at_numbers = tuple(days), tuple(numbers)
        for row in rows:
            self.rows += 1
            if tell and self.rows % 20_000 == 0:
                tell(20_000)
            if not row.fault:
                _keep(self.days, row.cells, at_days)
                _keep(self.numbers, row.cells, at_numbers)
        return self

    def day_order(self) -> DayOrder:
        """Whether the day or the month comes first, and how that was found."""
        return find_day_order(self.days)

    def decimal_mark(self) -> tuple[Mark, bool]:
        """The decimal mark, and whether it is certain."""
        return find_decimal_mark(self.numbers)


def _keep(seen: dict[str, None], cells: list[str], places: tuple[int, ...]) -> None:
    for place in places:
        if place < len(cells) and cells[place] and len(seen) < MOST_KEPT:
            seen[cells[place]] = None


def manners_of(options: Mapping[str, Any], findings: Findings, *, zone: str, region: str) -> Manners:
    """How a file's cells are read: as chosen, else as found, else as here."""
    order = options.get("day_order") or findings.day_order().order
    mark = options.get("decimal_mark") or findings.decimal_mark()[0]
    return Manners(order, mark, ZoneInfo(str(options.get("time_zone") or zone)), str(options.get("region") or region))
