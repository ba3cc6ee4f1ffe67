"""Which entries tell of a word: found by index however long ago, in rows of bulk writes too.

A word is what stands between blanks and signs, in small letters, and is found by how it begins. Entries of one record
have their words in an index of their own; rows of bulk changes are noted a hundred at a time, by a job, since an index
over each of them would make bulk writes several times as long.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dangol.platform.events.models import EventChange

MOST = 5_000
"""Entries of each kind that are taken; of a word that more have, some are."""
ROWS = 2_000
TOGETHER = 100
EVENTS_AT_ONCE = 50
_LAST = UUID(int=2**128 - 1)
_SIGNS = """'!"#$%%&''()*+,-./:;<=>?@[\\]^_`{|}~', '                                '"""
_ROW = "left(coalesce(before::text, '') || ' ' || coalesce(after::text, ''), 2500)"
_QUERY = f"""
SELECT coalesce(string_agg(quote_literal(word) || ':*', ' & '), '')
FROM unnest(tsvector_to_array(to_tsvector('simple', translate(%s, {_SIGNS})))) AS word
"""
_SINGLE = f"""
SELECT coalesce(part_of, id) FROM event WHERE changes <> '{{}}'::jsonb
  AND to_tsvector('simple'::regconfig, translate(left(changes::text, 20000), {_SIGNS})) @@ %s::tsquery LIMIT {MOST}
"""
_BULK = f"""
SELECT DISTINCT coalesce(e.part_of, e.id)
FROM (SELECT event_id FROM audit_words_of_rows WHERE words @@ %s::tsquery LIMIT {4 * MOST}) AS noted
JOIN event e ON e.id = noted.event_id
"""
_ROWS = """
SELECT c.id, coalesce(e.part_of, e.id), c.subject, c.subject_id, c.before, c.after
FROM event e JOIN audit_words_of_rows w ON w.event_id = e.id AND w.words @@ %s::tsquery
JOIN event_change c ON c.event_id = e.id AND c.id BETWEEN w.first_row AND w.last_row
WHERE (e.id = ANY(%s) OR e.part_of = ANY(%s))
  AND lower(coalesce(c.before::text, '') || ' ' || coalesce(c.after::text, '')) LIKE ALL (%s) LIMIT %s
"""
_NEXT = """
SELECT id, xid::text FROM event WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) AND subject_id IS NULL
  AND (xid, id) > (%s::xid8, %s::uuid) ORDER BY xid, id LIMIT %s
"""
_NOTE = f"""
INSERT INTO audit_words_of_rows (event_id, first_row, last_row, words)
SELECT %s, min(id), max(id), strip(to_tsvector('simple', translate(string_agg({_ROW}, ' '), {_SIGNS})))
FROM (SELECT id, before, after, (row_number() OVER (ORDER BY id) - 1) / {TOGETHER} AS part
  FROM event_change WHERE event_id = %s) AS rows GROUP BY part
"""

_RENEW = f"""
UPDATE audit_words_of_rows w SET words = (
  SELECT coalesce(strip(to_tsvector('simple', translate(string_agg({_ROW}, ' '), {_SIGNS}))), ''::tsvector)
  FROM event_change WHERE event_id = w.event_id AND id BETWEEN w.first_row AND w.last_row)
FROM event_change c
WHERE (c.about_id = %s OR (c.subject = 'person' AND c.subject_id = %s))
  AND c.event_id = w.event_id AND c.id BETWEEN w.first_row AND w.last_row
"""


def query_of(text: str) -> str:
    """The words of a text as the index is asked: each begins a word of the values. Empty when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [text.replace("\\", " ")[:500]])
        return str(cursor.fetchone()[0])


def entries_with(text: str) -> list[UUID]:
    """Entries that tell of all words of `text` in their values, or among the rows of their bulk change."""
    asked = query_of(text)
    if not asked:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        # Of a word that stands everywhere some entries are enough; the index stops there.
        cursor.execute(f"SET LOCAL gin_fuzzy_search_limit = {4 * MOST}")
        cursor.execute(f"({_SINGLE}) UNION ({_BULK})", [asked, asked])
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL gin_fuzzy_search_limit = 0")
    return found


def rows_with(text: str, entries: Sequence[UUID]) -> list[tuple[UUID, EventChange]]:
    """The first rows of these bulk changes that tell of the words, each with the entry under which it stands."""
    asked = query_of(text) if entries else ""
    if not asked:
        return []
    parts = [f"%{_escaped(word)}%" for word in text.lower().split()]
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [asked, list(entries), list(entries), parts, ROWS])
        return [
            (head, EventChange(pk=pk, subject=subject, subject_id=record, before=_read(before), after=_read(after)))
            for pk, head, subject, record, before, after in cursor.fetchall()
        ]


def note_words() -> int:
    """Note the words of the next bulk changes that are final; returns how many changes were looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT xid, event_id FROM audit_words_place WHERE id = 1 FOR UPDATE")
        place = cursor.fetchone() or (0, UUID(int=0))
        cursor.execute("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)")
        horizon = cursor.fetchone()[0]
        cursor.execute(_NEXT, [str(place[0]), place[1], EVENTS_AT_ONCE])
        events = cursor.fetchall()
        for event_id, _xid in events:
            cursor.execute(_NOTE, [event_id, event_id])
        is_more = len(events) == EVENTS_AT_ONCE
        until = (int(events[-1][1]), events[-1][0]) if is_more else (horizon, _LAST)
        cursor.execute(
            "INSERT INTO audit_words_place (id, xid, event_id) VALUES (1, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET xid = excluded.xid, event_id = excluded.event_id", [*until],
        )  # fmt: skip
    return len(events) if is_more else 0


def renew_words(person_id: int) -> int:
    """Note anew the words of rows that tell of a person, after what they said was emptied; returns how many notes."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [person_id, person_id])
        return int(cursor.rowcount)


def _escaped(word: str) -> str:
    told = json.dumps(word, ensure_ascii=False)[1:-1]
    return told.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told
