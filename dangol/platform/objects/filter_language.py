"""What a filter says: JSON read once, checked and put into few plain tests, which each compiler says in its own words.

A condition that cannot be answered (the value is not known) is not fulfilled, and its "not" is. "is not" is the "not"
of "is". Conditions on numbers are moved to the column's own grid (no half orders), on moments to the instants at which
days begin, so no compiler has to round.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from django.db import models
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects.filter_values import DATE_KINDS, ORDERED_KINDS, TEXT_KINDS, FilterError, read_value
from dangol.platform.objects.registry import fields_for, object_type, score_of
from dangol.platform.objects.types import Asked, Clock, Field, ObjectType

MAX_DEPTH = 8
MAX_CONDITIONS = 100
SET_KINDS = {"choice", "country", "language", "currency", "user", "tier"}
TEXT_LIKE = TEXT_KINDS | {"country", "language", "currency", "choice"}

OPERATORS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TEXT_KINDS, ("contains", "is", "is_not", "starts_with", "in", "is_empty", "is_not_empty")),
    **dict.fromkeys(ORDERED_KINDS, ("is", "is_not", "gt", "gte", "lt", "lte", "between", "is_empty", "is_not_empty")),
    **dict.fromkeys(DATE_KINDS, ("within", "before", "after", "on", "between", "is_empty", "is_not_empty")),
    **dict.fromkeys(SET_KINDS, ("is", "is_not", "in", "is_empty", "is_not_empty")),
    "choices": ("is", "is_not", "in", "is_empty", "is_not_empty"),
    "bool": ("is",),
    "relation": ("is", "in", "where", "is_empty", "is_not_empty"),
    "relations": ("is", "is_not", "in", "where", "is_empty", "is_not_empty"),
    "file": ("is_empty", "is_not_empty"),
    "custom": ("is",),
    "rhythm": (),
}


@dataclass(frozen=True)
class Test:
    """One plain test of one column. `never` is fulfilled by nothing; a value that is not known fulfils only `empty`.

    `holds` is fulfilled by a list that holds one of the values (`value`). `span` is from `low` to `high` (None: open
    end), each counted in unless it is said to be open.
    """

    kind: Literal["never", "empty", "equals", "one_of", "contains", "starts", "span", "holds"]
    value: Any = None
    low: Any = None
    high: Any = None
    is_low_open: bool = False
    is_high_open: bool = False


@dataclass(frozen=True)
class Leaf:
    """One condition: a `test` of a column, a filter `inside` the record that a relation leads to, or a custom field's
    own question (`asked`). `said` is the condition as it was written, `where` its place in the filter."""

    field: Field
    where: str
    said: Mapping[str, Any]
    is_not: bool = False
    test: Test | None = None
    inside: Node | None = None
    asked: Asked | None = None


@dataclass(frozen=True)
class Group:
    """Conditions joined by "and" or "or"; an empty "and" is everything, an empty "or" nothing."""

    join: Literal["and", "or"]
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Whatever its part is not."""

    part: Node


Node = Leaf | Group | Not


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


def understand(declared: ObjectType, actor: Actor, tree: Mapping[str, Any], clock: Clock) -> Node:
    """Read and check a filter of `declared` as `actor` may ask it. Raises FilterError: where, and what is right."""
    if not tree:
        return Group("and", ())
    return _Reader(declared, actor, clock).node(tree, "filter", 0)


def without_not(node: Node, *, is_not: bool = False) -> Group | Leaf:
    """The same filter with every "not" moved down to the conditions."""
    if isinstance(node, Not):
        return without_not(node.part, is_not=not is_not)
    if isinstance(node, Leaf):
        return replace(node, is_not=node.is_not is not is_not)
    join: Literal["and", "or"] = node.join if not is_not else ("or" if node.join == "and" else "and")
    return Group(join, tuple(without_not(part, is_not=is_not) for part in node.parts))


def column_of(declared: ObjectType, field: Field) -> Any:
    """The model's column behind a field, of the record itself or of a score; None for a path through others."""
    score = score_of(declared, field.name)
    model: type[models.Model] = score.model if score else declared.model
    return None if "__" in field.orm_path else model._meta.get_field(field.orm_path)


