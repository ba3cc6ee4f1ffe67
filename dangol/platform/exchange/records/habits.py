"""What files of one object are like beyond its declaration: names of columns, columns that become others, what tells
one record from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.events.event import Event, RowChange
from dangol.platform.exchange.columns import ImportField

Texts = dict[str, str]
Beside = Sequence[tuple[int, Mapping[str, str]]]
Keep = Callable[[Actor, Beside], tuple[type[Event], Sequence[RowChange]]]


@dataclass(frozen=True)
class Habits:
    """Habits of the files of an object.

    `names` {field: usual names of its column, best first}. `extra` are columns that are no fields (a first and a last
    name); `join(texts)` makes fields of them, in place, before anything is read, and returns the codes of what it left
    out. `match` are the fields by which known records are found where a file has them, strongest first; `named_by` are
    those by which other files name such a record. `accepts` are further endings of its files, each with a comma.
    `beside` are names of `extra` columns that stand beside a record and not in it (further addresses):
    `keep(actor, [(record id, {name: text})])` writes them with the batch and returns the event and rows that tell it.
    """

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: Sequence[ImportField] = ()
    join: Callable[[Texts], None] = lambda texts: None
    drop: Callable[[dict[str, Any]], str] = lambda values: ""
    match: tuple[str, ...] = ()
    named_by: tuple[str, ...] = ("name",)
    accepts: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    keep: Keep | None = None


_HABITS: dict[str, Habits] = {}


def register_habits(object_name: str, habits: Habits) -> None:
    """Say what files of an object are like. Raises ValueError when that was said already."""
    if object_name in _HABITS:
        raise ValueError(f"Habits of {object_name} are registered already.")
    _HABITS[object_name] = habits


def habits_of(object_name: str) -> Habits:
    """The habits of an object's files; plain ones when nobody said any."""
    return _HABITS.get(object_name, Habits())
