"""Writing a batch: repeats left out, rows by COPY, what cannot be an event put aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from dangol.core.behavior.stream.rules.shapes import Fault
from dangol.core.behavior.stream.services.partitions import SEEN_DAYS
from dangol.core.behavior.stream.steps import StreamEvent

LONGEST_ASIDE = 500_000
_FIRST = """
INSERT INTO behavior_seen (digest, seen_on)
SELECT d.digest, %s FROM unnest(%s::uuid[]) AS d(digest)
WHERE NOT EXISTS (SELECT FROM behavior_seen s WHERE s.digest = d.digest AND s.seen_on >= %s)
RETURNING digest
"""
_COPY = """
COPY behavior_event (id, at, received_at, source_id, kind, name, message_id, visitor_id, visit_id, path, title,
                     referrer, properties, context) FROM STDIN
"""
_ASIDE = "COPY behavior_aside (source_id, received_at, kind, reason, detail, body) FROM STDIN"


def digest_of(event: StreamEvent) -> str:
    """The mark by which a repeat is known: of source and message id, 128 bits."""
    return blake2b(f"{event.source_id}:{event.message_id}".encode(), digest_size=16).hexdigest()


def without_repeats(cursor: Any, events: Sequence[StreamEvent], today: date) -> list[StreamEvent]:
    """Events whose message id their source has not sent before, within the days that ids are remembered.

    Exact, because whoever calls holds the lock of the work-off. An event without an id cannot be told from others.
    """
    first: dict[str, StreamEvent] = {}
    marked: list[tuple[str, StreamEvent]] = []
    for event in events:
        mark = digest_of(event) if event.message_id else ""
        if mark and mark in first:
            continue
        first.setdefault(mark, event)
        marked.append((mark, event))
    marks = [mark for mark, _event in marked if mark]
    cursor.execute(_FIRST, [today, "{" + ",".join(marks) + "}", today - timedelta(days=SEEN_DAYS)])
    new = {row[0].hex for row in cursor.fetchall()}
    return [event for mark, event in marked if not mark or mark in new]


def number(cursor: Any, events: Sequence[StreamEvent]) -> None:
    """Give events their numbers, in their order."""
    cursor.execute("SELECT nextval('behavior_event_id_seq') FROM generate_series(1, %s)", [len(events)])
    for event, (n,) in zip(events, cursor.fetchall(), strict=True):
        event.id = n


def write_events(cursor: Any, events: Iterable[StreamEvent]) -> None:
    """Write events into their months."""
    with cursor.copy(_COPY) as copy:
        for e in events:
            copy.write_row((
                e.id, e.at, e.received_at, e.source_id, e.kind, e.name, e.message_id, e.visitor_id, e.visit_id, e.path,
                e.title, e.referrer, *e.kept,
            ))  # fmt: skip


def put_aside(cursor: Any, found: Sequence[tuple[int, datetime, str, Fault, str]]) -> None:
    """Keep what could not be worked off, with its reason."""
    if not found:
        return
    with cursor.copy(_ASIDE) as copy:
        for source_id, received_at, kind, fault, body in found:
            text = body.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:LONGEST_ASIDE]
            detail = fault.detail.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
            copy.write_row((source_id, received_at, kind, fault.reason, detail, text))
