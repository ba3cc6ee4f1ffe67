"""One condition in the builder: which field it asks, read from a form, and drawn with its inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.objects import words
from dangol.platform.objects.builder.drafts import Sent
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.grouping import groupable
from dangol.platform.objects.inputs import Input, NotReadable, input_for, read, written
from dangol.platform.objects.listing import references
from dangol.platform.objects.registry import fields_for, object_type
from dangol.platform.objects.types import Clock, Field, ObjectType
from dangol.platform.ui.viewer import Viewer

_NUMBERS = ("number", "money", "percent")


@dataclass(frozen=True)
class Asked:
    """A field as the builder names it: of the record (`city`), or of what a relation leads to (`company.industry`)."""

    spec: str
    field: Field
    through: Field | None = None

    @property
    def label(self) -> str:
        """What it is called."""
        return f"{self.through.label}: {self.field.label}" if self.through else str(self.field.label)

    @property
    def operators(self) -> list[tuple[str, Any]]:
        """Its operators with their words."""
        return list(self.field.custom.operators.items()) if self.field.custom else words.operators(self.field)

    def condition(self, op: str, value: Any) -> dict[str, Any]:
        """The condition in the filter language; a value that is not there is left out."""
        found: dict[str, Any] = {"field": self.field.name, "op": op}
        if value is not None:
            found["value"] = value
        return {"field": self.through.name, "op": "where", "value": found} if self.through else found


@dataclass(frozen=True)
class Drawn:
    """A condition as drawn; `raw` is its JSON where only its words can be shown. `problem` says what is wrong.

    `slug` is the address of the object that the field belongs to; `is_offered` where it can name frequent values."""

    place: str
    label: str
    spec: str = ""
    operators: list[tuple[str, Any]] = field(default_factory=list)
    op: str = ""
    shape: str = ""
    input: Input | None = None
    values: list[str] = field(default_factory=list)
    template: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    raw: str = ""
    said: tuple[str, str, str] = ("", "", "")
    problem: str = ""
    slug: str = ""
    is_offered: bool = False

    @property
    def prefix(self) -> str:
        """What the names of its inputs begin with."""
        return f"{self.place}.v."


def askable(declared: ObjectType, actor: Actor) -> dict[str, Asked]:
    """Every field that the builder offers to `actor`, by its name there."""
    found = {}
    for name, f in fields_for(declared, actor).items():
        if f.is_filterable and (words.can_be_built(f) or (f.custom and f.custom.template)):
            found[name] = Asked(name, f)
        if f.kind == "relation" and actor.may("see", f.relation):
            inside = fields_for(object_type(f.relation), actor)
            found.update(
                {f"{name}.{n}": Asked(f"{name}.{n}", i, f) for n, i in inside.items() if words.can_be_built(i)}
            )
    return found


def asked_of(known: Mapping[str, Asked], condition: Mapping[str, Any]) -> Asked | None:
    """The field of a condition as the builder names it; None for one that it cannot draw."""
    inside = condition.get("value")
    if condition.get("op") == "where":
        name = inside.get("field", "") if isinstance(inside, Mapping) else ""
        return known.get(f"{condition['field']}.{name}") if inside and inside.get("op") != "where" else None
    return known.get(str(condition["field"]))


def read_condition(known: Mapping[str, Asked], spec: str, op: str, sent: Sent) -> dict[str, Any]:
    """The JSON of one condition that the form sent; what cannot be read stays as it was typed."""
    if "raw" in sent:
        try:
            found = json.loads(sent["raw"][0])
        except (ValueError, RecursionError):
            found = None
        return found if isinstance(found, dict) and "field" in found else {"field": "", "op": "is"}
    asked = known.get(spec)
    if asked is None:
        return {"field": spec, "op": op}
    names = [name for name, _word in asked.operators]
    op = op if op in names else names[0]
    if asked.field.custom:
        return asked.condition(op, asked.field.custom.from_form(op, sent))
    return asked.condition(op, _value(asked.field, op, sent))


def _value(f: Field, op: str, sent: Sent) -> Any:
    given = [v.strip() for v in sent.get("value", [])]
    first = given[0] if given else ""
    if op in words.WITHOUT_VALUE:
        return None
    if op == "within":
        return int(first) if first.isdecimal() and len(first) < 10 else first or None
    if op == "between":
        second = (sent.get("value2") or [""])[0].strip()
        return [_plain(f, first), _plain(f, second)] if first or second else None
    if op == "in":
        parts = given if len(given) > 1 else first.split(",")
        return [_plain(f, part.strip()) for part in parts if part.strip()] or None
    return _plain(f, first) if first else None


def _plain(f: Field, text: str) -> Any:
    if f.kind == "bool":
        return text == "true"
    if f.kind in ("relation", "user"):
        return int(text) if text.isdecimal() and len(text) < 19 else text
    if f.kind not in _NUMBERS:
        return text
    try:
        values, errors = read([f], {f.name: text})
    except NotReadable:
        return text
    return text if errors or values.get(f.name) is None else str(values[f.name])


@dataclass(frozen=True)
class Question:
    """What is asked, by whom and on which day: conditions of `declared` as `actor` may ask them."""

    declared: ObjectType
    actor: Actor
    viewer: Viewer
    clock: Clock

    @cached_property
    def known(self) -> dict[str, Asked]:
        """The fields that may be asked for."""
        return askable(self.declared, self.actor)

    def problem_of(self, condition: Mapping[str, Any]) -> str:
        """What is wrong with one condition; empty when nothing is."""
        try:
            compile_filter(self.declared, self.actor, condition, self.clock)
        except FilterError as error:
            return error.sentence
        return ""


def drawn(question: Question, condition: Mapping[str, Any], place: str, *, is_checked: bool) -> Drawn:
    """One condition as the template shows it."""
    actor, declared = question.actor, question.declared
    asked = asked_of(question.known, condition)
    problem = question.problem_of(condition) if is_checked or has_value(condition, asked) else ""
    if asked is None:
        said = words.describe(declared, actor, question.viewer, condition)
        return Drawn(place, said[0], raw=json.dumps(condition, ensure_ascii=False), said=said, problem=problem)
    inner = condition["value"] if asked.through else condition
    op, value = str(inner.get("op", "is")), inner.get("value")
    home = object_type(asked.through.relation) if asked.through else declared
    base = Drawn(place, asked.label, asked.spec, asked.operators, op, problem=problem, slug=home.slug)
    custom = asked.field.custom
    if custom:
        return replace(base, shape="custom", template=custom.template, form=custom.to_form(actor, op, value))
    shape, texts = _shape(asked.field, op), _texts(asked.field, value)
    offered = asked.field.name in groupable(home, actor) and asked.field.kind == "text"
    return replace(base, shape=shape, input=_input(asked.field, actor, value), values=texts, is_offered=offered)


def _shape(f: Field, op: str) -> str:
    if op in words.WITHOUT_VALUE:
        return "none"
    return {"within": "days", "between": "two", "in": "many"}.get(
        op, f.kind if f.kind in ("bool", "relation") else "one"
    )


def _input(f: Field, actor: Actor, value: Any) -> Input:
    if f.kind == "relation" and isinstance(value, int):
        return input_for(f, actor, references(f, actor, {value}).get(value))
    return input_for(f, actor, None if isinstance(value, list) else value)


def _texts(f: Field, value: Any) -> list[str]:
    """The values as their inputs hold them."""
    found = []
    for one in value if isinstance(value, list) else [] if value is None else [value]:
        try:
            shown = Decimal(str(one)) if f.kind in _NUMBERS else one
        except InvalidOperation:
            shown = one
        found.append(("true" if one else "false") if f.kind == "bool" else written(f, shown))
    return found


def has_value(condition: Mapping[str, Any], asked: Asked | None) -> bool:
    """Whether the condition is as far as it can be judged."""
    inner = condition.get("value") if condition.get("op") == "where" else condition
    if not isinstance(inner, Mapping):
        return False
    return inner.get("op") in words.WITHOUT_VALUE or inner.get("value") is not None
