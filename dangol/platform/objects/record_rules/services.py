"""Adding, changing and removing rules. They hold at once, in every process within a second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.event import Event
from dangol.platform.events.stream import emit
from dangol.platform.objects.added import formula
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.queries import taker
from dangol.platform.objects.record_rules import events
from dangol.platform.objects.record_rules.known import usable
from dangol.platform.objects.record_rules.models import Rule
from dangol.platform.objects.record_rules.queries import RIGHT
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound

WRITTEN = ("kind", "fields", "formula", "message_en", "message_ko", "is_active")
MOST_RULES, LONGEST_MESSAGE = 100, 300
Values = Mapping[str, Any]


@transaction.atomic
def add_rule(*, actor: Actor, object_name: str, values: Values) -> Rule:
    """Add a rule: kind, fields (names), formula, message_en, message_ko, is_active.

    Raises Forbidden, NotFound, ValidationError by field.
    """
    require(actor, "create", RIGHT)
    declared = taker(object_name)
    if Rule.objects.filter(object_name=declared.name).count() >= MOST_RULES:
        raise ValidationError(_("An object takes at most %(most)d rules.") % {"most": MOST_RULES})
    made = Rule(object_name=declared.name, **_read(declared, values, None))
    made.save(force_insert=True)
    changes = {n: [None, v] for n in WRITTEN if (v := getattr(made, n)) not in ("", None, [])}
    return _told(events.RuleCreated, made, changes, actor)


@transaction.atomic
def change_rule(*, actor: Actor, number: int, values: Values) -> Rule:
    """Change a rule; what is not sent stays. Raises Forbidden, NotFound, ValidationError by field."""
    require(actor, "change", RIGHT)
    found = _locked(number)
    before = {n: getattr(found, n) for n in WRITTEN}
    for name, value in _read(taker(found.object_name), values, found).items():
        setattr(found, name, value)
    changes = {n: [before[n], getattr(found, n)] for n in WRITTEN if before[n] != getattr(found, n)}
    if not changes:
        return found
    found.save(update_fields=list(changes))
    return _told(events.RuleChanged, found, changes, actor)


@transaction.atomic
def remove_rule(*, actor: Actor, number: int) -> None:
    """Take a rule away. Raises Forbidden, NotFound."""
    require(actor, "delete", RIGHT)
    found = _locked(number)
    changes = {n: [getattr(found, n), None] for n in WRITTEN}
    _told(events.RuleRemoved, found, changes, actor)
    found.delete()


def _read(declared: ObjectType, values: Values, standing: Rule | None) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    found: dict[str, Any] = {"kind": str(values.get("kind", getattr(standing, "kind", "")))}
    if found["kind"] not in Rule.Kind.values:
        errors["kind"] = _("Choose a kind.")
    for name in ("formula", "message_en", "message_ko"):
        found[name] = str(values.get(name, getattr(standing, name, "")) or "").replace("\x00", "").strip()
    for name in ("message_en", "message_ko"):
        if len(found[name]) > LONGEST_MESSAGE:
            errors[name] = _("This is too long.")
    try:
        if formula.read(found["formula"], usable(declared.name)).kind != formula.FLAG:
            errors["formula"] = _("This must be true or false, for example: %(example)s") % {"example": "a = 1"}
    except formula.FormulaError as error:
        errors["formula"] = str(error)
    fields = values.get("fields", getattr(standing, "fields", []))
    known = {f.name for f in declared.fields if f.is_editable}
    found["fields"] = [str(n) for n in fields] if isinstance(fields, list | tuple) else []
    wrong = [n for n in found["fields"] if n not in known]
    if wrong:
        errors["fields"] = _("There is no field called %(name)s that can be written.") % {"name": wrong[0]}
    elif not found["fields"] and found["kind"] != Rule.Kind.CHECK:
        errors["fields"] = _("Choose at least one field.")
    elif found["kind"] == Rule.Kind.SHOW and declared.fields[0].name in found["fields"]:
        errors["fields"] = _("What names the records is always shown.")
    found["is_active"] = bool(values.get("is_active", getattr(standing, "is_active", True)))
    if errors:
        raise ValidationError(errors)
    return found


def _locked(number: int) -> Rule:
    found = Rule.objects.select_for_update().filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such rule."))
    return found


def _told(kind: type[Event], rule: Rule, changes: dict[str, list[Any]], actor: Actor) -> Rule:
    current.changed()
    emit(kind(subject_id=rule.pk, changes=changes), actor=actor)
    return rule
