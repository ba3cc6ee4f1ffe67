"""The form of a new record: which fields it asks for, what it proposes, and its errors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import NOT_PROVIDED
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.objects import inputs, listing
from dangol.platform.objects.arranged.applied import form_fields
from dangol.platform.objects.inputs import Input
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.viewer import Viewer

Errors = Mapping[str, Sequence[str]]


def writable(declared: ObjectType, actor: Actor) -> list[Field]:
    """The object's own fields that the actor may write."""
    return [f for f in declared.fields if actor.field_right(declared.name, f.name) == "edit" and f.kind != "custom"]


def asked_fields(declared: ObjectType, actor: Actor, given: Collection[str] = ()) -> list[Field]:
    """The fields of a new record: those that may be edited, and those that are written once and fixed from then on.

    What a layout hides is left out, but for what is required or `given` with the address already.
    """
    return form_fields(declared.name, actor, possible_fields(declared, actor), given)


def possible_fields(declared: ObjectType, actor: Actor) -> list[Field]:
    """The same whatever a layout hides."""
    return [f for f in writable(declared, actor) if f.is_editable or _is_given_once(declared, f)]


def _is_given_once(declared: ObjectType, f: Field) -> bool:
    column = column_of(declared, f)
    return bool(column is not None and f.is_required and column.editable and column.db_default is NOT_PROVIDED)


def column_of(declared: ObjectType, f: Field) -> Any:
    try:
        return declared.model._meta.get_field(f.orm_path)
    except FieldDoesNotExist:
        return None


def form_inputs(
    declared: ObjectType, fields: Sequence[Field], actor: Actor, viewer: Viewer, sent: Mapping[str, str], errors: Errors
) -> list[Input]:
    """The inputs with what was sent, else with what is proposed."""
    found = []
    for f in fields:
        value = _value(f, actor, inputs.sent_text(f, sent)) if f.name in sent else proposed(declared, f, actor, viewer)
        typed = sent.get(f"{f.name}__q", "")
        found.append(
            inputs.input_for(f, actor, value, errors=errors.get(f.name, ()), required=f.is_required, typed=typed)
        )
    return found


def proposed(declared: ObjectType, f: Field, actor: Actor, viewer: Viewer) -> Any:
    """What the form proposes: oneself as owner, the company's currency, now, the column's own default."""
    if f.kind == "user" and actor.user_id and not f.is_added:
        return str(actor.user_id)
    if f.kind == "currency":
        return viewer.currency
    if f.kind == "datetime" and f.is_required:
        return timezone.now()
    if f.proposed:
        return f.proposed
    column = column_of(declared, f)
    if column is None or column.default is NOT_PROVIDED or callable(column.default):
        return ""
    return column.default


def _value(f: Field, actor: Actor, given: str) -> Any:
    if f.kind == "relations":
        return list(listing.references(f, actor, set(listing.ids_in(given.split(",")))).values())
    if f.kind == "relation" and given.isdigit():
        return listing.references(f, actor, {int(given)}).get(int(given), given)
    return given


def by_field(error: ValidationError) -> dict[str, list[str]]:
    """The sentences of an error by field; those of no field under `__all__`."""
    return dict(error.message_dict) if hasattr(error, "error_dict") else {"__all__": error.messages}


def of_no_field(errors: Errors, fields: Sequence[Field]) -> list[str]:
    """The sentences that stand beside none of the fields."""
    known = {f.name for f in fields}
    return [sentence for name, sentences in errors.items() if name not in known for sentence in sentences]
