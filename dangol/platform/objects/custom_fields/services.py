"""Adding, changing, removing and restoring custom fields. The registry follows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.event import Event
from dangol.platform.events.stream import emit
from dangol.platform.objects.added.formula import words_of
from dangol.platform.objects.added.rules import LISTED, Choice
from dangol.platform.objects.custom_fields import current, events, indexing, searching
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.purging import is_purged
from dangol.platform.objects.custom_fields.queries import RIGHT, model_of, taker
from dangol.platform.objects.custom_fields.reading import FIXED, WRITTEN, read_definition
from dangol.platform.objects.writing import NotFound

MOST_FIELDS = 200


@transaction.atomic
def add_field(*, actor: Actor, object_name: str, values: Mapping[str, Any]) -> CustomField:
    """Add a field to an object. `values` as `reading.read_definition` takes them.

    Raises Forbidden, NotFound, ValidationError by field.
    """
    require(actor, "create", RIGHT)
    declared = taker(object_name)
    if CustomField.objects.filter(object_name=declared.name).count() >= MOST_FIELDS:
        raise ValidationError(_("An object takes at most %(most)d fields of its own.") % {"most": MOST_FIELDS})
    made = CustomField(object_name=declared.name, **read_definition(declared, values))
    last = CustomField.objects.filter(object_name=declared.name).order_by("order").last()
    made.order = (last.order if last else 0) + 10
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"name": _("Another field is called this already.")}) from error
    changes = {n: [None, v] for n in (*FIXED, *WRITTEN) if (v := getattr(made, n)) not in ("", None, [], {}, False)}
    return _told(events.CustomFieldCreated, made, changes, actor)


@transaction.atomic
def change_field(*, actor: Actor, number: int, values: Mapping[str, Any]) -> CustomField:
    """Change a field: all but its name and its kind. Raises Forbidden, NotFound, ValidationError by field."""
    require(actor, "change", RIGHT)
    found = _locked(number)
    before = {n: getattr(found, n) for n in WRITTEN}
    given = {**values, "kind": found.kind}
    read = read_definition(taker(found.object_name), given, found)
    _refuse_standing(found, {c["value"] for c in read["choices"]})
    for name, value in read.items():
        setattr(found, name, value)
    changes = {n: [before[n], getattr(found, n)] for n in WRITTEN if before[n] != getattr(found, n)}
    if not changes:
        return found
    found.save(update_fields=list(changes))
    if bool(before["options"].get("searched")) != bool(found.options.get("searched")):
        searching.ask(found.object_name)
    return _told(events.CustomFieldChanged, found, changes, actor)


@transaction.atomic
def remove_field(*, actor: Actor, number: int) -> CustomField:
    """Take a field away from everywhere; its values stay, and `restore_field` brings it back.

    Raises Forbidden, NotFound.
    """
    require(actor, "delete", RIGHT)
    found = _locked(number)
    if found.removed_at is not None:
        return found
    _refuse_used(found)
    found.removed_at = timezone.now()
    found.save(update_fields=["removed_at"])
    if found.options.get("searched"):
        searching.ask(found.object_name)
    return _told(events.CustomFieldRemoved, found, {"removed_at": [None, found.removed_at]}, actor)


@transaction.atomic
def restore_field(*, actor: Actor, number: int) -> CustomField:
    """Bring a removed field back with its values. Raises Forbidden, NotFound, ValidationError once they are deleted."""
    require(actor, "delete", RIGHT)
    found = _locked(number)
    if found.removed_at is None:
        return found
    if is_purged(found):
        raise ValidationError(_("The values of this field were deleted for good. Add a new field."))
    changes = {"removed_at": [found.removed_at, None]}
    found.removed_at = None
    found.save(update_fields=["removed_at"])
    if found.options.get("searched"):
        searching.ask(found.object_name)
    return _told(events.CustomFieldRestored, found, changes, actor)


@transaction.atomic
def move_field(*, actor: Actor, number: int, is_up: bool) -> CustomField:
    """Put a field one place up or down among those of its object. Raises Forbidden, NotFound."""
    require(actor, "change", RIGHT)
    found = _locked(number)
    rows = list(CustomField.objects.select_for_update().filter(object_name=found.object_name, removed_at=None)
                .order_by("order", "id"))  # fmt: skip
    place = next((n for n, row in enumerate(rows) if row.pk == found.pk), 0)
    other = place - 1 if is_up else place + 1
    if not rows or not 0 <= other < len(rows):
        return found
    rows[place], rows[other] = rows[other], rows[place]
    for n, row in enumerate(rows, 1):
        if row.order != n * 10:
            CustomField.objects.filter(pk=row.pk).update(order=n * 10)
    was = found.order
    found.refresh_from_db()
    return _told(events.CustomFieldChanged, found, {"order": [was, found.order]}, actor)


@transaction.atomic
def change_choices(
    *, actor: Actor, object_name: str, name: str, choices: Sequence[Choice], default: Any = None
) -> CustomField:
    """Set the whole list of a select, with what is off and what was made another. Raises Forbidden, NotFound,
    ValidationError."""
    require(actor, "change", RIGHT)
    found = CustomField.objects.select_for_update().filter(object_name=object_name, name=name).first()
    if found is None or found.kind not in LISTED:
        raise NotFound(_("There is no such field."))
    before = {"choices": found.choices, "default": found.default}
    found.choices, found.default = [c.to_json() for c in choices], default
    _refuse_standing(found, {c.value for c in choices}, before["choices"])
    changes = {n: [old, getattr(found, n)] for n, old in before.items() if old != getattr(found, n)}
    if not changes:
        return found
    found.save(update_fields=list(changes))
    return _told(events.CustomFieldChanged, found, changes, actor)


@transaction.atomic
def build_index(*, actor: Actor, number: int) -> CustomField:
    """Ask anew for the index of a field (after duplicates were mended, or a lost one). Raises Forbidden, NotFound."""
    require(actor, "change", RIGHT)
    found = _locked(number)
    indexing.ask(found, actor)
    current.changed()
    return found


def _refuse_standing(field: CustomField, kept: set[str], choices: Sequence[Mapping[str, Any]] | None = None) -> None:
    """Raise ValidationError for choices (the field's, or those before) that are taken away while records have them."""
    gone = [c for c in (field.choices if choices is None else choices) if c["value"] not in kept]
    rows: Any = model_of(field).objects.for_system("whether a choice stands in records")  # type: ignore[attr-defined]
    path = field.name if field.kind == "choice" else f"{field.name}__contains"
    current.fields_of(field.object_name)
    for choice in gone:
        value = choice["value"] if field.kind == "choice" else [choice["value"]]
        if field.removed_at is None and rows.filter(**{path: value}).exists():
            sentence = _("Records have “%(name)s”: give them another value first, then take it away.")
            raise ValidationError({"choices": sentence % {"name": choice["en"] or choice["ko"]}})


def _refuse_used(field: CustomField) -> None:
    """Raise ValidationError for a field of which a formula is made."""
    rows = CustomField.objects.filter(object_name=field.object_name, kind="formula", removed_at=None)
    users = [row for row in rows if field.name in words_of(row.options.get("formula", ""))]
    adding = CustomField.objects.filter(kind="rollup", removed_at=None, options__relation=field.object_name)
    users += [row for row in adding if field.name in (row.options.get("via"), row.options.get("of"))]
    if users:
        raise ValidationError(_("“%(name)s” is made of this field. Change its formula first.") % {"name": users[0]})


def _locked(number: int) -> CustomField:
    found = CustomField.objects.select_for_update().filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such field."))
    return found


def _told(kind: type[Event], field: CustomField, changes: dict[str, list[Any]], actor: Actor) -> CustomField:
    """What every write ends with: the index that is wanted, the registry, the event."""
    indexing.ask_where_wanted(field, actor)
    current.changed()
    emit(kind(subject_id=field.pk, changes=changes), actor=actor)
    return field
