from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.guardians.events import GuardianRecorded, GuardianWithdrawn
from dangol.core.consent.guardians.models import Guardian
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

MOST_TEXT = 500


@transaction.atomic
def record_guardian(*, actor: Actor, person_id: int, values: Mapping[str, Any]) -> Guardian:
    """Write down that a guardian agreed for a child: name, relation, method, evidence, agreed_at, guardian (a person).

    Raises NotFound (no such person, or none that `actor` may see), Forbidden (create consent), ValidationError.
    """
    require(actor, "create", Guardian.access_name)
    _seen(actor, person_id)
    agreed_at: Any = values.get("agreed_at")
    guardian_id = values.get("guardian_id")
    if guardian_id and (
        guardian_id == person_id or not Person.objects.visible_to(actor).filter(pk=guardian_id).exists()
    ):
        raise ValidationError({"guardian_id": _("There is no such customer, or you may not see it.")})
    row = Guardian(
        person_id=person_id, guardian_id=guardian_id, name=_plain(values.get("name")),
        relation=_plain(values.get("relation")), method=values.get("method", ""),
        evidence=_plain(values.get("evidence")), agreed_at=agreed_at, recorded_by_id=actor.user_id,
    )  # fmt: skip
    row.full_clean(exclude=["person", "guardian", "recorded_by", "withdrawn_at"])
    if row.agreed_at > timezone.now():
        raise ValidationError({"agreed_at": _("Nobody has said it yet: the moment lies in the future.")})
    row.save()
    emit(GuardianRecorded(subject_id=row.pk, about_id=person_id, method=row.method), actor=actor)
    return row


@transaction.atomic
def withdraw_guardian(*, actor: Actor, guardian_id: int) -> Guardian:
    """Let a guardian's agreement hold no more; twice does nothing. Raises NotFound, Forbidden."""
    require(actor, "create", Guardian.access_name)
    row = Guardian.objects.visible_to(actor).select_for_update().filter(pk=guardian_id).first()
    if row is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    if row.withdrawn_at is None:
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        emit(GuardianWithdrawn(subject_id=row.pk, about_id=row.person_id), actor=actor)
    return row


def _seen(actor: Actor, person_id: int) -> Person:
    person = Person.objects.visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return person


def _plain(text: Any) -> str:
    return " ".join(str(text or "").replace("\x00", "").split())[:MOST_TEXT]
