"""The filter language: JSON that people's chips, addresses, saved views and programs share.

A condition is {"field": ..., "op": ..., "value": ...}; {"and": [...]}, {"or": [...]} and {"not": ...} join them, to any
depth up to 8. Through a relation: {"field": "company", "op": "where", "value": <filter of companies>}. It compiles to
Django's Q here; what a person may not see can be neither read nor asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import fields_for, object_type, score_of
from dangol.platform.objects.types import Field, ObjectType

MAX_DEPTH = 8
MAX_CONDITIONS = 100
TEXT_KINDS = {"text", "long_text", "email", "phone", "url"}
ORDERED_KINDS = {"number", "money", "percent"}
DATE_KINDS = {"date", "datetime"}
SET_KINDS = {"choice", "country", "language", "currency", "user", "tier"}

OPERATORS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TEXT_KINDS, ("contains", "is", "is_not", "starts_with", "in", "is_empty", "is_not_empty")),
    **dict.fromkeys(ORDERED_KINDS, ("is", "is_not", "gt", "gte", "lt", "lte", "between", "is_empty", "is_not_empty")),
    **dict.fromkeys(DATE_KINDS, ("within", "before", "after", "on", "between", "is_empty", "is_not_empty")),
    **dict.fromkeys(SET_KINDS, ("is", "is_not", "in", "is_empty", "is_not_empty")),
    "bool": ("is",),
    "relation": ("is", "in", "where", "is_empty", "is_not_empty"),
    "custom": ("is",),
    "rhythm": (),
}


class FilterError(ValueError):
    """A filter that cannot be understood; says where and what would be right."""

    def __init__(self, where: str, sentence: str) -> None:
        self.where = where
        super().__init__(f"{where}: {sentence}" if where else sentence)


def parse(text: str) -> dict[str, Any]:
    """Read a filter from an address or a request body. Empty text is no filter. Raises FilterError."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FilterError("filter", _("This is not JSON.")) from error
    if not isinstance(found, dict):
        raise FilterError("filter", _('A filter is an object such as {"field": …, "op": …, "value": …}.'))
    return found


def compile_filter(declared: ObjectType, actor: Actor, tree: Mapping[str, Any]) -> Q:
    """Turn a filter into a condition on `declared.model`, as `actor` may ask it. Raises FilterError."""
    if not tree:
        return Q()
    return _Compiler(declared, actor).node(tree, "filter", 0)


class _Compiler:
    def __init__(self, declared: ObjectType, actor: Actor) -> None:
        self.declared, self.actor = declared, actor
        self.fields = fields_for(declared, actor)
        self.count = 0

    def node(self, tree: Any, where: str, depth: int) -> Q:
        if depth > MAX_DEPTH:
            raise FilterError(where, _("Groups lie too deep in each other; 8 is the most."))
        if not isinstance(tree, Mapping):
            raise FilterError(where, _("A condition is an object with field, op and value."))
        if "field" in tree:
            return self.condition(tree, where, depth)
        if len(tree) == 1:
            ((join, inside),) = tree.items()
            if join == "not":
                return ~self.node(inside, f"{where}.not", depth + 1)
            if join in ("and", "or") and isinstance(inside, list):
                return self.group(join, inside, where, depth)
        raise FilterError(where, _("Use and, or, not, or a condition with field, op and value."))

    def group(self, join: str, inside: list[Any], where: str, depth: int) -> Q:
        parts = [self.node(t, f"{where}.{join}[{i}]", depth + 1) for i, t in enumerate(inside)]
        if not parts:
            return ~Q(pk__in=[]) if join == "and" else Q(pk__in=[])  # everything, nothing: and so also under a "not"
        found = parts[0]
        for part in parts[1:]:
            found = found & part if join == "and" else found | part
        return found

    def condition(self, tree: Mapping[str, Any], where: str, depth: int) -> Q:
        self.count += 1
        if self.count > MAX_CONDITIONS:
            raise FilterError(where, _("Too many conditions; 100 is the most."))
        field = self.fields.get(str(tree["field"]))
        if field is None or not field.is_filterable:
            raise FilterError(where, _("There is no field “%(name)s” to filter by.") % {"name": tree["field"]})
        op, value = str(tree.get("op", "is")), tree.get("value")
        if field.to_q is not None:
            return field.to_q(self.actor, op, value)
        if op not in OPERATORS[field.kind]:
            known = ", ".join(OPERATORS[field.kind])
            raise FilterError(where, _("“%(op)s” does not fit this field. Possible: %(known)s.") % {
                "op": op, "known": known})  # fmt: skip
        if op == "where":
            return self.through(field, value, where, depth)
        return _compare(field, self.path(field), op, value, where)

    def path(self, field: Field) -> str:
        score = score_of(self.declared, field.name)
        return f"{score.name}__{field.orm_path}" if score else field.orm_path

    def through(self, field: Field, value: Any, where: str, depth: int) -> Q:
        other = object_type(field.relation)
        inner = _Compiler(other, self.actor)
        rows = other.model.objects.visible_to(self.actor).filter(inner.node(value, f"{where}.value", depth + 1))
        return Q(**{f"{field.orm_path}__in": rows.values("pk")})


