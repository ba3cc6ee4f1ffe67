"""Writing pick lists: names, colours, order, what is offered. Nothing of it touches a record; `merging` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.added.rules import MOST_CHOICES, TONES, Choice, free_name
from dangol.platform.objects.custom_fields import current as custom
from dangol.platform.objects.custom_fields.services import change_choices
from dangol.platform.objects.pick_lists import events
from dangol.platform.objects.pick_lists.models import PickList
from dangol.platform.objects.pick_lists.queries import CUSTOM, FIXED, Listed, list_of

RIGHT = "pick_list"
Rows = Sequence[Mapping[str, Any]]


@transaction.atomic
def save_list(*, actor: Actor, slug: str, name: str, rows: Rows, default: str = "") -> Listed:
    """Set a list: `rows` of {value, en, ko, tone, off} in their order; a row without a value is a new one.

    Names change nothing that is stored. Of a list on which the house depends nothing is taken away; of others what no
    record has may be. Raises Forbidden, NotFound, ValidationError.
    """
    require(actor, "change", RIGHT)
    listed = list_of(actor, slug, name)
    values = _read(listed, rows)
    offered = {c.value for c in values if not c.off and not c.into}
    if default and default not in offered:
        raise ValidationError({"default": _("The default is one of the values that are offered.")})
    if listed.sort == CUSTOM:
        kept: Any = (default or None) if listed.has_default else listed.default or None
        change_choices(actor=actor, object_name=listed.declared.name, name=name, choices=values, default=kept)
    else:
        write_values(listed, values, default, actor)
    return list_of(actor, slug, name)


def write_values(listed: Listed, values: Sequence[Choice], default: str, actor: Actor) -> PickList:
    """Keep the list of a field that a slice declared, or of a custom text, and tell it."""
    found = PickList.objects.select_for_update().filter(
        object_name=listed.declared.name, field_name=listed.field.name
    ).first() or PickList(object_name=listed.declared.name, field_name=listed.field.name)  # fmt: skip
    before = {"values": found.values, "default": found.default}
    found.values, found.default = [c.to_json() for c in values], default
    changes = {n: [old, getattr(found, n)] for n, old in before.items() if old != getattr(found, n)}
    if changes:
        found.save()
        custom.changed()
        emit(events.PickListChanged(subject_id=found.pk, changes=changes), actor=actor)
    return found


def _read(listed: Listed, rows: Rows) -> list[Choice]:
    before = {c.value: c for c in listed.values}
    found: list[Choice] = []
    errors: list[str] = []
    for row in rows:
        value, en, ko = (str(row.get(n) or "").replace("\x00", "").strip()[:80] for n in ("value", "en", "ko"))
        if not value and not en and not ko:
            continue
        tone = str(row.get("tone") or "")
        value = value or _new_value(listed, en or ko, {*before, *(c.value for c in found)})
        made = Choice(value, en, ko, tone if tone in TONES else "", bool(row.get("off")))
        if value in {c.value for c in found}:
            errors.append(_("“%(name)s” stands twice.") % {"name": en or ko or value})
        elif listed.sort == CUSTOM and not en and not ko:
            errors.append(_("Give a name in at least one language."))
        else:
            found.append(made)
    if listed.sort == FIXED:
        found = _all_of(listed, found)
    if len(found) > MOST_CHOICES:
        errors.append(_("At most %(most)d choices.") % {"most": MOST_CHOICES})
    if listed.sort == CUSTOM and not found:
        errors.append(_("Give at least one choice."))
    if errors:
        raise ValidationError({"values": errors})
    named = {c.value for c in found}
    return found + [c for c in listed.merged if c.value not in named]


def _new_value(listed: Listed, label: str, taken: set[str]) -> str:
    """The value of a new row: of a select a short name, of a free text the words themselves."""
    if listed.sort == CUSTOM:
        return free_name(label, {f"c_{t}" for t in taken})[2:].replace(",", " ")
    return label


def _all_of(listed: Listed, found: list[Choice]) -> list[Choice]:
    """Of a list on which code depends: exactly its values, none off."""
    own = [c.value for c in listed.values]
    kept = [replace(c, off=False) for c in found if c.value in own]
    return kept + [c for c in listed.values if c.value not in {k.value for k in kept}]
