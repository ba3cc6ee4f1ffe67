from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.customers.demographics.events import PersonFactNoted
from dangol.core.customers.demographics.models import PersonFact
from dangol.core.customers.demographics.queries import DETAILS, as_text
from dangol.core.customers.ends.queries import record_of
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.stream import emit

MOST_SOURCE = 200


@transaction.atomic
def note_fact(*, actor: Actor, person_id: int, field: str, source: str = "", basis: str = "") -> Any:
    """Say where a detail of a person comes from and on which basis it is kept.

    Of the value as it stands now: once it changes, this says nothing any more. Writes and tells nothing when nothing
    differs. Raises NotFound, Forbidden, InTrash, ValidationError by field.
    """
    person = record_of(actor, "person", person_id, is_locked=True)
    if field not in DETAILS:
        raise ValidationError({"field": _("There is no such detail.")})
    if actor.field_right("person", field) != "edit":
        raise Forbidden("change", "person")
    value, source = as_text(getattr(person, field)), " ".join(source.replace("\x00", "").split())
    _check(value, source, basis)
    fact = (
        PersonFact.objects.for_system("what is known about a detail").filter(person_id=person_id, field=field).first()
    )
    said = {"value": value, "source": source, "basis": basis}
    if fact is not None and all(getattr(fact, n) == v for n, v in said.items()):
        return fact
    fact = fact or PersonFact(person_id=person_id, field=field)
    for name, one in said.items():
        setattr(fact, name, one)
    fact.noted_at, fact.noted_by_id = timezone.now(), actor.user_id
    fact.save()
    told = PersonFactNoted(subject_id=person_id, about_id=person_id, field=field, source=source, basis=basis)
    emit(told, actor=actor)
    return fact


def _check(value: str, source: str, basis: str) -> None:
    errors = {}
    if not value:
        errors["field"] = _("This detail is not known. Write it down first.")
    if len(source) > MOST_SOURCE:
        errors["source"] = _("At most %(most)s letters.") % {"most": MOST_SOURCE}
    if basis and basis not in PersonFact.Basis.values:
        errors["basis"] = _("Choose one from the list.")
    if errors:
        raise ValidationError(errors)
