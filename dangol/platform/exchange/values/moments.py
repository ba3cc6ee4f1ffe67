"""Days and times as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

Order = Literal["dmy", "mdy"]
EARLIEST, LATEST = 1900, 2100
_TIME = (
    r"(?:[T,\s]+(?P<half>오전|오후|AM|PM|am|pm)?\s*(?P<H>\d{1,2})(?::|시\s?)(?P<M>\d{1,2})(?:분)?(?:[:\s]\s?(?P<S>\d{1,2})초?)?"
    r"(?:[.,](?P<f>\d{1,9}))?\s*(?P<half2>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})\s?(?:[-/.]|년)\s?(?P<m>\d{1,2})\s?(?:[-/.]|월)\s?(?P<d>\d{1,2})\.?일?(?:\s?\([월화수목금토일]\))?"
    + _TIME
)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})\s?[-/.]\s?(?P<b>\d{1,2})\s?[-/.]\s?(?P<y>\d{4}|\d{2})" + _TIME)
_DAY_NAME = re.compile(
    r"(?:\w{3},\s)?(?P<d>\d{1,2})(?:st|nd|rd|th)?[-\s.]+(?P<name>[A-Za-z]{3,9})\.?,?[-\s]+(?P<y>\d{4})" + _TIME
)
_NAME_DAY = re.compile(r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})" + _TIME)
_SOLID = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[T\s]?(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXCEL_DAY = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
_EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a clock without a place yet


class NotAMoment(ValueError):
    """A cell that should hold a day holds something else."""


@dataclass(frozen=True)
class DayOrder:
    """How `1/2/2011` is read, and how that was found: `proof` by a day over 12, `span` by the shorter time, `guess`."""

    order: Order
    by: Literal["proof", "span", "guess", "unused"]


def read_moment(text: str, *, order: Order, zone: tzinfo) -> datetime:
    """Read a day, with or without time, as a moment in UTC.

    `order` reads `1/2/2011`; `zone` is where the clock hangs that made the stamp, unless it names its own.

    Raises:
        NotAMoment: it is no day, or one before 1900 or after 2100.
    """
    text = text.strip()
    for pattern in (_YEAR_LAST, _YEAR_FIRST, _DAY_NAME, _NAME_DAY, _SOLID):
        found = pattern.fullmatch(text)
        if found:
            return _moment(found.groupdict(), order, zone, text)
    if _EXCEL_DAY.fullmatch(text):
        moment = _EXCEL_START + timedelta(seconds=round(float(text) * 86400))
        return moment.replace(tzinfo=zone).astimezone(UTC)
    raise NotAMoment(text)


def _moment(part: dict[str, str | None], order: Order, zone: tzinfo, text: str) -> datetime:
    try:
        year, month, day = _day(part, order)
        hour = _hour(int(part.get("H") or 0), (part.get("half") or part.get("half2") or "").lower())
        fraction = int((part.get("f") or "0")[:6].ljust(6, "0"))
        clock = (int(part.get("M") or 0), int(part.get("S") or 0), fraction)
        local = datetime(year, month, day, hour, *clock)  # noqa: DTZ001 - the zone is put in below
        if not EARLIEST <= year <= LATEST:
            raise NotAMoment(text)
        return local.replace(tzinfo=_zone(part.get("zone")) or zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotAMoment(text) from error


def _day(part: dict[str, str | None], order: Order) -> tuple[int, int, int]:
    year = int(part["y"] or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900
    if part.get("name"):
        name = (part["name"] or "")[:3].lower()
        return year, _MONTHS.index(name) + 1, int(part["d"] or 0)
    if part.get("a"):
        first, second = int(part["a"] or 0), int(part["b"] or 0)
        return (year, second, first) if order == "dmy" else (year, first, second)
    return year, int(part["m"] or 0), int(part["d"] or 0)


def _hour(hour: int, half: str) -> int:
    half = half.replace(".", "")
    if half in ("오후", "pm") and hour < 12:
        return hour + 12
    return 0 if half in ("오전", "am") and hour == 12 else hour


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in ("Z", "UTC", "GMT"):
        return UTC
    return datetime.strptime(text, "%z").tzinfo


def find_day_order(texts: Iterable[str]) -> DayOrder:
    """Decide by all days of a file whether the day or the month comes first.

    A number over 12 proves it. Without proof the reading under which the file covers the shorter time is taken, since
    exports are continuous; if both are as long, day first.
    """
    seen = {(int(f["a"]), int(f["b"]), int(f["y"])) for f in map(_YEAR_LAST.fullmatch, map(str.strip, texts)) if f}
    if not seen:
        return DayOrder("dmy", "unused")
    day_first, month_first = sum(a > 12 for a, _, _ in seen), sum(b > 12 for _, b, _ in seen)
    if day_first or month_first:
        return DayOrder("dmy" if day_first >= month_first else "mdy", "proof")
    as_dmy = [date(2000 + y % 100, b, a) for a, b, y in seen if a and b]
    as_mdy = [date(2000 + y % 100, a, b) for a, b, y in seen if a and b]
    dmy, mdy = _span(as_dmy), _span(as_mdy)
    if dmy == mdy:
        return DayOrder("dmy", "guess")
    return DayOrder("dmy" if dmy < mdy else "mdy", "span")


def _span(days: list[date]) -> int:
    return (max(days) - min(days)).days if days else 0
