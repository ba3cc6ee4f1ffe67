"""What merging and matching hold about a person who is erased: the journal, pairs, and records that went up in hers."""

from __future__ import annotations

from django.db import connection

from dangol.core.identity.merging.queries import former
from dangol.platform.objects.holders import Subject

JOURNAL = "identity_merge WHERE object_name = 'person' AND (survivor_id = ANY(%(ids)s) OR loser_id = ANY(%(ids)s))"
PAIRS = "identity_pair WHERE object_name = 'person' AND (first_id = ANY(%(ids)s) OR second_id = ANY(%(ids)s))"
EMPTY = """
UPDATE customers_person SET name = '', latin_name = '', email = '', phone = '', address = '', city = '', job_title = '',
  born_on = NULL, customer_number = NULL, custom = '{}' WHERE id = ANY(%(ids)s) AND deleted_at IS NOT NULL"""


def held(subject: Subject) -> int:
    """How many rows of the journal and the queue name a person, or records that went up in hers."""
    ids = {"ids": _numbers(subject)}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (SELECT count(*) FROM {JOURNAL}) + (SELECT count(*) FROM {PAIRS})", ids)
        return int(cursor.fetchone()[0])


def forget(subject: Subject) -> int:
    """Empty the records that went up in a person's, and delete what the journal and the queue know; returns how much.

    An emptied record stays in the trash, where nothing of it can be told any more: what had to stay with it may lead
    there.
    """
    numbers = _numbers(subject)
    with connection.cursor() as cursor:
        cursor.execute(EMPTY, {"ids": [number for number in numbers if number != subject.person_id]})
        gone = cursor.rowcount
        for rows in (JOURNAL, PAIRS):
            cursor.execute(f"DELETE FROM {rows}", {"ids": numbers})
            gone += cursor.rowcount
    return int(gone)


def _numbers(subject: Subject) -> list[int]:
    return [subject.person_id, *former("person", subject.person_id)]
