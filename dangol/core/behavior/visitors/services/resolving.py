"""Whose events these are: a batch meets the visitors that are known, makes the missing ones and finds their people.

A handful of statements for a whole batch, however many events it holds; what is decided stands in `rules`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from dangol.core.behavior.visitors.events import VisitorKnown
from dangol.core.behavior.visitors.queries import secret_of, trust_of
from dangol.core.behavior.visitors.rules import ADDRESS, LINK, SIGN_IN, Claim, Row, is_signed, settle
from dangol.core.behavior.visitors.services.finding import Found, find_people, make_people
from dangol.core.behavior.visitors.services.links import people_of
from dangol.platform.access.actor import Actor
from dangol.platform.events.event import RowChange
from dangol.platform.events.stream import emit, emit_bulk

Device = tuple[int, str, str]
"""Source and what the device calls itself; where only a server spoke, the name it gave."""
_ROWS = """
SELECT id, source_id, anonymous_id, user_id, person_id, how, known_at, proved_at, traits, is_doubtful, first_at, last_at
FROM behavior_visitor v
JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS asked (source, device, name)
  ON v.source_id = asked.source AND v.anonymous_id = asked.device AND (asked.device <> '' OR v.user_id = asked.name)
ORDER BY id FOR UPDATE OF v
"""
_CUTS = """
SELECT DISTINCT source_id, anonymous_id, user_id, person_id FROM behavior_cut c
JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS asked (source, device, name)
  ON c.source_id = asked.source AND c.anonymous_id = asked.device AND (asked.device <> '' OR c.user_id = asked.name)
WHERE c.undone_at IS NULL
"""
_COLUMNS = "user_id, person_id, how, known_at, proved_at, traits, is_doubtful, first_at, last_at"
_INSERT = f"""
INSERT INTO behavior_visitor (source_id, anonymous_id, {_COLUMNS})
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::timestamptz[],
  %s::timestamptz[], %s::jsonb[], %s::boolean[], %s::timestamptz[], %s::timestamptz[])
ON CONFLICT (source_id, anonymous_id, user_id, person_id, split) DO UPDATE
SET last_at = greatest(behavior_visitor.last_at, EXCLUDED.last_at)
RETURNING id, source_id, anonymous_id, user_id, person_id
"""
_UPDATE = """
UPDATE behavior_visitor v SET user_id = n.user_id, person_id = n.person_id, how = n.how, known_at = n.known_at,
  proved_at = n.proved_at, traits = n.traits, is_doubtful = n.is_doubtful, first_at = n.first_at, last_at = n.last_at
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::jsonb[],
  %s::boolean[], %s::timestamptz[], %s::timestamptz[])
  AS n (id, user_id, person_id, how, known_at, proved_at, traits, is_doubtful, first_at, last_at)
