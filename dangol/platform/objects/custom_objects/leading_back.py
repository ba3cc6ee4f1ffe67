"""Conditions on what leads here: people who have a pet that is a dog. A relation asked from its other end.

Each relation of an own object gives the object to which it leads a field that only filters; the builder of filters
and segments offers the fields behind it, as it does behind any relation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.objects.added.rules import Definition
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import Asked, Custom, Field, ObjectType

WHERE = "where"
MOST_NAMED = 3


def name_of(own: str, via: str) -> str:
    """How the field is called: `x_pet_by_c_keeper` of people."""
    return f"{own}_by_{via}"


def leading_to(object_name: str, own: tuple[ObjectType, ...]) -> tuple[Field, ...]:
    """The fields of an object by which is asked of own objects that lead to it."""
    found = []
    for declared in own:
        for definition in current.definitions_of(declared.name):
            if definition.kind == "relation" and definition.relation == object_name:
                found.append(_field(declared.name, definition, current.mark()))
    return tuple(found)


@lru_cache(maxsize=256)
def _field(own: str, definition: Definition, mark: str) -> Field:
    declared = object_type(own)
    via = current.said(definition.label_en, definition.label_ko)
    label = format_lazy("{plural} ({via})", plural=declared.plural, via=via)
    asking = partial(_ids, own, definition.name)
    custom = Custom(
        operators={WHERE: gettext_lazy("one of them:")}, read=_read, ids=lambda asked: (asking(asked), True),
        lake_ids=partial(_not_there, label), to_words=partial(_to_words, own), explain=partial(_explain, own, asking),
    )  # fmt: skip
    return Field(
        name_of(own, definition.name), label, "custom", relation=own, is_editable=False, is_fact=False, custom=custom,
        tells_of=((own, definition.name),),
    )  # fmt: skip


def _read(op: str, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(_("A condition is an object with field, op and value."))
    return value


def _rows(own: str, asked: Asked) -> Any:
    """Those that the asker sees, that are not in the trash and fulfil what is asked of them."""
    declared = object_type(own)
    rows: Any = declared.model.objects.visible_to(asked.actor)
    return rows.filter(deleted_at=None).filter(compile_filter(declared, asked.actor, asked.value, asked.clock))


def _ids(own: str, via: str, asked: Asked) -> Any:
    return _rows(own, asked).filter(**{f"{via}__isnull": False}).values(via)


def _not_there(label: Any, asked: Asked, tables: Any) -> Any:
    from dangol.platform.objects.filters_ibis import DatabaseOnly

    raise DatabaseOnly("filter", label)


def _to_words(own: str, asked: Asked) -> tuple[str, str]:
    return _("one of them:"), str(asked.value)


def _explain(own: str, asking: Any, asked: Asked, record_id: int) -> str:
    """The names of those for which it is true."""
    via = asking.args[1]
    declared = object_type(own)
    try:
        found = _rows(own, asked).filter(**{via: record_id}).order_by("name", "id")[:MOST_NAMED]
    except FilterError:
        return ""
    return ", ".join(declared.title(record) for record in found) or _("none")
