"""When advertising waits for the morning: the nights of the law, and the clock of the receiver. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from dangol.core.consent.law.rules.book import Book

HOME_ZONE = "Asia/Seoul"
"""The clock of receivers whose country is unknown or has several clocks."""
BUILT_IN = Book()


def held_until(channel: str, country: str, at: datetime, book: Book = BUILT_IN) -> datetime | None:
    """When a message without the separate consent may go if it is night at the receiver's; None by day."""
    night = book.bound(channel, country).night
    if night is None:
        return None
    begins, ends = night
    local = at.astimezone(_zone(clock_of(country, at)))
    if local.time() >= begins:
        return _morning(local, local.date() + timedelta(days=1), ends)
    return _morning(local, local.date(), ends) if local.time() < ends else None


def mornings(channel: str, at: datetime, book: Book = BUILT_IN) -> tuple[dict[str, datetime | None], datetime | None]:
    """`held_until` of every country whose answer differs from the default, and the default (unknown country)."""
    default = held_until(channel, "", at, book)
    each = {country: held_until(channel, country, at, book) for country in sorted({*_clocks(), *book.countries})}
    return {country: until for country, until in each.items() if until != default}, default


def clock_of(country: str, at: datetime) -> str:
    """The time zone of a country in which all clocks show the same at `at`, else the home zone.

    Zones of countries are those of the IANA database as Unicode CLDR lists them.
    """
    zones = _clocks().get(country, ())
    shown = {at.astimezone(_zone(zone)).utcoffset() for zone in zones}
    return zones[0] if len(shown) == 1 else HOME_ZONE


def local_day(country: str, at: datetime) -> date:
    """Which day it is at a receiver's."""
    return at.astimezone(_zone(clock_of(country, at))).date()


def _morning(local: datetime, day: date, ends: time) -> datetime:
    return datetime.combine(day, ends, tzinfo=local.tzinfo)


@lru_cache(maxsize=1)
def _clocks() -> dict[str, tuple[str, ...]]:
    listed: Mapping[str, list[str]] = get_global("territory_zones")
    return {
        country: known
        for country, zones in listed.items()
        if len(country) == 2 and (known := tuple(zone for zone in zones if _is_known(zone)))
    }


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _is_known(name: str) -> bool:
    try:
        return bool(_zone(name).key)
    except (ZoneInfoNotFoundError, ValueError):
        return False
