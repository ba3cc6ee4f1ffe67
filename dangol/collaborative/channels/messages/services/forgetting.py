"""What is left of an erased person beside her messages: texts written to her alone, caught mail, mail put aside."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from dangol.collaborative.channels.messages.models import Message
from dangol.platform.mail.links import sign
from dangol.platform.objects.holders import Part, Subject

WHY = "a person is erased"
MESSAGE_ID = "id"
OWN_TEXTS = """
DELETE FROM channels_content c USING channels_message m
WHERE m.id = ANY(%s) AND c.id = m.content_id
  AND NOT EXISTS (SELECT FROM channels_message o WHERE o.content_id = c.id AND o.person_id <> m.person_id)
  AND (c.message_class <> 'advertising' OR m.source = 'letter')
"""
CAUGHT = "DELETE FROM mail_caught WHERE trim(both '<>' from split_part(message_id, '@', 1)) = ANY(%s)"
TEXTS = """
SELECT c.subject, c.text, c.html, m.sent_at, m.state, m.address FROM channels_message m
JOIN channels_content c ON c.id = m.content_id WHERE m.person_id = %s ORDER BY m.id
"""


def erase_texts(subject: Subject) -> int:
    """Letters that were written to the person alone, the copies in the local catcher, and mail that came back."""
    ids = sorted(subject.rows.get(Message._meta.db_table, ()))
    with connection.cursor() as cursor:
        cursor.execute(CAUGHT, [[f"m{sign(MESSAGE_ID, pk)}" for pk in ids]])
        count = int(cursor.rowcount)
        cursor.execute(OWN_TEXTS, [ids])
        count += int(cursor.rowcount)
        for mark in subject.marks:
            cursor.execute(
                "DELETE FROM channels_mail_aside"
                " WHERE position(convert_to(%s, 'UTF8') in raw) > 0 OR received_for = %s",
                [mark, mark],
            )
            count += int(cursor.rowcount)
    return count


def count_texts(subject: Subject) -> int:
    """How many letters were written to the person."""
    return int(Message.objects.for_system(WHY).filter(person_id=subject.person_id, source="letter").count())


def texts(subject: Subject) -> Iterator[Part]:
    """What was written to the person, for the archive."""
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, [subject.person_id])
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if rows:
        yield Part("data/letters.json", rows=rows)
