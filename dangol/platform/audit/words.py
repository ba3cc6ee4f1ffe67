"""Which entries tell of a word: found by index however long ago, in rows of bulk writes too.

A word is what stands between blanks and signs, in small letters, and is found by how it begins. How values are cut into
words stands in the database (`audit_words`), where the index is; here what is looked for is cut alike.
"""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dangol.platform.events.models import EventChange

MOST = 5_000
"""Entries of each kind that are taken; of a word that more have, some are."""
ROWS = 2_000
_SIGNS = str.maketrans(dict.fromkeys(string.punctuation, " "))
_ROW = "audit_words(coalesce(c.before::text, '') || ' ' || coalesce(c.after::text, '')) @@ %s::tsquery"
_FOUND = f"""
SELECT id FROM (SELECT coalesce(part_of, id) AS id FROM event
  WHERE changes <> '{{}}'::jsonb AND audit_words(changes::text) @@ %s::tsquery LIMIT %s) AS single
UNION SELECT coalesce(e.part_of, e.id)
FROM (SELECT DISTINCT event_id FROM (SELECT c.event_id FROM event_change c WHERE {_ROW} LIMIT %s) AS hit) AS among
JOIN event e ON e.id = among.event_id
"""
_ROWS = f"""
SELECT c.id, coalesce(e.part_of, e.id), c.subject, c.subject_id, c.before, c.after FROM event e
JOIN event_change c ON c.event_id = e.id
WHERE (e.id = ANY(%s) OR e.part_of = ANY(%s)) AND {_ROW} LIMIT %s
"""


def words_of(text: str) -> list[str]:
    """The words of what is looked for."""
    return text.translate(_SIGNS).lower().split()


def query_of(text: str) -> str:
    """The words as the index is asked: each begins a word of the values. Empty when there is none."""
    return " & ".join(f"'{word[:200]}':*" for word in words_of(text))


def entries_with(text: str) -> list[UUID]:
    """Entries that tell of all words of `text` in one of their values, or in a row of their bulk change."""
    asked = query_of(text)
    if not asked:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL gin_fuzzy_search_limit = {4 * MOST}")
        cursor.execute(_FOUND, [asked, MOST, asked, 4 * MOST])
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL gin_fuzzy_search_limit = 0")
    return found


def rows_with(text: str, entries: Sequence[UUID]) -> list[tuple[UUID, EventChange]]:
    """The first rows of these bulk changes that tell of the words, each with the entry under which it stands."""
    asked = query_of(text)
    if not (asked and entries):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(entries), list(entries), asked, ROWS])
        return [
            (head, EventChange(pk=pk, subject=subject, subject_id=record, before=_read(before), after=_read(after)))
            for pk, head, subject, record, before, after in cursor.fetchall()
        ]


def _read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told
