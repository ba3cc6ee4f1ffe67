"""Setting the lasting control group."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.analytical.experiments.assignment.events import GlobalControlSet
from dangol.analytical.experiments.assignment.models import GlobalControl
from dangol.analytical.experiments.assignment.queries import global_control
from dangol.analytical.experiments.assignment.rules import MOST_GLOBAL_PERCENT
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit


@transaction.atomic
def set_global_control(*, actor: Actor, percent: Decimal) -> GlobalControl:
    """Set the share of people, in percent, who get no advertising at all; the setting before stays as history.

    A higher percentage keeps all who belonged before, a lower one lets some of them go; nobody is drawn anew. Raises
    ValidationError by field when it is not between 0 and 50; Forbidden.
    """
    require(actor, "change", "insight")
    if not percent.is_finite() or not 0 <= percent <= MOST_GLOBAL_PERCENT:
        wrong = _("Choose a number from 0 to %(most)s percent.") % {"most": MOST_GLOBAL_PERCENT}
        raise ValidationError({"percent": wrong})
    before, now = global_control(), round(percent, 2)
    row = GlobalControl.objects.create(percent=now, programme=before.programme, set_by_id=actor.user_id)
    changes = {"percent": [before.percent, now]} if before.percent != now else {}
    emit(GlobalControlSet(subject_id=row.pk, changes=changes), actor=actor)
    return row
