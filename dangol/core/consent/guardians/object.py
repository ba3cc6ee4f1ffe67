"""Guardians on a child's page, and the words of the events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dangol.core.consent.guardians.models import Guardian
from dangol.core.consent.guardians.queries import guardians_of, is_minor
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.registry import register_panel
from dangol.platform.objects.types import Panel

OLDEST = timedelta(days=22 * 366)
"""Nobody older needs a guardian in any country, so nothing is asked of the database for them."""


def guardian_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """Whether a guardian agreed, of those who need one; None for others, and for who may not see consent."""
    if not actor.may("see", Guardian.access_name) or actor.field_right("person", "born_on") == "hidden":
        return None
    if person.born_on is None or person.born_on < timezone.localdate() - OLDEST or not is_minor(person):
        return None
    known = guardians_of(actor, person.pk)
    return {"guardians": known, "has_one": any(g.withdrawn_at is None for g in known),
            "may_write": actor.may("create", Guardian.access_name)}  # fmt: skip


register_panel("person", Panel("guardian", _("Guardian"), "consent/guardians/panel.html", guardian_panel, order=55))
register_title("guardian.recorded", EventTitle(_("Guardian agreed"), "users"))
register_title("guardian.withdrawn", EventTitle(_("Guardian's agreement withdrawn"), "users-minus"))
