from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.wishes.events import WishSet
from dangol.core.consent.wishes.models import Wish
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.event import plain
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

LONGEST_PAUSE = timedelta(days=366)
MOST_MESSAGES = 30
FIELDS = ("paused_until", "most_messages", "is_restricted")


@transaction.atomic
def set_wish(*, actor: Actor, person_id: int, **values: Any) -> Wish:
    """Set what a person wishes: `paused_until` (a day, None: no pause), `most_messages` in 30 days (None: as the house
    sends), `is_restricted`. What is left out stays.

    Raises NotFound, Forbidden (create consent), ValidationError by field.
    """
    require(actor, "create", Wish.access_name)
    if not Person.objects.visible_to(actor).filter(pk=person_id).exists():
        raise NotFound(_("There is no such record, or you may not see it."))
    _check(values.get("paused_until"), values.get("most_messages"))
    Wish.objects.for_system("lock").bulk_create([Wish(person_id=person_id)], ignore_conflicts=True)
    row = Wish.objects.for_system("the person's own row").select_for_update().get(person_id=person_id)
    changes = {
        name: [plain(getattr(row, name)), plain(values[name])]
        for name in FIELDS
        if name in values and getattr(row, name) != values[name]
    }
    if changes:
        for name in changes:
            setattr(row, name, values[name])
        row.changed_at = timezone.now()
        row.save(update_fields=[*changes, "changed_at"])
        emit(WishSet(subject_id=row.pk, about_id=person_id, changes=changes), actor=actor)
    return row


def _check(paused_until: date | None, most_messages: int | None) -> None:
    errors = {}
    if paused_until is not None and paused_until > timezone.localdate() + LONGEST_PAUSE:
        errors["paused_until"] = _("A pause lasts a year at most; to stop for good, withdraw your consent.")
    if most_messages is not None and not 0 <= most_messages <= MOST_MESSAGES:
        errors["most_messages"] = _("Choose one from the list.")
    if errors:
        raise ValidationError(errors)
