"""When advertising waits for the morning: the law's nights as data, and the clock of the receiver. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

HOME_ZONE = "Asia/Seoul"
"""The clock of receivers whose country is unknown or has several clocks."""


@dataclass(frozen=True)
class Night:
    """Advertising on `channel` between `begins` and `ends` of the receiver's clock needs a consent of its own."""

    channel: str
    begins: time
    ends: time
    source: str
    checked_on: date


_LAW = "Network Act (정보통신망법) art. 50(3), Enforcement Decree art. 61(2)"
_DEALERS = "Rule of the KakaoTalk dealers for brand messages; from 21:00 Network Act art. 50(3)"
_CHECKED = date(2026, 10, 1)
NIGHTS: Mapping[str, Mapping[str, Night]] = {
    "KR": {
        "sms": Night("sms", time(21), time(8), _LAW, _CHECKED),
        "phone": Night("phone", time(21), time(8), _LAW, _CHECKED),
        "kakao": Night("kakao", time(20), time(8), _DEALERS, _CHECKED),
    }
}
"""By the receiver's country. E-mail is exempt in Korea (Decree 61(2)); letters by post are no electronic medium."""
LAW_OF_ALL = "KR"
"""Whose law holds where a country has none of its own here: the Korean one binds its senders whomever they reach."""


def night_of(channel: str, country: str) -> Night | None:
    """The night that holds for a receiver in `country`, None where the channel knows none."""
    return NIGHTS.get(country, NIGHTS[LAW_OF_ALL]).get(channel)


def held_until(channel: str, country: str, at: datetime) -> datetime | None:
    """When a message without the separate consent may go if it is night at the receiver's; None by day."""
    night = night_of(channel, country)
    if night is None:
        return None
    local = at.astimezone(_zone(clock_of(country, at)))
    if local.time() >= night.begins:
        return _morning(local, local.date() + timedelta(days=1), night)
    return _morning(local, local.date(), night) if local.time() < night.ends else None


def mornings(channel: str, at: datetime) -> tuple[dict[str, datetime | None], datetime | None]:
    """`held_until` of every country whose answer differs from the default, and the default (unknown country)."""
    default = held_until(channel, "", at)
    each = {country: held_until(channel, country, at) for country in sorted({*_clocks(), *NIGHTS})}
    return {country: until for country, until in each.items() if until != default}, default


def clock_of(country: str, at: datetime) -> str:
    """The time zone of a country in which all clocks show the same at `at`, else the home zone.

    Zones of countries are those of the IANA database as Unicode CLDR lists them.
    """
    zones = _clocks().get(country, ())
    shown = {at.astimezone(_zone(zone)).utcoffset() for zone in zones}
    return zones[0] if len(shown) == 1 else HOME_ZONE


def _morning(local: datetime, day: date, night: Night) -> datetime:
    return datetime.combine(day, night.ends, tzinfo=local.tzinfo)


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
