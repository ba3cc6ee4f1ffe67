"""The local catcher: keeps every message to be read on a page instead of sending it. Used by `transport` alone."""

from __future__ import annotations

from collections.abc import Sequence
from email import policy
from email.parser import BytesHeaderParser

from django.db import connection

from dangol.platform.mail.outgoing import Outgoing

_HEADS = BytesHeaderParser(policy=policy.default)
_KEEP = """
INSERT INTO mail_caught (message_id, message_class, envelope_from, envelope_to, subject, raw, size)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::int[])
ON CONFLICT (message_id, envelope_to) DO NOTHING
"""


def keep(outgoings: Sequence[Outgoing]) -> None:
    """Keep the messages in one statement; one that is kept already (same Message-ID and receiver) stays as it is."""
    columns = zip(*(_row(one) for one in outgoings), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [list(column) for column in columns])


def _row(one: Outgoing) -> tuple[str, str, str, str, str, bytes, int]:
    return (
        one.message_id,
        str(one.message_class),
        one.sender,
        one.recipient,
        _subject(one.content),
        one.content,
        len(one.content),
    )


def _subject(content: bytes) -> str:
    head = content.split(b"\r\n\r\n", 1)[0]
    return str(_HEADS.parsebytes(head)["Subject"] or "").replace("\0", "")