class _Reader:
    def __init__(self, declared: ObjectType, actor: Actor, clock: Clock) -> None:
        self.declared, self.actor, self.clock = declared, actor, clock
        self.fields = fields_for(declared, actor)
        self.count = 0

    def node(self, tree: Any, where: str, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise FilterError(where, _("Groups lie too deep in each other; 8 is the most."))
        if not isinstance(tree, Mapping):
            raise FilterError(where, _("A condition is an object with field, op and value."))
        if "field" in tree:
            return self.leaf(tree, where, depth)
        if len(tree) == 1:
            ((join, inside),) = tree.items()
            if join == "not":
                return Not(self.node(inside, f"{where}.not", depth + 1))
            if join in ("and", "or") and isinstance(inside, list):
                parts = (self.node(t, f"{where}.{join}[{i}]", depth + 1) for i, t in enumerate(inside))
                return Group(join, tuple(parts))
        raise FilterError(where, _("Use and, or, not, or a condition with field, op and value."))

    def leaf(self, tree: Mapping[str, Any], where: str, depth: int) -> Leaf:
        self.count += 1
        if self.count > MAX_CONDITIONS:
            raise FilterError(where, _("Too many conditions; 100 is the most."))
        field = self.fields.get(str(tree["field"]))
        if field is None or not field.is_filterable:
            raise FilterError(where, _("There is no field “%(name)s” to filter by.") % {"name": tree["field"]})
        op, value = str(tree.get("op", "is")), tree.get("value")
        found = Leaf(field, where, tree)
        if field.custom is not None or field.to_q is not None:
            return replace(found, asked=self.asked(field, op, value, where))
        _check_operator(op, OPERATORS[field.kind], where)
        if op == "where":
            inner = _Reader(object_type(field.relation), self.actor, self.clock)
            return replace(found, inside=inner.node(value, f"{where}.value", depth + 1))
        return replace(found, test=self.test(field, op, value, where), is_not=op in ("is_not", "is_not_empty"))

    def asked(self, field: Field, op: str, value: Any, where: str) -> Asked:
        if field.custom is not None:
            _check_operator(op, tuple(field.custom.operators), where)
            try:
                value = field.custom.read(op, value)
            except ValueError as error:
                raise FilterError(where, str(error)) from error
        return Asked(self.actor, op, value, self.clock)

    def test(self, field: Field, op: str, value: Any, where: str) -> Test:
        if op in ("is_empty", "is_not_empty"):
            return Test("empty")
        if field.kind in ("choices", "relations"):
            given = value if op == "in" else [value]
            return Test("holds", self.several(field, "in", given, where).value)
        if op == "within":
            return _within(field, value, self.clock, where)
        if op in ("in", "between"):
            return self.several(field, op, value, where)
        found = read_value(field, value, where)
        if field.kind in ORDERED_KINDS:
            return _number_test(op, found, _places(column_of(self.declared, field)))
        if field.kind in DATE_KINDS:
            first, last = _SPANS[op](found)
            return _days(field, first, last, self.clock)
        if op in ("contains", "starts_with"):
            return Test("contains" if op == "contains" else "starts", found)
        return Test("equals", found)

    def several(self, field: Field, op: str, value: Any, where: str) -> Test:
        if not isinstance(value, list) or not value or len(value) > 1000:
            raise FilterError(where, _("Give a list of values (at most 1,000)."))
        found = [read_value(field, v, where) for v in value]
        if op == "in":
            return Test("one_of", found)
        if len(found) != 2:
            raise FilterError(where, _("“between” needs two values: from and to."))
        if field.kind in DATE_KINDS:
            return _days(field, found[0], found[1], self.clock)
        return _number_span(found[0], found[1], _places(column_of(self.declared, field)))


def _check_operator(op: str, known: tuple[str, ...], where: str) -> None:
    if op not in known:
        raise FilterError(where, _("“%(op)s” does not fit this field. Possible: %(known)s.") % {
            "op": op, "known": ", ".join(known)})  # fmt: skip


_DAY = timedelta(days=1)
_SPANS: dict[str, Any] = {
    "on": lambda day: (day, day),
    "before": lambda day: (None, day - _DAY),
    "after": lambda day: (day + _DAY, None),
}


def _within(field: Field, value: Any, clock: Clock, where: str) -> Test:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 36500:
        raise FilterError(where, _("“within” needs a number of days, 1 to 36,500."))
    return _days(field, clock.today - timedelta(days=value), clock.today, clock)


def _days(field: Field, first: date | None, last: date | None, clock: Clock) -> Test:
    """From the day `first` to the day `last`, both counted in."""
    if field.kind == "date":
        return Test("span", low=first, high=last)
    low = None if first is None else start_of(first, clock)
    high = None if last is None else start_of(last + _DAY, clock)
    return Test("span", low=low, high=high, is_high_open=True)


def start_of(day: date, clock: Clock) -> datetime:
    """The instant at which a day begins, in UTC."""
    return datetime.combine(day, time.min, tzinfo=clock.zone).astimezone(UTC)


def _places(column: Any) -> int | None:
    """The decimal places that a column holds; None when it holds any number (floating point)."""
    if isinstance(column, models.DecimalField):
        return int(column.decimal_places)
    return 0 if isinstance(column, models.IntegerField) else None


def on_grid(value: Decimal, places: int, *, up: bool) -> Decimal:
    """The next number with so many decimal places that is not below (`up`) or not above `value`."""
    moved = value.scaleb(places)
    return Decimal(math.ceil(moved) if up else math.floor(moved)).scaleb(-places)


def _number_test(op: str, value: Decimal, places: int | None) -> Test:
    if places is None:
        return _float_test(op, value)
    low, high = on_grid(value, places, up=True), on_grid(value, places, up=False)
    step = Decimal(1).scaleb(-places)
    if op in ("is", "is_not"):
        return Test("equals", low) if low == high else Test("never")
    spans = {
        "gte": Test("span", low=low), "gt": Test("span", low=high + step),
        "lte": Test("span", high=high), "lt": Test("span", high=low - step),
    }  # fmt: skip
    return spans[op]


def _float_test(op: str, value: Decimal) -> Test:
    if op in ("is", "is_not"):
        return Test("equals", float(value))
    is_open, is_low = op in ("gt", "lt"), op in ("gt", "gte")
    bound = {"low": float(value)} if is_low else {"high": float(value)}
    return Test("span", **bound, is_low_open=is_open and is_low, is_high_open=is_open and not is_low)


def _number_span(low: Decimal, high: Decimal, places: int | None) -> Test:
    if places is None:
        return Test("span", low=float(low), high=float(high))
    return Test("span", low=on_grid(low, places, up=True), high=on_grid(high, places, up=False))
