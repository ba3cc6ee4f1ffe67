"""Layouts as pages ask for them: fields in groups, fields of a form, panels in columns.

A layout is applied to what the actor may see already; it hides and orders, and never adds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import get_language

from dangol.platform.access.actor import Actor
from dangol.platform.objects.arranged.known import arrangement_of, asked_by_rules
from dangol.platform.objects.arranged.rules import COLUMNS, FORM, PAGE, QUICK, Arrangement, Item, applied
from dangol.platform.objects.types import Field

T = TypeVar("T")
FACTS, ACCESS, RELATED, STORY = "facts", "access", "related", "story"
OWN_BLOCKS = {FACTS: "facts", ACCESS: "facts", RELATED: "facts", STORY: "story"}
"""The parts of every record page that are no panels, and the columns where they stand by themselves."""


@dataclass(frozen=True)
class Grouped:
    """Things under one heading, each with its width."""

    title: Any
    items: list[tuple[Any, str]]


def in_groups(arrangement: Arrangement, things: dict[str, T], groups: dict[str, Any]) -> list[Grouped]:
    """Things by name in the sections of an arrangement; those that it does not name under their own heading behind."""
    sections, rest = applied(arrangement, things)
    found = [Grouped(s.title(get_language() or "en"), [(things[i.name], i.width) for i in s.items]) for s in sections]
    behind: dict[str, Grouped] = {}
    for name in rest:
        title = groups.get(name, "")
        behind.setdefault(str(title), Grouped(title, [])).items.append((things[name], ""))
    return [*found, *behind.values()]


def form_fields(object_name: str, actor: Actor, fields: Sequence[Field], given: Collection[str] = ()) -> list[Field]:
    """The fields of a form without the hidden ones. What is or may be required cannot be hidden, nor what is `given`
    already."""
    arrangement = arrangement_of(actor, object_name, FORM)
    if arrangement is None:
        return list(fields)
    needed = {f.name for f in fields if f.is_required or f.name in given} | asked_by_rules(object_name)
    hidden = set(arrangement.hidden) - needed
    return [f for f in fields if f.name not in hidden]


def form_groups(object_name: str, actor: Actor, inputs: Iterable[Any]) -> list[Grouped] | None:
    """The inputs of a form in groups; None where the house's own order holds."""
    arrangement = arrangement_of(actor, object_name, FORM)
    if arrangement is None:
        return None
    by_name = {one.field.name: one for one in inputs}
    return in_groups(Arrangement(arrangement.sections), by_name, {})


def quick_names(object_name: str, actor: Actor) -> list[str] | None:
    """The fields of the line over the list, in order; None where the house's own hold."""
    arrangement = arrangement_of(actor, object_name, QUICK)
    return None if arrangement is None else [i.name for s in arrangement.sections for i in s.items]


def places(
    object_name: str, actor: Actor, panels: dict[str, str], arrangement: Arrangement | None = None
) -> dict[str, list[str]]:
    """What stands in each column of the record page, in order. `panels` {name: the column where it stands by itself},
    in order; what an arrangement does not name comes at the end of its own column."""
    own = {**OWN_BLOCKS, **panels}
    arrangement = arrangement or arrangement_of(actor, object_name, PAGE)
    if arrangement is None:
        return own_places(panels)
    found: dict[str, list[str]] = {column: [] for column in COLUMNS}
    placed = [(s.key, i) for s in arrangement.sections for i in s.items if i.name in own]
    for column, item in placed:
        found[column if may_stand(own[item.name], item, column) else own[item.name]].append(item.name)
    known = {item.name for _column, item in placed} | set(arrangement.hidden)
    for name, column in own.items():
        if name not in known:
            found[column].append(name)
    return found


def own_places(panels: dict[str, str]) -> dict[str, list[str]]:
    """The columns as the house has them."""
    of = {column: [name for name, place in panels.items() if place == column] for column in COLUMNS}
    return {"facts": [FACTS, ACCESS, RELATED, *of["facts"]], "story": [*of["story"], STORY], "now": of["now"]}


def may_stand(own: str, item: Item, column: str) -> bool:
    """Whether something that belongs in the column `own` can stand in another: what is narrow in both narrow ones, but
    the facts and who sees the record stay on the left."""
    if column == own:
        return True
    return {own, column} == {"facts", "now"} and item.name not in (FACTS, ACCESS)
