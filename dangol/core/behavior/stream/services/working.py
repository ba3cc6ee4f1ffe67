"""Working off: accepted bodies become events, once each, and leave the inbox, all in one transaction."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from dangol.core.behavior.stream.rules.clock import moment, month_of
from dangol.core.behavior.stream.rules.shapes import UNCLEAN, Envelope, Fault, cleaned, read
from dangol.core.behavior.stream.services import noting, writing
from dangol.core.behavior.stream.services.partitions import ensure_days, ensure_months, oldest_kept
from dangol.core.behavior.stream.steps import Batch, StreamEvent, steps_after, steps_before

log = logging.getLogger(__name__)
WORKING = 27_000
"""The advisory lock under which one batch at a time is written: what makes repeats exact and steps simple."""
MOST_EVENTS = 4_000
MOST_REQUESTS = 2_000
MOST_ATTEMPTS = 3
FAILED_A_TURN = 20
GZIP_OR_ZLIB = 47

_CLAIM = """
SELECT id, source_id, received_at, kind, events, body, address, agent FROM behavior_inbox
WHERE {which} ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_FRESH, _FAILED = "attempts = 0", "attempts > 0"


@dataclass(slots=True)
class Worked:
    """What became of a batch: requests done, events kept, and those that were not, with why."""

    requests: int = 0
    kept: int = 0
    repeated: int = 0
    blocked: int = 0
    aside: int = 0


@dataclass(slots=True)
class Read:
    """Claimed bodies, read: events, and what cannot be one (source, received, kind, fault, body)."""

    ids: list[int] = field(default_factory=list)
    events: list[StreamEvent] = field(default_factory=list)
    aside: list[tuple[int, datetime, str, Fault, str]] = field(default_factory=list)


class BatchFailed(Exception):
    """A batch could not be worked off, for a reason of its own; `ids` are its requests."""

    def __init__(self, ids: list[int]) -> None:
        super().__init__(f"{len(ids)} requests could not be worked off")
        self.ids = ids


class Pace:
    """How many requests are claimed at once: as many as bring about `MOST_EVENTS`, learned from the last claim."""

    def __init__(self) -> None:
        self.requests = 20

    def learn(self, requests: int, events: int) -> None:
        """Hear how many events the claimed requests held."""
        if requests:
            self.requests = max(10, min(MOST_REQUESTS, MOST_EVENTS * requests // max(events, 1)))


_pace = Pace()


def take_turn() -> bool:
    """Work off one batch, and what failed before one by one; True when there may be more. Raises when the database is
    away."""
    done = 0
    try:
        done = work_off(most=_pace.requests).requests
    except BatchFailed as failed:
        log.exception("A batch of events could not be worked off; its requests are tried one by one.")
        _note_failure(failed.ids)
        done = len(failed.ids)
    tries = 0
    while tries < FAILED_A_TURN and _work_off_failed():
        tries += 1
    return bool(done or tries)


def work_off_all() -> Worked:
    """Work off everything that waits; returns what became of it in sum."""
    total = Worked()
    while (done := work_off(most=_pace.requests)).requests:
        for name in Worked.__slots__:
            setattr(total, name, getattr(total, name) + getattr(done, name))
    while _work_off_failed():
        pass
    return total


def work_off(*, most: int, which: str = _FRESH) -> Worked:
    """Work off up to `most` requests. Raises BatchFailed, or what the database raises when it is away or in trouble."""
    ids: list[int] = []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLAIM.format(which=which), [most])
            rows = cursor.fetchall()
            ids = [row[0] for row in rows]
            if not rows:
                return Worked()
            _pace.learn(len(rows), sum(row[4] for row in rows))
            return _write(_read(rows), cursor)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        raise BatchFailed(ids) from error


def _write(found: Read, cursor: Any) -> Worked:
    now = timezone.now()
    ensure_months({month_of(event.at) for event in found.events})
    ensure_days([now.astimezone(UTC).date()])
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WORKING])
    read_count = len(found.events)
    events = writing.without_repeats(cursor, found.events, now.astimezone(UTC).date())
    repeated = noting.count_by_source(found.events) - noting.count_by_source(events)
    names = noting.learn_names(cursor, events)
    blocked = [event for event in events if noting.is_blocked(names, event)]
    batch = Batch([event for event in events if not noting.is_blocked(names, event)] if blocked else events)
    noting.learn_properties(cursor, names, batch.events)
    writing.number(cursor, batch.events)
    for step in steps_before():
        step(batch, cursor)
    writing.write_events(cursor, batch.events)
    for step in steps_after():
        step(batch, cursor)
    writing.put_aside(cursor, found.aside)
    noting.tally(cursor, now, batch.events, repeated, blocked, [row[0] for row in found.aside])
    cursor.execute("DELETE FROM behavior_inbox WHERE id = ANY(%s)", [found.ids])
    return Worked(len(found.ids), len(batch.events), read_count - len(events), len(blocked), len(found.aside))


def _read(rows: list[Any]) -> Read:
    found, oldest = Read(), oldest_kept(timezone.now())
    for row in rows:
        found.ids.append(row[0])
        _read_body(row, oldest, found)
    return found


def _read_body(row: Any, oldest: datetime, found: Read) -> None:
    _id, source_id, received_at, kind, _events, body, address, agent = row
    text = zlib.decompress(bytes(body), GZIP_OR_ZLIB)
    try:
        data = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        found.aside.append((source_id, received_at, kind, Fault("no_json"), text.decode("utf-8", "replace")))
        return
    if UNCLEAN.search(text):
        data = cleaned(data)
    if kind != "batch":
        _read_item(data, Envelope(source_id, kind, received_at, None, address, agent, oldest), {}, found)
        return
    shared = {name: data[name] for name in ("sentAt", "context") if name in data}
    context = data.get("context") if isinstance(data.get("context"), dict) else None
    sent_at = moment(data.get("sentAt"))
    envelope = Envelope(source_id, kind, received_at, sent_at, address, agent, oldest, context)
    for item in data["batch"]:
        _read_item(item, envelope, shared, found)


def _read_item(item: Any, envelope: Envelope, shared: Mapping[str, Any], found: Read) -> None:
    event = read(item, envelope)
    if isinstance(event, StreamEvent):
        found.events.append(event)
    else:
        body = {**shared, "batch": [item]} if envelope.kind == "batch" else item
        found.aside.append((envelope.source_id, envelope.received_at, envelope.kind, event, _told(body)))


def _told(item: Any) -> str:
    """An event as text for whoever looks at it, though it may be too deep to be told."""
    try:
        return json.dumps(item, ensure_ascii=False)
    except RecursionError:
        return "…"


def _work_off_failed() -> int:
    """Work off one request that failed before, by itself; the third failure puts it aside. Returns how many."""
    try:
        return work_off(most=1, which=_FAILED).requests
    except BatchFailed as failed:
        log.exception("A request's events could not be worked off.")
        _note_failure(failed.ids, reason=repr(failed.__cause__)[:500])
        return len(failed.ids)


@transaction.atomic
def _note_failure(ids: list[int], reason: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE behavior_inbox SET attempts = attempts + 1 WHERE id = ANY(%s)", [ids])
        cursor.execute(
            "DELETE FROM behavior_inbox WHERE id = ANY(%s) AND attempts >= %s"
            " RETURNING source_id, received_at, kind, body",
            [ids, MOST_ATTEMPTS],
        )
        gone = [
            (source, at, kind, Fault("broken", reason), zlib.decompress(bytes(body), GZIP_OR_ZLIB).decode())
            for source, at, kind, body in cursor.fetchall()
        ]
        writing.put_aside(cursor, gone)
