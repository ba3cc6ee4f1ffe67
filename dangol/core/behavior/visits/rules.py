"""How events become visits. Pure.

Thirty minutes of silence end a visit, as Google Analytics and Snowplow count sessions
(https://support.google.com/analytics/answer/12798876, read 2026-11). A visit is an interval that was joined from the
times of its events; joining is the same whatever the order, so intervals that stand already and new moments are joined
by one and the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SILENCE = timedelta(minutes=30)
_TABLET = re.compile(r"ipad|tablet|kindle|silk/|playbook|android(?!.*mobile)", re.IGNORECASE)
_PHONE = re.compile(r"mobi|iphone|ipod|android|phone", re.IGNORECASE)
_DESKTOP = re.compile(r"windows nt|macintosh|x11|cros|linux", re.IGNORECASE)


@dataclass
class Landing:
    """The first page of a visit."""

    at: datetime
    address: str = ""
    title: str = ""
    referrer: str = ""
    campaign: dict[str, str] = field(default_factory=dict)
    device: str = ""


@dataclass
class Stay:
    """A visit, or a single event on its way to be one; `id` is None until it is stored."""

    id: int | None
    started_at: datetime
    ended_at: datetime
    event_count: int = 1
    page_count: int = 0
    landing: Landing | None = None
    gone: list[int] = field(default_factory=list)
    is_changed: bool = False


def joined(stays: Iterable[Stay]) -> list[Stay]:
    """Join what is not parted by silence. A visit that stands keeps its number, of several the one that began first.

    The stays given are changed; `gone` are the numbers of those that went up in others.
    """
    found: list[Stay] = []
    for stay in sorted(stays, key=lambda s: (s.started_at, s.id is None, s.id or 0)):
        if found and stay.started_at - found[-1].ended_at <= SILENCE:
            _take_in(found[-1], stay)
        else:
            stay.is_changed = stay.is_changed or stay.id is None
            found.append(stay)
    return found


def _take_in(into: Stay, other: Stay) -> None:
    if into.id is None:
        into.id = other.id
    elif other.id is not None:
        into.gone.append(other.id)
    into.gone += other.gone
    into.ended_at = max(into.ended_at, other.ended_at)
    into.event_count += other.event_count
    into.page_count += other.page_count
    landings = [one.landing for one in (into, other) if one.landing is not None]
    into.landing = min(landings, key=lambda one: (one.at, one.address)) if landings else None
    into.is_changed = True


def device_of(agent: str) -> str:
    """Phone, tablet or desktop by what the browser calls itself, "" where it does not say."""
    if _TABLET.search(agent):
        return "tablet"
    if _PHONE.search(agent):
        return "phone"
    return "desktop" if _DESKTOP.search(agent) else ""


def campaign_of(given: object) -> dict[str, str]:
    """What an address said of its campaign (utm), after the `campaign` of Segment's context; short texts only."""
    if not isinstance(given, dict):
        return {}
    found = {str(k)[:50]: v[:200] for k, v in given.items() if isinstance(v, str) and v}
    return dict(list(found.items())[:10])
