"""Returned mail that was put aside, for the console; and how much mail left in the last hour."""

from __future__ import annotations

from collections.abc import Iterable
from email import policy
from email.parser import BytesHeaderParser
from typing import Any

from django.db import connection
from django.db.models import BinaryField, F, Func, Value

from dangol.collaborative.channels.messages.models import MailAside
from dangol.platform.access.actor import Actor
from dangol.platform.console.aside import Aside

HEAD_BYTES = 16_384
_HOUR = """
SELECT coalesce(sum((payload->>'sent')::bigint), 0), coalesce(sum((payload->>'failed')::bigint), 0),
       coalesce(sum((payload->>'refused')::bigint), 0)
FROM event WHERE occurred_at > now() - interval '1 hour' AND name = 'message.sent'
"""


def mail_aside(actor: Actor, before: int | None, most: int) -> list[Aside]:
    """What was put aside, the newest first, with ids below `before`; only the head of each is read."""
    head = Func(F("raw"), Value(1), Value(HEAD_BYTES), function="substring", output_field=BinaryField())
    found: Any = MailAside.objects.defer("raw").annotate(head=head)
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_aside(row) for row in found.order_by("-pk")[:most]]


def count_aside() -> int:
    """How many mails are put aside."""
    return MailAside.objects.count()


def mail_of_the_hour() -> Iterable[tuple[tuple[str, ...], float]]:
    """How many messages were sent, failed for good, and were refused by the gate in the last hour."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUR)
        sent, failed, refused = cursor.fetchone()
    return [(("sent",), float(sent)), (("failed",), float(failed)), (("refused",), float(refused))]


def _aside(row: Any) -> Aside:
    return Aside(
        id=row.pk, at=row.at, title=_title(bytes(row.head)) or row.received_for, reason=row.get_reason_display(),
        detail=row.error,
    )  # fmt: skip


def _title(head: bytes) -> str:
    """From and subject, as far as they can be read."""
    try:
        mail = BytesHeaderParser(policy=policy.compat32).parsebytes(head)
        return " · ".join(" ".join(str(mail[name]).split())[:200] for name in ("From", "Subject") if mail[name])
    except (ValueError, LookupError, AttributeError):
        return ""
