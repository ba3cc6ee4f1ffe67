"""The stream of changes in one order, read by cursor so that nothing is skipped and nothing comes twice.

The order is (transaction, event, row of a bulk write). Only transactions older than every running one are read: ids
are given before commit, so whoever reads "the newest" would miss what commits later with an older id.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.platform.access.actor import Actor
from dangol.platform.api.feed import Judge, Told, told_by, told_by_row
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.objects.keyset import CursorError

SCANNED = 1_000
LATEST = "latest"
_FIRST, _LAST = UUID(int=0), UUID(int=2**128 - 1)
_END = 2**63 - 1
_EVENTS = """
SELECT id FROM event
WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) AND (xid, id) >= (%s::xid8, %s::uuid)
ORDER BY xid, id LIMIT %s
"""
_ROWS = """
SELECT c.id, c.event_id, c.subject, c.subject_id, c.about_id, c.before, c.after
FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (event_id, place)
CROSS JOIN LATERAL (
  SELECT * FROM event_change
  WHERE event_id = asked.event_id AND id > CASE WHEN asked.event_id = %s THEN %s ELSE 0 END AND subject = ANY(%s)
  ORDER BY id LIMIT %s) AS c
ORDER BY asked.place, c.id LIMIT %s
"""


@dataclass(frozen=True, order=True)
class Place:
    """The last change that was told."""

    xid: int = 0
    event: UUID = _FIRST
    row: int = -1

    def pack(self) -> str:
        """As text for an address."""
        text = json.dumps([self.xid, str(self.event), self.row], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def unpack(cls, text: str) -> Place:
        """Read it back; empty: before the first, `latest`: after all that can be told now. Raises CursorError."""
        if not text:
            return cls()
        if text == LATEST:
            return cls(_horizon() - 1, _LAST, _END)
        try:
            xid, event, row = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
            found = cls(int(xid), UUID(event), int(row))
        except (ValueError, TypeError, AttributeError, binascii.Error, UnicodeError, RecursionError) as error:
            raise CursorError from error
        if not 0 <= found.xid < 2**63 or not -1 <= found.row <= _END:
            raise CursorError
        return found


@dataclass(frozen=True)
class FeedPage:
    """Changes for one asker; `next` is the cursor after the last one looked at, also where none could be told."""

    changes: list[dict[str, Any]]
    next: str
    has_more: bool


def page(actor: Actor, after: str, names: Collection[str], limit: int, *, with_records: bool = False) -> FeedPage:
    """The next changes of the objects `names` for `actor`. Raises CursorError."""
    place = Place.unpack(after)
    ids = _event_ids(place)
    events = {e.pk: e for e in EventRecord.objects.filter(pk__in=ids)}
    found: list[tuple[Place, Told]] = []
    rows = _rows(ids, place, names, limit)
    is_full = False
    for at, told in _in_order([events[i] for i in ids], rows, place, names):
        found.append((at, told))
        if len(found) == limit:
            is_full = True
            break
    end = _end_of(place, events, ids, found, is_full)
    judge = Judge(actor, [told for _at, told in found], with_records=with_records)
    changes = [{**shown, "cursor": at.pack()} for at, told in found if (shown := judge.render(told)) is not None]
    return FeedPage(changes, end.pack(), is_full or len(ids) == SCANNED)


def _end_of(
    place: Place, events: dict[UUID, EventRecord], ids: list[UUID], found: list[tuple[Place, Told]], is_full: bool
) -> Place:
    if is_full:
        return found[-1][0]
    if not ids:
        return place
    last = events[ids[-1]]
    return max(place, Place(int(last.xid), last.pk, _END))


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return int(cursor.fetchone()[0])


def _event_ids(place: Place) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [str(place.xid), place.event, SCANNED])
        return [row[0] for row in cursor.fetchall()]


def _rows(ids: list[UUID], place: Place, names: Collection[str], limit: int) -> dict[UUID, list[EventChange]]:
    """The rows of bulk writes among these events, at most `limit` of them."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [ids, place.event, max(place.row, 0), list(names), limit, limit])
        rows = cursor.fetchall()
    found: dict[UUID, list[EventChange]] = {}
    for pk, event, subject, subject_id, about, before, after in rows:
        row = EventChange(pk=pk, event_id=event, subject=subject, subject_id=subject_id, about_id=about)
        row.before, row.after = _json(before), _json(after)
        found.setdefault(event, []).append(row)
    return found


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _in_order(
    events: list[EventRecord], rows: dict[UUID, list[EventChange]], place: Place, names: Collection[str]
) -> Iterator[tuple[Place, Told]]:
    for event in events:
        itself = Place(int(event.xid), event.pk, 0)
        told = told_by(event)
        if told is not None and told.object_name in names and itself > place:
            yield itself, told
        for row in rows.get(event.pk, ()):
            told = told_by_row(event, row)
            if told is not None:
                yield Place(int(event.xid), event.pk, row.pk), told
