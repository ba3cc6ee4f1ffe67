"""Lets every object be filtered by what other systems call its records."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.access.actor import Actor
from dangol.platform.api.answers import OUTSIDE
from dangol.platform.api.models import ExternalId
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.registry import register_filter_of_all
from dangol.platform.objects.types import Field

OPERATORS = ("is", "is_not", "in", "system")


def register_filters() -> None:
    """Hang the filter into every object; called once, by the roof."""
    register_filter_of_all(_field)


@cache
def _field(object_name: str) -> Field:
    def to_q(actor: Actor, op: str, value: Any) -> Q:
        return _condition(object_name, op, value)

    return Field(OUTSIDE, gettext_lazy("Ids in other systems"), "custom", is_editable=False, is_fact=False, to_q=to_q)


def _condition(object_name: str, op: str, value: Any) -> Q:
    rows = ExternalId.objects.filter(object_name=object_name)
    if op == "system":
        rows = rows.filter(system=_text(value))
    elif op == "in" and isinstance(value, list) and 0 < len(value) <= 1000:
        rows = rows.filter(_any_of([_text(v) for v in value]))
    elif op in ("is", "is_not"):
        rows = rows.filter(_any_of([_text(value)]))
    else:
        raise FilterError(OUTSIDE, _("Use is, is_not or in with “system:id”, or system with its name."))
    found = Q(pk__in=rows.values("record_id"))
    return ~found if op == "is_not" else found


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise FilterError(OUTSIDE, _("Write the id as “system:id”, for example “shop:1001”."))
    return value


def _any_of(names: list[str]) -> Q:
    found = Q(pk__in=[])
    for name in names:
        system, colon, external_id = name.partition(":")
        if not colon:
            raise FilterError(OUTSIDE, _("Write the id as “system:id”, for example “shop:1001”."))
        found |= Q(system=system, external_id=external_id)
    return found