WHERE v.id = n.id
"""
WHY = "events of visitors are worked off"


@dataclass(frozen=True)
class Said:
    """What one event says about who it was, word for word."""

    source_id: int
    at: datetime
    received_at: datetime
    anonymous_id: str = ""
    user_id: str = ""
    hash: str = ""
    link: str = ""
    traits: Mapping[str, Any] = field(default_factory=dict)


def resolve(said: Sequence[Said]) -> list[int | None]:
    """The visitor of each event; visitors are made and become known on the way. Runs in the caller's transaction.

    An event that says neither a device nor a name has none.
    """
    read = _believed(said)
    devices: dict[Device, list[int]] = defaultdict(list)
    for place, (device, _claim) in enumerate(read):
        if device[1] or device[2]:
            devices[device].append(place)
    rows, cuts = _rows_of(devices), _cuts_of(devices)
    before = {row.id: row.person for some in rows.values() for row in some}
    settled: list[Row | None] = [None] * len(said)
    for device, places in devices.items():
        found = settle(rows[device], [read[p][1] for p in places], cuts.get(device, ()))
        for place, row in zip(places, found, strict=True):
            settled[place] = row
    _make_people(rows, cuts)
    _store(rows)
    _tell(rows, before)
    return [row.id if row else None for row in settled]


# ---- What is believed ---------------------------------------------------------------------------------------------


def _believed(said: Sequence[Said]) -> list[tuple[Device, Claim]]:
    """The device and the claim of each event, after what its source is trusted with."""
    trusted = trust_of({one.source_id for one in said})
    proven = _proven_names(said, trusted)
    found = find_people(_names(said, trusted, proven))
    brought = [one for one in said if one.link and trusted[one.source_id].believes_links]
    linked = people_of((one.link, one.received_at) for one in brought)
    return [_claim(one, trusted[one.source_id], proven, found, linked) for one in said]


def _proven_names(said: Sequence[Said], trusted: Mapping[int, Any]) -> set[tuple[int, str, str]]:
    """(source, device, name) that hold: everything of a trusted source, what is signed, and what was signed before."""
    proven, asked = set(), set()
    secrets = {pk: secret_of(trust) for pk, trust in trusted.items() if trust.believes == "signed"}
    for one in said:
        key, believes = (one.source_id, one.anonymous_id, one.user_id), trusted[one.source_id].believes
        if not one.user_id or key in proven or believes == "nothing":
            continue
        if believes == "everything" or is_signed(one.user_id, one.hash, secrets[one.source_id]):
            proven.add(key)
        elif one.anonymous_id:
            asked.add(key)
    return proven | _proven_before(asked - proven)


def _proven_before(asked: Iterable[tuple[int, str, str]]) -> set[tuple[int, str, str]]:
    columns = [list(c) for c in zip(*asked, strict=True)]
    if not columns:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.source_id, v.anonymous_id, v.user_id FROM behavior_visitor v"
            " JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS a (s, d, n)"
            " ON v.source_id = a.s AND v.anonymous_id = a.d AND v.user_id = a.n",
            columns,
        )
        return set(cursor.fetchall())


def _names(said: Sequence[Said], trusted: Mapping[int, Any], proven: set[tuple[int, str, str]]) -> list[Found]:
    return [
        _found(one, trusted[one.source_id]) for one in said if (one.source_id, one.anonymous_id, one.user_id) in proven
    ]


def _found(one: Said, trust: Any) -> Found:
    return Found(one.user_id, _address(one) if trust.believes_address else "", trust.shop)


def _address(one: Said) -> str:
    given = one.user_id if "@" in one.user_id else one.traits.get("email")
    return given.strip().lower() if isinstance(given, str) else ""


def _claim(
    one: Said, trust: Any, proven: set[tuple[int, str, str]], found: Mapping[Found, tuple[int, bool]],
    links: Mapping[str, int],
) -> tuple[Device, Claim]:  # fmt: skip
    if (one.source_id, one.anonymous_id, one.user_id) in proven:
        person, by_address = found.get(_found(one, trust), (None, False))
        device = (one.source_id, one.anonymous_id, "" if one.anonymous_id else one.user_id)
        how = ADDRESS if by_address else SIGN_IN
        return device, Claim(one.at, one.user_id, person, how, dict(one.traits))
    device = (one.source_id, one.anonymous_id or (f"user:{one.user_id}" if one.user_id else ""), "")
    linked = links.get(one.link) if one.link and trust.believes_links else None
    return device, Claim(one.at, "", linked, LINK if linked else "", dict(one.traits))


# ---- Rows ---------------------------------------------------------------------------------------------------------


def _rows_of(devices: Iterable[Device]) -> dict[Device, list[Row]]:
    found: dict[Device, list[Row]] = {device: [] for device in devices}
    for pk, source, device, name, *rest in _asked(_ROWS, found):
        person, how, known, proved, traits, doubtful, first, last = rest
        told = json.loads(traits) if isinstance(traits, str) else traits
        row = Row(pk, name, person, how, known, proved, told, doubtful, first, last)
        found[(source, device, "" if device else name)].append(row)
    return found


def _cuts_of(devices: Iterable[Device]) -> dict[Device, set[tuple[str, int]]]:
    found: dict[Device, set[tuple[str, int]]] = defaultdict(set)
    for source, device, name, person in _asked(_CUTS, list(devices)):
        found[(source, device, "" if device else name)].add((name, person))
    return found


def _asked(statement: str, devices: Iterable[Device]) -> list[Any]:
    columns = [list(c) for c in zip(*devices, strict=True)]
    if not columns:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
        return list(cursor.fetchall())


def _make_people(rows: Mapping[Device, list[Row]], cuts: Mapping[Device, set[tuple[str, int]]]) -> None:
    """Names that nobody has become people, where the source is set so; never one that was cut."""
    trusted = trust_of({device[0] for device in rows})
    wanted = [
        row
        for device, some in rows.items()
        for row in some
        if trusted[device[0]].makes_people and row.user_id and row.person is None and row.is_changed
        and not any(name == row.user_id for name, _person in cuts.get(device, ()))
    ]  # fmt: skip
    made = make_people({row.user_id: row.traits for row in wanted})
    for row in wanted:
        if row.user_id in made:
            row.person, row.how, row.known_at = made[row.user_id], SIGN_IN, row.proved_at


def _store(rows: Mapping[Device, list[Row]]) -> None:
    changed = [(device, row) for device, some in rows.items() for row in some if row.is_changed]
    new = [(device, row) for device, row in changed if row.id is None]
    old = [row for _device, row in changed if row.id is not None]
    with connection.cursor() as cursor:
        if old:
            cursor.execute(_UPDATE, [[row.id for row in old], *_values(old)])
        if new:
            sources, names = [device[0] for device, _row in new], [device[1] for device, _row in new]
            cursor.execute(_INSERT, [sources, names, *_values([row for _device, row in new])])
            ids = {tuple(key): pk for pk, *key in cursor.fetchall()}
            for device, row in new:
                row.id = ids[(device[0], device[1], row.user_id, row.person)]


def _values(rows: Sequence[Row]) -> list[list[Any]]:
    return [
        [row.user_id for row in rows], [row.person for row in rows], [row.how for row in rows],
        [row.known_at for row in rows], [row.proved_at for row in rows], [json.dumps(row.traits) for row in rows],
        [row.is_doubtful for row in rows], [row.first_at for row in rows], [row.last_at for row in rows],
    ]  # fmt: skip


def _tell(rows: Mapping[Device, list[Row]], before: Mapping[int | None, int | None]) -> None:
    known = [
        row for some in rows.values() for row in some if row.person is not None and before.get(row.id) != row.person
    ]
    actor = Actor.system(WHY)
    if len(known) == 1:
        row = known[0]
        emit(VisitorKnown(subject_id=row.id, about_id=row.person, how=row.how), actor=actor)
    elif known:
        changes = [
            RowChange("visitor", row.id or 0, {"person": before.get(row.id)}, {"person": row.person}, row.person)
            for row in known
        ]
        emit_bulk(VisitorKnown(), actor=actor, rows=changes)
