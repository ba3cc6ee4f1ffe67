"""What becomes of returned mail that was put aside: worked off again, or thrown away."""

from __future__ import annotations

from django.db import transaction

from dangol.collaborative.channels.messages.models import MailAside
from dangol.collaborative.channels.messages.services.bounces import take_bounce
from dangol.platform.access.actor import Actor

WHOLE = (MailAside.Reason.NOT_OURS, MailAside.Reason.UNREADABLE, MailAside.Reason.FAULT)


@transaction.atomic
def work_off_aside(*, actor: Actor, ids: list[int]) -> int:
    """Take these mails in again; what cannot be worked off stays (a too large one was kept in part only)."""
    count = 0
    for row in MailAside.objects.select_for_update().filter(pk__in=ids, reason__in=WHOLE).order_by("pk"):
        if take_bounce(bytes(row.raw), row.received_for) != "aside":
            row.delete()
            count += 1
    return count


@transaction.atomic
def discard_aside(*, actor: Actor, ids: list[int]) -> int:
    """Throw these mails away for good; returns how many."""
    return MailAside.objects.filter(pk__in=ids).delete()[0]
