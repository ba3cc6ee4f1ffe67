"""A form as rules of the company's own have it: which fields it asks for, which it needs, what that hangs on."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.http import QueryDict

from dangol.platform.objects import inputs
from dangol.platform.objects.added.columns import is_link
from dangol.platform.objects.added.obeying import Held, has_rules, held
from dangol.platform.objects.inputs import Input
from dangol.platform.objects.types import Field, ObjectType


def ruled(declared: ObjectType, drawn: Sequence[Input], record: Any, sent: Any) -> list[Input]:
    """The inputs that a form draws for a record as it is with what was `sent`; for a new one without a `record`.

    Fields that do not apply or are locked are left out, unless something is wrong with them; those on which others
    hang are marked, so that the form can be drawn anew when they change.
    """
    if not has_rules(declared.name):
        return list(drawn)
    found = _held(declared, [one.field for one in drawn], record, sent)
    kept = []
    for one in drawn:
        if one.name in found.hidden | found.locked and not one.errors:
            continue
        one.is_required = one.is_required or one.name in found.required
        one.is_asked = one.name in found.asked
        kept.append(one)
    return kept


def _held(declared: ObjectType, fields: Sequence[Field], record: Any, sent: Any) -> Held:
    if not sent:
        return held(record if record is not None else declared.model())
    probe = copy.copy(record) if record is not None else declared.model()
    post = sent if isinstance(sent, QueryDict) else _as_post(sent)
    values, _errors = inputs.read([f for f in fields if f.name in post or f.kind == "bool"], post)
    for name, value in values.items():
        _try(probe, name, value)
    return held(probe)


def _try(probe: Any, name: str, value: Any) -> None:
    """Set a value in memory if it fits; what does not is told when the form is saved."""
    try:
        column = probe._meta.get_field(name)
        if not is_link(column):
            setattr(probe, column.attname, column.to_python(value) if value not in (None, "") else None)
    except (FieldDoesNotExist, ValidationError, TypeError, ValueError):
        return


def _as_post(sent: Mapping[str, Any]) -> QueryDict:
    found = QueryDict(mutable=True)
    found.update({name: str(value) for name, value in sent.items()})
    return found
