"""The step of the work-off that keeps visits, after the events are written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dangol.core.behavior.stream.steps import Batch, StreamEvent
from dangol.core.behavior.visits.rules import SILENCE, Landing, Stay, campaign_of, device_of, joined
from dangol.platform.realtime.telling import tell

KINDS = frozenset({"page", "screen", "track"})
_NEAR = """
SELECT v.id, v.visitor_id, v.started_at, v.ended_at, v.event_count, v.page_count, v.landed_at, v.landing,
       v.landing_title, v.referrer, v.campaign, v.device
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS n (visitor, low, high)
JOIN behavior_visit v ON v.visitor_id = n.visitor AND v.started_at <= n.high AND v.ended_at >= n.low
FOR UPDATE OF v
"""
_COLUMNS = (
    "visitor_id, started_at, ended_at, event_count, page_count, landed_at, landing, landing_title, referrer, campaign,"
    " device"
)
_TYPES = (
    "%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::int[], %s::int[], %s::timestamptz[], %s::text[],"
    " %s::text[], %s::text[], %s::jsonb[], %s::text[]"
)
_INSERT = f"INSERT INTO behavior_visit ({_COLUMNS}) SELECT * FROM unnest({_TYPES})"
_UPDATE = f"""
UPDATE behavior_visit v SET started_at = n.started_at, ended_at = n.ended_at, event_count = n.event_count,
  page_count = n.page_count, landed_at = n.landed_at, landing = n.landing, landing_title = n.landing_title,
  referrer = n.referrer, campaign = n.campaign, device = n.device
FROM unnest(%s::bigint[], {_TYPES}) AS n (id, {_COLUMNS}) WHERE v.id = n.id
"""

_PEOPLE = "SELECT DISTINCT person_id FROM behavior_visitor WHERE id = ANY(%s) AND person_id IS NOT NULL"


def keep_visits(batch: Batch, cursor: Any) -> None:
    """Add a batch's events to visits: begin, extend and join them. Six statements at most, whatever their number."""
    new = _stays_of(batch.events)
    standing = _near(new, cursor) if new else {}
    found = {visitor: joined([*standing.get(visitor, ()), *stays]) for visitor, stays in new.items()}
    _write(found, cursor)
    _tell_open_pages(list(found), cursor)


def _tell_open_pages(visitors: list[int], cursor: Any) -> None:
    """Let whoever looks at these people hear that something came."""
    if visitors:
        cursor.execute(_PEOPLE, [visitors])
        tell("person", [row[0] for row in cursor.fetchall()])


def counts(event: StreamEvent) -> bool:
    """Whether an event is part of a visit: something seen or done on a device, not what a server says of itself."""
    return event.visitor_id is not None and event.kind in KINDS and bool(event.anonymous_id)


def _stays_of(events: Iterable[StreamEvent]) -> dict[int, list[Stay]]:
    """The batch's own runs of each visitor, so that no more of them meet the table than there are visits."""
    found: dict[int, list[Stay]] = defaultdict(list)
    for event in events:
        if event.visitor_id is not None and counts(event):
            found[event.visitor_id].append(_stay(event))
    return {visitor: joined(stays) for visitor, stays in found.items()}


def _stay(event: StreamEvent) -> Stay:
    is_page = event.kind in ("page", "screen")
    return Stay(None, event.at, event.at, 1, int(is_page), _landing(event) if is_page else None)


def _landing(event: StreamEvent) -> Landing:
    return Landing(
        at=event.at, address=event.url or event.path, title=event.title or event.name, referrer=event.referrer,
        campaign=campaign_of(event.context.get("campaign")), device=device_of(event.agent),
    )  # fmt: skip


def _near(new: Mapping[int, Sequence[Stay]], cursor: Any) -> dict[int, list[Stay]]:
    visitors = list(new)
    lows = [min(s.started_at for s in new[v]) - SILENCE for v in visitors]
    highs = [max(s.ended_at for s in new[v]) + SILENCE for v in visitors]
    cursor.execute(_NEAR, [visitors, lows, highs])
    found: dict[int, list[Stay]] = defaultdict(list)
    for pk, visitor, start, end, events, pages, landed_at, landing, title, referrer, campaign, device in cursor:
        told = json.loads(campaign) if isinstance(campaign, str) else campaign
        first = Landing(landed_at, landing, title, referrer, told, device) if landed_at else None
        found[visitor].append(Stay(pk, start, end, events, pages, first))
    return found


def _write(found: Mapping[int, Sequence[Stay]], cursor: Any) -> None:
    changed = [(visitor, stay) for visitor, stays in found.items() for stay in stays if stay.is_changed]
    gone = [pk for _visitor, stay in changed for pk in stay.gone]
    old = [(visitor, stay) for visitor, stay in changed if stay.id is not None]
    new = [(visitor, stay) for visitor, stay in changed if stay.id is None]
    if gone:
        cursor.execute("DELETE FROM behavior_visit WHERE id = ANY(%s)", [gone])
    if old:
        cursor.execute(_UPDATE, [[stay.id for _visitor, stay in old], *_values(old)])
    if new:
        cursor.execute(_INSERT, _values(new))


def _values(rows: Sequence[tuple[int, Stay]]) -> list[list[Any]]:
    return [list(column) for column in zip(*(_row(visitor, stay) for visitor, stay in rows), strict=True)]


def _row(visitor: int, stay: Stay) -> tuple[Any, ...]:
    told = (visitor, stay.started_at, stay.ended_at, stay.event_count, stay.page_count)
    if (first := stay.landing) is None:
        return (*told, None, "", "", "", "{}", "")
    return (*told, first.at, first.address, first.title, first.referrer, json.dumps(first.campaign), first.device)