def _compare(field: Field, path: str, op: str, value: Any, where: str) -> Q:
    if op in ("is_empty", "is_not_empty"):
        empty = Q(**{f"{path}__isnull": True})
        if field.kind in TEXT_KINDS | {"country", "language", "currency", "choice"}:
            empty |= Q(**{path: ""})
        return empty if op == "is_empty" else ~empty
    if op in ("in", "between"):
        return _several(field, path, op, value, where)
    if op == "within":
        return _within(field, path, value, where)
    found = _value(field, value, where)
    if field.kind == "datetime":
        return _moment(path, op, found)
    return _simple(field, path, op, found)


def _simple(field: Field, path: str, op: str, value: Any) -> Q:
    lookups = {"contains": "__icontains", "starts_with": "__istartswith", "before": "__lt", "after": "__gt"}
    if op in ("is", "on"):
        return Q(**{path: value})
    if op == "is_not":
        return ~Q(**{path: value})
    return Q(**{path + lookups.get(op, f"__{op}"): value})


def _moment(path: str, op: str, day: date) -> Q:
    start, end = _start_of(day), _start_of(day + timedelta(days=1))
    if op == "before":
        return Q(**{f"{path}__lt": start})
    if op == "after":
        return Q(**{f"{path}__gte": end})
    return Q(**{f"{path}__gte": start, f"{path}__lt": end})


def _several(field: Field, path: str, op: str, value: Any, where: str) -> Q:
    if not isinstance(value, list) or not value or len(value) > 1000:
        raise FilterError(where, _("Give a list of values (at most 1,000)."))
    found = [_value(field, v, where) for v in value]
    if op == "in":
        return Q(**{f"{path}__in": found})
    if len(found) != 2:
        raise FilterError(where, _("“between” needs two values: from and to."))
    if field.kind == "datetime":
        return Q(**{f"{path}__gte": _start_of(found[0]), f"{path}__lt": _start_of(found[1] + timedelta(days=1))})
    return Q(**{f"{path}__gte": found[0], f"{path}__lte": found[1]})


def _within(field: Field, path: str, value: Any, where: str) -> Q:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 36500:
        raise FilterError(where, _("“within” needs a number of days, 1 to 36,500."))
    today = timezone.localdate()
    first = today - timedelta(days=value)
    if field.kind == "datetime":
        return Q(**{f"{path}__gte": _start_of(first), f"{path}__lt": _start_of(today + timedelta(days=1))})
    return Q(**{f"{path}__gte": first, f"{path}__lte": today})


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _value(field: Field, value: Any, where: str) -> Any:
    """Read one value as the field's kind; raises FilterError with what would be right."""
    try:
        return _READERS.get(field.kind, _text)(field, value)
    except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
        raise FilterError(where, str(error) if str(error).endswith(".") else _hint(field)) from error


def _hint(field: Field) -> str:
    if field.kind in DATE_KINDS:
        return _("“%(label)s” needs a date such as 2026-03-31.") % {"label": field.label}
    if field.kind in ORDERED_KINDS | {"relation", "user"}:
        return _("“%(label)s” needs a number.") % {"label": field.label}
    return _("“%(label)s” cannot take this value.") % {"label": field.label}


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value or len(value) > 1000:
        raise ValueError
    value.encode()  # half a character (a lone surrogate) is a ValueError too
    return value


def _number(field: Field, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    found = Decimal(str(value))
    if not found.is_finite() or abs(found) >= Decimal(10) ** 15:
        raise ValueError
    return found


def _day(field: Field, value: Any) -> date:
    found = date.fromisoformat(str(value)[:10])
    if not 1 < found.year < 9999:
        raise ValueError
    return found


def _choice(field: Field, value: Any) -> Any:
    pairs = field.choice_pairs()
    allowed = [v for v, _label in pairs]
    if pairs and value not in allowed:
        raise ValueError(_("Possible: %(values)s.") % {"values": ", ".join(str(a) for a in allowed)})
    return _text(field, value)


def _id(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not 0 <= int(value) < 2**63:
        raise ValueError
    return int(value)


def _bool(field: Field, value: Any) -> bool:
    if value not in (True, False):
        raise ValueError(_("Possible: true, false."))
    return bool(value)


_READERS: dict[str, Any] = {
    **dict.fromkeys(ORDERED_KINDS, _number),
    **dict.fromkeys(DATE_KINDS, _day),
    "choice": _choice,
    "tier": _choice,
    "bool": _bool,
    "relation": _id,
    "user": _id,
}
