"""What a roll-up adds up, as a form or a program sends it; and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dangol.platform.objects.added import rules
from dangol.platform.objects.added.columns import is_kept
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.registry import object_type, object_types
from dangol.platform.objects.types import Field, ObjectType


def read_roll_up(
    declared: ObjectType, values: Mapping[str, Any], standing: CustomField | None, errors: dict[str, Any]
) -> dict[str, Any]:
    """The options of a roll-up, from `what` ("order.person": the orders whose person is this one), `adds` (count, sum,
    avg, min, max), `of` ("order.value") and places. What is wrong is added to `errors` by field.
    """
    before: dict[str, Any] = standing.options if standing else {}
    relation = before.get("relation", "")
    other, _dot, via = str(values.get("what") or f"{relation}.{before.get('via', '')}").partition(".")
    if (other, via) not in [(o.name, f.name) for o, f in leading_here(declared)]:
        errors["what"] = _("Choose what is added up.")
        return {}
    adds = str(values.get("adds", before.get("adds", "count")))
    places = str(values.get("places", before.get("places", 0)))
    if adds not in rules.ADDING_UP:
        errors["adds"] = _("Choose how it is added up.")
    if not places.isdigit() or int(places) > 6:
        errors["places"] = _("A number from 0 to 6.")
        return {}
    found = {"relation": other, "via": via, "adds": adds, "of": "", "result": "number", "places": 0}
    if adds == "count":
        return found
    name = str(values.get("of", f"{relation}.{before.get('of', '')}")).removeprefix(f"{other}.")
    known = {f.name: f.kind for f in summable(object_type(other))}
    if name not in known:
        errors["of"] = _("Choose a number of the records that are added up.")
        return {}
    return {**found, "of": name, "result": known[name], "places": int(places)}


def leading_here(declared: ObjectType) -> list[tuple[ObjectType, Field]]:
    """The objects whose records lead to those of `declared`, each with the field by which they do."""
    return [
        (other, f)
        for other in object_types()
        for f in other.fields
        if f.kind == "relation" and f.relation == declared.name and f.orm_path == f.name
    ]


def summable(declared: ObjectType) -> list[Field]:
    """The numbers of an object that can be added up: those of the record itself, money in the company's currency."""
    own = [f for f in declared.fields if f.kind in rules.DECIMALS and f.orm_path == f.name and not f.currency]
    return [f for f in own if is_kept(declared.model._meta.get_field(f.name))]
