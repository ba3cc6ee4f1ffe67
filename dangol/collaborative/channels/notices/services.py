"""Handing notices over to the sending of messages, and writing down what became of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Message
from dangol.collaborative.channels.messages.services.contents import keep_content
from dangol.collaborative.channels.messages.services.queueing import enqueue
from dangol.collaborative.channels.notices.queries import SOURCE, message_of, written
from dangol.core.consent.gate.rules import SERVICE
from dangol.core.consent.ledger.queries import purposes_by_id
from dangol.core.consent.notices.queries import records_of, waiting
from dangol.core.consent.notices.services import note_failed, note_handed, note_told
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace

AT_ONCE = 200
WHY = "people who must be told"


def hand_over(*, actor: Actor, now: datetime | None = None, limit: int = AT_ONCE) -> int:
    """Write to everybody who must be told now, one letter a person. Returns how many letters.

    Each letter commits with the note that it is on its way, so a killed worker leaves none twice and none lost.
    """
    found = waiting(now or timezone.now(), limit)
    purposes, ours = purposes_by_id(), workspace()
    people = Person.objects.for_system(WHY).in_bulk(found)
    count = 0
    for person_id, notices in found.items():
        person = people.get(person_id)
        language = person.language if person and person.language in ("ko", "en") else ours.language
        with transaction.atomic():
            letter = written(notices, records_of(actor, notices), purposes, ours, language)
            content = keep_content(actor=actor, content=letter, message_class=SERVICE)
            enqueue(actor=actor, source=SOURCE, source_id=content.pk, people={person_id: content.pk})
            note_handed(actor=actor, notices=notices, letter=content.pk)
        count += 1
    return count


def note_outcome(*, actor: Actor, content_id: int) -> None:
    """Write down what became of a letter: told with its proof, or why not. Harmless to ask again."""
    message = message_of(content_id)
    if message is None:
        return
    if message.state == Message.State.SENT and message.sent_at:
        proof = {"message": message.pk, "address": message.address, "sent_at": message.sent_at.isoformat(),
                 "is_unconfirmed": message.is_unconfirmed}  # fmt: skip
        note_told(actor=actor, letter=content_id, at=message.sent_at, message_id=message.pk, proof=proof)
    elif message.state in (Message.State.FAILED, Message.State.REFUSED, Message.State.CANCELLED):
        note_failed(actor=actor, letter=content_id, reason=message.reason or message.state)
