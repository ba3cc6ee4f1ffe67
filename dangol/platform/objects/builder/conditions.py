"""One condition in the builder: which field it asks, read from a form, and drawn with its inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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


_SHAPES = {"bool": "bool", "relation": "relation", "relations": "relation"}
MOST_STEPS = 3


@dataclass(frozen=True)
class Asked:
    """A field as the builder names it: of the record (`city`), or of what relations lead to, one after another
    (`company.industry`, `person.company.industry`). `path` are these relations."""

    spec: str
    field: Field
    path: tuple[Field, ...] = ()

    @property
    def heading(self) -> str:
        """The relations that lead to it; empty for the record's own."""
        return " › ".join(str(step.label) for step in self.path)

    @property
    def label(self) -> str:
        """What it is called."""
        return f"{self.heading}: {self.field.label}" if self.path else str(self.field.label)

    @property
    def operators(self) -> list[tuple[str, Any]]:
        """Its operators with their words."""
        return list(self.field.custom.operators.items()) if self.field.custom else words.operators(self.field)

    def home(self, declared: ObjectType) -> ObjectType:
        """The object to which the field belongs."""
        return object_type(self.path[-1].relation) if self.path else declared

    def condition(self, op: str, value: Any) -> dict[str, Any]:
        """The condition in the filter language; a value that is not there is left out."""
        found: dict[str, Any] = {"field": self.field.name, "op": op}
        if value is not None:
            found["value"] = value
        for step in reversed(self.path):
            found = {"field": step.name, "op": "where", "value": found}
        return found


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
    """Every field that the builder offers to `actor`, by its name there, through at most three relations."""
    return {asked.spec: asked for asked in _askable(declared, actor, (), (declared.name,))}


def _askable(declared: ObjectType, actor: Actor, path: tuple[Field, ...], passed: tuple[str, ...]) -> Iterator[Asked]:
    """Own fields first, then those behind each relation; an object is passed twice at most (a company's parent)."""
    shown = fields_for(declared, actor)
    head = "".join(f"{step.name}." for step in path)
    for name, f in shown.items():
        if f.is_filterable and (words.can_be_built(f) or (f.custom and f.custom.template)):
            yield Asked(f"{head}{name}", f, path)
    for f in shown.values():
        is_way = f.kind in ("relation", "relations") or (f.custom is not None and bool(f.relation))
        leads = is_way and f.is_filterable and actor.may("see", f.relation)
        if leads and len(path) < MOST_STEPS and passed.count(f.relation) < 2:
            yield from _askable(object_type(f.relation), actor, (*path, f), (*passed, f.relation))


def innermost(condition: Mapping[str, Any]) -> tuple[list[str], Mapping[str, Any] | None]:
    """The relations through which a condition asks, and the condition at their end; None where it is no single one."""
    names: list[str] = []
    found: Any = condition
    while isinstance(found, Mapping) and found.get("op") == "where":
        names.append(str(found.get("field")))
        found = found.get("value")
    return names, found if isinstance(found, Mapping) and "field" in found else None


def asked_of(known: Mapping[str, Asked], condition: Mapping[str, Any]) -> Asked | None:
    """The field of a condition as the builder names it; None for one that it cannot draw."""
    names, inner = innermost(condition)
    return known.get(".".join([*names, str(inner["field"])])) if inner is not None else None


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
    if f.kind in ("relation", "relations", "user"):
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
    inner = innermost(condition)[1] or condition
    op, value = str(inner.get("op", "is")), inner.get("value")
    home = asked.home(declared)
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
    return {"within": "days", "between": "two", "in": "many"}.get(op, _SHAPES.get(f.kind, "one"))


def _input(f: Field, actor: Actor, value: Any) -> Input:
    if f.kind in ("relation", "relations") and isinstance(value, int):
        return input_for(f, actor, references(f, actor, {value}).get(value))
    return input_for(f.asked_for, actor, None if isinstance(value, list) else value)


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
    inner = innermost(condition)[1]
    return inner is not None and (inner.get("op") in words.WITHOUT_VALUE or inner.get("value") is not None)
