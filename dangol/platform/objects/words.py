"""Filters said in words: the chips over a list, and the operators that a builder offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.platform.access.actor import Actor
from dangol.platform.objects.address import Address, conditions, without_part
from dangol.platform.objects.cells import plain
from dangol.platform.objects.filters import OPERATORS, reader_clock
from dangol.platform.objects.listing import LEADING, called
from dangol.platform.objects.registry import all_fields, fields_for, object_type
from dangol.platform.objects.types import Asked, Custom, Field, ObjectType
from dangol.platform.ui.viewer import Viewer

OPERATOR_WORDS: dict[str, Any] = {
    "contains": gettext_lazy("contains"),
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "starts_with": gettext_lazy("begins with"),
    "in": gettext_lazy("is one of"),
    "gt": gettext_lazy("is more than"),
    "gte": gettext_lazy("is at least"),
    "lt": gettext_lazy("is less than"),
    "lte": gettext_lazy("is at most"),
    "between": gettext_lazy("is between"),
    "within": gettext_lazy("is within the last"),
    "before": gettext_lazy("is before"),
    "after": gettext_lazy("is after"),
    "on": gettext_lazy("is on"),
    "where": gettext_lazy("where"),
    "is_empty": gettext_lazy("is empty"),
    "is_not_empty": gettext_lazy("is known"),
}
WITHOUT_VALUE = ("is_empty", "is_not_empty")
# What the builder leaves to programs: its value is a filter, or a list that no small form can hold.
_NOT_BUILT = {"where"}


@dataclass(frozen=True)
class Chip:
    """One condition or group in words, the address of the list without it, and where it is edited."""

    what: str
    op: str
    value: str
    remove: str
    edit: str


def chips(address: Address, actor: Actor, viewer: Viewer) -> tuple[str, list[Chip]]:
    """The word between the chips, and the chips of a list's filter."""
    join, parts = conditions(address.filter)
    found = []
    for index, part in enumerate(parts):
        what, op, value = describe(address.declared, actor, viewer, part)
        edit = f"{address.url('/filter')}#g-{index}"
        found.append(Chip(what, op, value, address.url(tree=without_part(address.filter, index)), edit))
    return (_("and") if join == "and" else _("or")), found


def describe(declared: ObjectType, actor: Actor, viewer: Viewer, tree: Any) -> tuple[str, str, str]:
    """A part of a filter as (field, operator, value); a group as one text."""
    if not isinstance(tree, Mapping):
        return str(tree), "", ""
    if "field" not in tree:
        return _group(declared, actor, viewer, tree), "", ""
    field = fields_for(declared, actor).get(str(tree["field"]))
    op = str(tree.get("op", "is"))
    if field is None and str(tree["field"]) in all_fields(declared):
        return _("A condition on a field that is hidden from you"), "", ""
    if field is None:
        return str(tree["field"]), op, str(tree.get("value", ""))
    inside = tree.get("value")
    if op == "where" and field.relation and isinstance(inside, Mapping) and "field" in inside:
        what, inner_op, value = describe(object_type(field.relation), actor, viewer, inside)
        return f"{field.label}{' › ' if inside.get('op') == 'where' else ': '}{what}", inner_op, value
    if field.custom is not None:
        return str(field.label), *_custom(field.custom, actor, op, tree.get("value"))
    return str(field.label), str(OPERATOR_WORDS.get(op, op)), _value(field, actor, viewer, op, tree.get("value"))


def asks_for_hidden(declared: ObjectType, actor: Actor, tree: Any) -> bool:
    """Whether a filter holds a condition on a field that is hidden from `actor`, at any depth."""
    if isinstance(tree, list):
        return any(asks_for_hidden(declared, actor, part) for part in tree)
    if not isinstance(tree, Mapping):
        return False
    if "field" not in tree:
        return any(asks_for_hidden(declared, actor, part) for part in tree.values())
    name, known = str(tree["field"]), all_fields(declared)
    if name in known and name not in fields_for(declared, actor):
        return True
    is_through = name in known and known[name].kind in ("relation", "relations") and tree.get("op") == "where"
    return is_through and asks_for_hidden(object_type(known[name].relation), actor, tree.get("value"))


def _custom(custom: Custom, actor: Actor, op: str, value: Any) -> tuple[str, str]:
    try:
        return custom.to_words(Asked(actor, op, custom.read(op, value), reader_clock()))
    except ValueError:
        return str(custom.operators.get(op, op)), str(value)


def _group(declared: ObjectType, actor: Actor, viewer: Viewer, tree: Mapping[str, Any]) -> str:
    ((join, inside),) = tree.items() if len(tree) == 1 else (("and", []),)
    if join == "not":
        return _("not: %(what)s") % {"what": _sentence(declared, actor, viewer, inside)}
    word = f" {_('and') if join == 'and' else _('or')} "
    return word.join(_within(declared, actor, viewer, part) for part in inside or [])


def _within(declared: ObjectType, actor: Actor, viewer: Viewer, tree: Any) -> str:
    """A part of a group; a group of several inside it stands in brackets."""
    said = _sentence(declared, actor, viewer, tree)
    return f"({said})" if isinstance(tree, Mapping) and "field" not in tree and "not" not in tree else said


def _sentence(declared: ObjectType, actor: Actor, viewer: Viewer, tree: Any) -> str:
    return " ".join(part for part in describe(declared, actor, viewer, tree) if part)


def _value(field: Field, actor: Actor, viewer: Viewer, op: str, value: Any) -> str:
    if op in WITHOUT_VALUE:
        return ""
    if op == "within" and isinstance(value, int):
        return ngettext("%(days)d day", "%(days)d days", value) % {"days": value}
    if op == "where" and isinstance(value, Mapping):
        return _sentence(object_type(field.relation), actor, viewer, value)
    if field.kind in LEADING:
        return called(field, actor, value)
    if op == "between" and isinstance(value, list):
        return " – ".join(plain(field, v, viewer) for v in value)
    return plain(field, value, viewer)


def operators(field: Field) -> list[tuple[str, Any]]:
    """The operators that the builder offers for a field, with their words."""
    return [(op, OPERATOR_WORDS[op]) for op in OPERATORS[field.kind] if op not in _NOT_BUILT]


def can_be_built(field: Field) -> bool:
    """Whether the builder can ask for this field."""
    return field.is_filterable and field.to_q is None and field.custom is None and bool(operators(field))
