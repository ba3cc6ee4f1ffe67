from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.behavior.sources import events
from dangol.core.behavior.sources.models import Source, WriteKey
from dangol.core.behavior.sources.queries import OBJECT
from dangol.core.behavior.sources.rules import LEARNING_DAYS, MOST_ORIGINS, clean_origin, new_key
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

FIELDS = (
    "name", "kind", "allowed_origins", "keeps_address", "honours_refusal", "consent_category", "needs_consent",
    "most_per_second", "on_unexpected",
)  # fmt: skip
MOST_SOURCES, MOST_KEYS = 100, 10
MOST_A_SECOND = 1_000_000


@transaction.atomic
def create_source(*, actor: Actor, values: Mapping[str, Any]) -> Any:
    """Add a source with its first key; it learns for a week. Raises Forbidden, ValidationError by field."""
    require(actor, "create", OBJECT)
    if Source.objects.for_system("how many there are").filter(deleted_at=None).count() >= MOST_SOURCES:
        raise ValidationError({"name": _("There are %(most)s sources already.") % {"most": MOST_SOURCES}})
    usual = {name: getattr(Source(), name) for name in FIELDS}
    source = Source(learning_until=timezone.now() + timedelta(days=LEARNING_DAYS), **_checked({**usual, **values}))
    source.save(force_insert=True)
    changes = {name: [None, getattr(source, name)] for name in FIELDS}
    emit(events.SourceCreated(subject_id=source.pk, changes=changes), actor=actor)
    make_key(actor=actor, source_id=source.pk)
    return source


@transaction.atomic
def change_source(*, actor: Actor, source_id: int, values: Mapping[str, Any]) -> Any:
    """Change a source; what is left out stays. Raises Forbidden, NotFound, ValidationError by field."""
    source = _locked(actor, source_id, "change")
    return _write(actor, source, _checked({**{name: getattr(source, name) for name in FIELDS}, **values}))


@transaction.atomic
def switch_source(*, actor: Actor, source_id: int, is_active: bool) -> Any:
    """Let a source's events in, or keep them out. Raises Forbidden, NotFound."""
    return _write(actor, _locked(actor, source_id, "change"), {"is_active": is_active})


@transaction.atomic
def learn_again(*, actor: Actor, source_id: int) -> Any:
    """Let a source learn for another week: what comes in it is not strange. Raises Forbidden, NotFound."""
    source = _locked(actor, source_id, "change")
    return _write(actor, source, {"learning_until": timezone.now() + timedelta(days=LEARNING_DAYS)})


@transaction.atomic
def make_key(*, actor: Actor, source_id: int) -> Any:
    """Give a source one more key; the others stay in use. Raises Forbidden, NotFound, ValidationError."""
    source = _locked(actor, source_id, "change")
    if WriteKey.objects.visible_to(actor).filter(source=source, revoked_at=None).count() >= MOST_KEYS:
        raise ValidationError(_("A source has at most %(most)s keys; revoke one first.") % {"most": MOST_KEYS})
    key = WriteKey(source=source, key=new_key(), created_by_id=actor.user_id)
    key.save(force_insert=True)
    emit(events.KeyMade(subject_id=source.pk, key_id=key.pk), actor=actor)
    return key


@transaction.atomic
def revoke_key(*, actor: Actor, source_id: int, key_id: int) -> None:
    """Let a key in no longer; within two seconds nobody comes in by it. Raises Forbidden, NotFound."""
    source = _locked(actor, source_id, "change")
    rows = WriteKey.objects.visible_to(actor, "change").filter(source=source, pk=key_id, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        raise NotFound(_("There is no such key, or it is revoked already."))
    emit(events.KeyRevoked(subject_id=source.pk, key_id=key_id), actor=actor)


@transaction.atomic
def trash_source(*, actor: Actor, source_id: int) -> None:
    """Delete a source: nothing comes in by it any more, its events stay. Raises Forbidden, NotFound."""
    source = _locked(actor, source_id, "delete")
    now = timezone.now()
    source.deleted_at, source.is_active = now, False
    source.save(update_fields=["deleted_at", "is_active"])
    WriteKey.objects.visible_to(actor, "delete").filter(source=source, revoked_at=None).update(revoked_at=now)
    emit(events.SourceTrashed(subject_id=source.pk), actor=actor)


def _write(actor: Actor, source: Any, values: Mapping[str, Any]) -> Any:
    changes = {}
    for name, value in values.items():
        if getattr(source, name) != value:
            changes[name] = [getattr(source, name), value]
            setattr(source, name, value)
    if changes:
        source.save(update_fields=list(changes))
        emit(events.SourceChanged(subject_id=source.pk, changes=changes), actor=actor)
    return source


def _locked(actor: Actor, source_id: int, action: str) -> Any:
    require(actor, action, OBJECT)
    rows = Source.objects.visible_to(actor, action).filter(deleted_at=None).select_for_update()
    found = rows.filter(pk=source_id).first() if 0 < source_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such source, or you may not see it."))
    return found


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    found: dict[str, Any] = {name: bool(values[name]) for name in ("honours_refusal", "needs_consent")}
    for name, choices in (
        ("kind", Source.Kind), ("keeps_address", Source.Address), ("on_unexpected", Source.Unexpected)
    ):  # fmt: skip
        found[name] = str(values[name])
        if found[name] not in choices.values:
            errors[name] = _("Choose from the list.")
    for name in ("name", "consent_category"):
        found[name] = " ".join(str(values[name] or "").replace("\x00", "").split())
        if len(found[name]) > 100:
            errors[name] = _("At most 100 letters.")
    if not found["name"]:
        errors["name"] = _("Give it a name.")
    if found["needs_consent"] and not found["consent_category"]:
        errors["consent_category"] = _("Name the consent that events must state.")
    _check_origins(values["allowed_origins"], found, errors)
    _check_rate(values["most_per_second"], found, errors)
    if errors:
        raise ValidationError(errors)
    return found


def _check_origins(given: Any, found: dict[str, Any], errors: dict[str, Any]) -> None:
    told = given.split() if isinstance(given, str) else [str(one) for one in given or ()]
    try:
        found["allowed_origins"] = sorted({clean_origin(one) for one in told})
    except ValueError as wrong:
        errors["allowed_origins"] = _(
            "“%(wrong)s” is no origin. Write it with its scheme and without a path: https://shop.example"
        ) % {"wrong": str(wrong)[:100]}
        return
    if len(found["allowed_origins"]) > MOST_ORIGINS:
        errors["allowed_origins"] = _("At most %(most)s origins.") % {"most": MOST_ORIGINS}


def _check_rate(given: Any, found: dict[str, Any], errors: dict[str, Any]) -> None:
    told = str(given).strip()
    if not told.isascii() or not told.isdecimal() or int(told[:9]) > MOST_A_SECOND or len(told) > 9:
        errors["most_per_second"] = _("A whole number from 0 to %(most)s.") % {"most": f"{MOST_A_SECOND:,}"}
    else:
        found["most_per_second"] = int(told)
