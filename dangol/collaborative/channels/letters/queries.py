from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.collaborative.channels.messages.models import Content
from dangol.collaborative.channels.sources import SourceName
from dangol.core.consent.gate.rules import ADVERTISING, SERVICE, Asked
from dangol.core.consent.ledger.queries import purposes_beside
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.policies import NOBODY
from dangol.platform.mail.models import OwnAddress

SOURCE = "letter"
WHY = "a letter belongs to its receiver's timeline"


def receiver(actor: Actor, person_id: int) -> Person | None:
    """The person, when `actor` may see and write to them; None otherwise."""
    condition = Person.row_policy.condition(Person, actor, actor.scope("create", "message"), "create")
    rows = Person.objects.visible_to(actor).filter(pk=person_id, deleted_at=None)
    return rows.first() if condition is None else rows.filter(condition).exclude(NOBODY).first()


def asked(content: Content) -> Asked:
    """What the gate is asked about a letter."""
    is_advertising = content.message_class == ADVERTISING
    return Asked("email", content.message_class, content.purpose_id if is_advertising else None, timezone.now())


def asked_of(content_id: int) -> Asked:
    """What the gate is asked about the letter with this content, at the moment of sending."""
    return asked(Content.objects.for_system(WHY).get(pk=content_id))


def writers(actor: Actor, content_ids: Collection[int]) -> Mapping[int, SourceName]:
    """Who wrote letters, by their content. One query."""
    rows = Content.objects.for_system(WHY).filter(pk__in=content_ids, created_by__isnull=False)
    named = rows.values_list("pk", "created_by__name")
    return {pk: SourceName(_("by %(who)s") % {"who": name}) for pk, name in named}


def own_address(user_id: int | None) -> str:
    """A member of staff's own address that was shown to be theirs; "" for none."""
    found = OwnAddress.objects.filter(user_id=user_id).values_list("email", flat=True).first() if user_id else None
    return found or ""


def composer(actor: Actor, person: Any) -> dict[str, Any] | None:
    """What the form above the story shows; None where this actor cannot write to this person."""
    if not person.email or actor.kind != "user" or not actor.may("create", "message"):
        return None
    if actor.field_right("person", "email") == "hidden":
        return None
    purposes = [purpose for purpose in purposes_beside(person).values() if purpose.is_active]
    return {"values": {"message_class": SERVICE}, "errors": {}, "purposes": purposes, "is_open": False}
