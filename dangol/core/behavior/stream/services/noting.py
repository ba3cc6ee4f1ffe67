"""Noting what a batch teaches: names, properties and their types, and how many events became what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dangol.core.behavior.stream.rules.learning import (
    MOST_NAMES,
    MOST_PROPERTIES,
    Key,
    Seen,
    key_of,
    names_in,
    properties_in,
)
from dangol.core.behavior.stream.steps import StreamEvent

Names = dict[Key, tuple[int, str]]
"""Names by what they are known by: (id, state)."""

_KNOWN = "SELECT source_id, kind, name FROM behavior_name WHERE source_id = ANY(%s)"
_NAMES = """
INSERT INTO behavior_name (source_id, kind, name, count, first_at, last_at, flag, state)
SELECT n.source_id, n.kind, n.name, n.count, n.first_at, n.last_at,
       CASE WHEN n.first_at > s.learning_until AND n.name <> '' THEN 'new' ELSE '' END,
       CASE WHEN n.first_at > s.learning_until AND n.name <> '' AND s.on_unexpected = 'block'
            THEN 'blocked' ELSE 'open' END
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
     AS n(source_id, kind, name, count, first_at, last_at)
JOIN behavior_source s ON s.id = n.source_id
ON CONFLICT (source_id, kind, name) DO UPDATE
SET count = behavior_name.count + excluded.count, last_at = greatest(behavior_name.last_at, excluded.last_at)
RETURNING source_id, kind, name, id, state
"""
_PROPERTIES_OF = "SELECT event_name_id, name FROM behavior_property WHERE event_name_id = ANY(%s)"
_PROPERTIES = """
INSERT INTO behavior_property (event_name_id, name, types, count, first_at, last_at, flag)
SELECT p.event_name_id, p.name, string_to_array(p.types, ','), p.count, p.first_at, p.last_at,
       CASE WHEN p.first_at > greatest(s.learning_until, n.first_at + interval '7 days') THEN 'new' ELSE '' END
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
     AS p(event_name_id, name, types, count, first_at, last_at)
JOIN behavior_name n ON n.id = p.event_name_id JOIN behavior_source s ON s.id = n.source_id
ON CONFLICT (event_name_id, name) DO UPDATE
SET count = behavior_property.count + excluded.count,
    last_at = greatest(behavior_property.last_at, excluded.last_at),
    types = CASE WHEN excluded.types <@ behavior_property.types THEN behavior_property.types
            ELSE (SELECT array_agg(DISTINCT t ORDER BY t) FROM unnest(behavior_property.types || excluded.types) t) END,
    flag = CASE WHEN behavior_property.flag = '' AND NOT excluded.types <@ behavior_property.types
                     AND excluded.last_at > (SELECT greatest(s.learning_until, n.first_at + interval '7 days')
                                             FROM behavior_name n JOIN behavior_source s ON s.id = n.source_id
                                             WHERE n.id = behavior_property.event_name_id)
                THEN 'type' ELSE behavior_property.flag END
"""
_TALLY = """
INSERT INTO behavior_tally (source_id, on_day, at_door, kept, repeated, late, blocked, aside)
SELECT source_id, %s, false, kept, repeated, late, blocked, aside
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
     AS t(source_id, kept, repeated, late, blocked, aside)
ON CONFLICT (source_id, on_day, at_door) DO UPDATE
SET kept = behavior_tally.kept + excluded.kept, repeated = behavior_tally.repeated + excluded.repeated,
    late = behavior_tally.late + excluded.late, blocked = behavior_tally.blocked + excluded.blocked,
    aside = behavior_tally.aside + excluded.aside
"""


def learn_names(cursor: Any, events: Sequence[StreamEvent]) -> Names:
    """Count the names of events, and learn those not known yet while there is room; returns the learned ones."""
    found = names_in(events)
    cursor.execute(_KNOWN, [list({key[0] for key in found})])
    known = set(cursor.fetchall())
    room = Counter(key[0] for key in known)
    rows = []
    for key, seen in sorted(found.items()):
        if key not in known:
            room[key[0]] += 1
            if room[key[0]] > MOST_NAMES:
                continue
        rows.append((*key, seen.count, seen.first_at, seen.last_at))
    if not rows:
        return {}
    cursor.execute(_NAMES, _columns(rows))
    return {(source, kind, name): (pk, state) for source, kind, name, pk, state in cursor.fetchall()}


def is_blocked(names: Names, event: StreamEvent) -> bool:
    """Whether staff keep events of this name out."""
    known = names.get(key_of(event))
    return known is not None and known[1] == "blocked"


def learn_properties(cursor: Any, names: Names, events: Iterable[StreamEvent]) -> None:
    """Count the properties of events of learned names, with the types of their values."""
    found = {(names[key][0], name): seen for (key, name), seen in properties_in(events).items() if key in names}
    cursor.execute(_PROPERTIES_OF, [list({pk for pk, _name in found})])
    known = set(cursor.fetchall())
    room = Counter(pk for pk, _name in known)
    rows = []
    for (pk, name), seen in sorted(found.items(), key=_place):
        if (pk, name) not in known:
            room[pk] += 1
            if room[pk] > MOST_PROPERTIES:
                continue
        rows.append((pk, name, ",".join(sorted(seen.types)), seen.count, seen.first_at, seen.last_at))
    if rows:
        cursor.execute(_PROPERTIES, _columns(rows))


def _place(item: tuple[tuple[int, str], Seen]) -> tuple[int, str]:
    return item[0]


def count_by_source(events: Iterable[StreamEvent]) -> Counter[int]:
    """How many events each source has among these."""
    return Counter(event.source_id for event in events)


def tally(
    cursor: Any, now: datetime, kept: Sequence[StreamEvent], repeated: Mapping[int, int],
    blocked: Sequence[StreamEvent], aside: Sequence[int],
) -> None:  # fmt: skip
    """Count what became of a batch, by source and day."""
    keeps, late = count_by_source(kept), count_by_source(e for e in kept if e.is_late)
    blocks, asides = count_by_source(blocked), Counter(aside)
    sources = sorted({*keeps, *repeated, *blocks, *asides})
    rows = [(s, keeps[s], repeated.get(s, 0), late[s], blocks[s], asides[s]) for s in sources]
    if rows:
        cursor.execute(_TALLY, [now.date(), *_columns(rows)])


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
