"""What is believed of a source: decided by whoever keeps sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.core.behavior.sources.models import Source
from dangol.core.behavior.visitors.events import TrustChanged
from dangol.core.behavior.visitors.models import Trust
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

FLAGS = ("believes_address", "believes_links", "makes_people", "makes_orders")
NAMES = ("believes", *FLAGS, "shop")


@transaction.atomic
def set_trust(*, actor: Actor, source_id: int, values: Mapping[str, Any]) -> Trust:
    """Decide what is believed of a source, and what it may make.

    Raises:
        Forbidden: the actor may not keep sources.
        NotFound: there is no such source.
        ValidationError: by field.
    """
    trust = _locked(actor, source_id)
    before = {name: getattr(trust, name) for name in NAMES}
    for name, value in values.items():
        if name not in NAMES:
            raise ValidationError({name: _("This cannot be set.")})
        setattr(trust, name, _clean(name, value))
    if trust.believes == Trust.Believes.NOTHING and (trust.makes_people or trust.believes_address):
        raise ValidationError({"believes": _("People can only be made of names that are believed.")})
    changes = {n: [before[n], getattr(trust, n)] for n in NAMES if before[n] != getattr(trust, n)}
    if changes:
        trust.save()
        emit(TrustChanged(subject_id=source_id, changes=changes), actor=actor)
    return trust


@transaction.atomic
def renew_secret(*, actor: Actor, source_id: int) -> Trust:
    """Make the source's secret invalid and begin another; names that were proven by the old one stay proven.

    Raises Forbidden, NotFound.
    """
    trust = _locked(actor, source_id)
    trust.secret_turn += 1
    trust.save()
    changes = {"secret_turn": [trust.secret_turn - 1, trust.secret_turn]}
    emit(TrustChanged(subject_id=source_id, changes=changes), actor=actor)
    return trust


def _locked(actor: Actor, source_id: int) -> Trust:
    require(actor, "change", Source.access_name)
    source = Source.objects.visible_to(actor, "change").select_for_update(of=("self",)).filter(pk=source_id).first()
    if source is None or source.deleted_at is not None:
        raise NotFound(_("There is no such source."))
    return Trust.objects.filter(pk=source_id).first() or Trust(source_id=source_id)


def _clean(name: str, value: Any) -> Any:
    if name in FLAGS:
        if not isinstance(value, bool):
            raise ValidationError({name: _("This is either on or off.")})
        return value
    text = str(value or "").strip()
    if name == "believes" and text not in Trust.Believes.values:
        raise ValidationError({name: _("Choose who is believed.")})
    if len(text) > 100:
        raise ValidationError({name: _("This is too long: at most 100 letters.")})
    return text
