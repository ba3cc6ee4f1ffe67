"""What receivers say by the pages that a message leads to."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dangol.collaborative.channels.messages.events import MessageUnsubscribed
from dangol.collaborative.channels.messages.models import Message, Touch
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit

WHY = "the receiver of the message answered"


@transaction.atomic
def note_unsubscribe(*, actor: Actor, message_id: int, is_one_click: bool, agent: str = "") -> bool:
    """Note that the receiver of a message unsubscribed by it; False when that was noted before, or there is none.

    What the ledger of consent says of it is the caller's business, in the same transaction.
    """
    found = Message.objects.for_system(WHY).select_for_update().filter(pk=message_id, unsubscribed_at=None).first()
    if found is None:
        return False
    now = timezone.now()
    Message.objects.for_system(WHY).filter(pk=message_id).update(unsubscribed_at=now)
    Touch.objects.create(
        message_id=message_id,
        kind=Touch.Kind.UNSUBSCRIBE,
        at=now,
        agent=agent[:300],
        detail={"one_click": is_one_click},
    )
    emit(
        MessageUnsubscribed(
            subject_id=message_id, about_id=found.person_id, source=found.source, source_id=found.source_id
        ),
        actor=actor,
    )
    return True
