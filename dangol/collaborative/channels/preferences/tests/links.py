"""A message with its links, for the tests of the customer's own pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from dangol.collaborative.channels.messages.models import Content, Message
from dangol.core.consent.ledger.models import ConsentRecord, Purpose
from dangol.core.consent.ledger.services import record_consent
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from dangol.platform.mail.links import sign


@dataclass(frozen=True)
class Letter:
    """A message to one person."""

    person_id: int
    message_id: int
    purpose_id: int | None

    @property
    def stop(self) -> str:
        return f"/u/{sign('unsub', self.message_id)}"

    @property
    def choose(self) -> str:
        return f"/p/{sign('prefs', self.message_id)}"


def purpose(code: str = "offers") -> int:
    return int(Purpose.objects.get(code=code).pk)


def letter(system: Actor, *, code: str | None = "offers", message_class: str = "advertising", is_allowed: bool = True,
           **values: Any) -> Letter:  # fmt: skip
    """A person who got a message, by default advertising for offers by e-mail, to which she had agreed."""
    given = {"name": "김지우", "email": "jiwoo@narae.test", "phone": "010-1234-5678", "language": "ko", **values}
    person = create_person(actor=system, values=given)
    purpose_id = purpose(code) if code else None
    content = Content.objects.create(message_class=message_class, purpose_id=purpose_id, subject="s")
    message = Message.objects.create(
        source="campaign", source_id=1, person_id=person.pk, content_id=content.pk, address=person.email, state="sent"
    )
    if purpose_id and is_allowed:
        allow(system, person.pk, purpose_id)
    return Letter(person.pk, message.pk, purpose_id)


def allow(system: Actor, person_id: int, purpose_id: int, channel: str = "email", **more: Any) -> None:
    record_consent(
        actor=system, person_id=person_id, purpose_id=purpose_id, channel=channel, state="given", method="form", **more
    )


def ledger(person_id: int) -> list[tuple[str, str, str, str]]:
    """The lines added after the first yes: purpose, channel, state, method."""
    codes = dict(Purpose.objects.values_list("pk", "code"))
    rows = ConsentRecord.objects.for_system("t").filter(person_id=person_id).exclude(method="form").order_by("pk")
    night = {True: " by night", False: ""}
    return [(codes[r.purpose_id], r.channel + night[r.is_for_night], r.state, r.method) for r in rows]


def browser() -> Client:
    """A browser that checks cross-site forgery as a real one meets it."""
    return Client(enforce_csrf_checks=True)
