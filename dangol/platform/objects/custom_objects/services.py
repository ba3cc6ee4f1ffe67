"""Making, changing, removing, restoring and purging the company's own objects. Every process follows in a second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.event import Event
from dangol.platform.events.stream import emit
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_objects import building, events, rules
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.custom_objects.queries import RIGHT, taken_names, taken_slugs
from dangol.platform.objects.custom_objects.templates_of import TEMPLATES
from dangol.platform.objects.writing import NotFound

State = CustomObject.State
LABELS = ("label_en", "label_ko", "plural_en", "plural_ko", "naming_en", "naming_ko")
WRITTEN = (*LABELS, "icon", "section", "order")
Values = Mapping[str, Any]


@transaction.atomic
def add_object(*, actor: Actor, values: Values) -> CustomObject:
    """Make an object: label and plural in at least one language; what its records are called (naming), icon, section,
    slug and template may be left out. Its table is made by a job; then it is everywhere.

    Raises Forbidden, ValidationError by field.
    """
    require(actor, "create", RIGHT)
    if CustomObject.objects.count() >= rules.MOST_OBJECTS:
        raise ValidationError(_("A house takes at most %(most)d objects of its own.") % {"most": rules.MOST_OBJECTS})
    template = str(values.get("template") or "")
    if template and template not in TEMPLATES:
        raise ValidationError({"template": _("There is no such template.")})
    made = CustomObject(**_read(values, None), template=template, maker_id=actor.user_id)
    made.slug = _slug(str(values.get("slug") or "").strip().lower(), made)
    made.name = rules.free_name(made.label_en or made.slug, taken_names())
    last = CustomObject.objects.order_by("order").last()
    made.order = (last.order if last else 190) + 10
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"slug": _("This address is taken.")}) from error
    building.build.defer(number=made.pk, language=get_language() or "en")
    changes = {n: [None, v] for n in ("name", "slug", *WRITTEN) if (v := getattr(made, n)) not in ("", None)}
    return _told(events.CustomObjectCreated, made, changes, actor)


@transaction.atomic
def change_object(*, actor: Actor, number: int, values: Values) -> CustomObject:
    """Change how an object is called and where it stands; name and address stay.

    Raises Forbidden, NotFound, ValidationError by field.
    """
    require(actor, "change", RIGHT)
    found = _locked(number)
    before = {n: getattr(found, n) for n in WRITTEN}
    for name, value in _read(values, found).items():
        setattr(found, name, value)
    changes = {n: [before[n], getattr(found, n)] for n in WRITTEN if before[n] != getattr(found, n)}
    if changes:
        found.save(update_fields=list(changes))
        _told(events.CustomObjectChanged, found, changes, actor)
    return found


@transaction.atomic
def build_again(*, actor: Actor, number: int) -> CustomObject:
    """Try once more to make the table of an object. Raises Forbidden, NotFound."""
    require(actor, "change", RIGHT)
    found = _locked(number)
    if found.state in (State.WAITING, State.FAILED):
        building.build.defer(number=found.pk, language=get_language() or "en")
    return found


@transaction.atomic
def remove_object(*, actor: Actor, number: int) -> CustomObject:
    """Take an object away from everywhere; its records stay, and `restore_object` brings them back.

    Raises Forbidden, NotFound.
    """
    require(actor, "delete", RIGHT)
    found = _locked(number)
    if found.removed_at is None:
        found.removed_at = timezone.now()
        found.save(update_fields=["removed_at"])
        _told(events.CustomObjectRemoved, found, {"removed_at": [None, found.removed_at]}, actor)
    return found


@transaction.atomic
def restore_object(*, actor: Actor, number: int) -> CustomObject:
    """Bring a removed object back with its records. Raises Forbidden, NotFound."""
    require(actor, "delete", RIGHT)
    found = _locked(number)
    if found.removed_at is not None and found.state != State.PURGING:
        changes = {"removed_at": [found.removed_at, None]}
        found.removed_at = None
        found.save(update_fields=["removed_at"])
        _told(events.CustomObjectRestored, found, changes, actor)
    return found


@transaction.atomic
def purge_object(*, actor: Actor, number: int, name: str) -> None:
    """Delete a removed object for good, with its records; `name` is its plural, typed as a confirmation.

    Raises Forbidden, NotFound, ValidationError by field.
    """
    require(actor, "delete", RIGHT)
    found = _locked(number)
    if found.removed_at is None:
        raise ValidationError(_("Remove it first; then it can be purged."))
    if name.strip() not in (found.plural_en, found.plural_ko) or not name.strip():
        raise ValidationError({"confirm": _("Type “%(name)s” to purge it for good.") % {"name": found}})
    found.state = State.PURGING
    found.save(update_fields=["state"])
    building.purge.defer(number=found.pk)
    _told(events.CustomObjectPurged, found, {"name": [found.name, None]}, actor)


def _read(values: Values, standing: CustomObject | None) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    found: dict[str, Any] = {n: _text(values, standing, n) for n in LABELS}
    for name, text in found.items():
        if len(text) > rules.LONGEST_LABEL:
            errors[name] = _("This is too long.")
    for kind, sentence in (("label", _("Give a name in at least one language.")),
                           ("plural", _("Say how several of them are called, in at least one language."))):  # fmt: skip
        if not found[f"{kind}_en"] and not found[f"{kind}_ko"]:
            errors[f"{kind}_en"] = sentence
    found["icon"] = str(values.get("icon") or getattr(standing, "icon", "cube"))
    found["section"] = str(values.get("section") or getattr(standing, "section", "customers"))
    if found["icon"] not in rules.ICONS:
        errors["icon"] = _("Choose one from the list.")
    if found["section"] not in rules.SECTIONS:
        errors["section"] = _("Choose one from the list.")
    if errors:
        raise ValidationError(errors)
    return found


def _text(values: Values, standing: CustomObject | None, name: str) -> str:
    return str(values.get(name, getattr(standing, name, "")) or "").replace("\x00", "").strip()


def _slug(asked: str, made: CustomObject) -> str:
    taken = taken_slugs()
    if not asked:
        return rules.free_slug(made.plural_en, taken)
    if not rules.is_slug(asked):
        raise ValidationError({"slug": _("Small letters, digits and single hyphens; it begins with a letter.")})
    if asked in taken:
        raise ValidationError({"slug": _("This address is taken.")})
    return asked


def _locked(number: int) -> CustomObject:
    found = CustomObject.objects.select_for_update().filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such object."))
    return found


def _told(kind: type[Event], row: CustomObject, changes: dict[str, list[Any]], actor: Actor) -> CustomObject:
    current.changed()
    emit(kind(subject_id=row.pk, changes=changes), actor=actor)
    return row
