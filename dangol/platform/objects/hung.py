"""Rows that hang on records of any object without being an object with pages of their own: notes, files.

They are seen with their record. A slice declares its own here, so that the record's history, undo, the change feed and
the audit log can tell of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.access.guard import GuardedModel
from dangol.platform.objects.registry import UnknownObject, object_type
from dangol.platform.objects.types import Field


@dataclass(frozen=True)
class Hung:
    """What hangs: `model` has `object_name` and `record_id`, and `name` is its name in rights.

    `fields` are told in history and feed, `title(row)` is what people call one, `anchor(row)` its place on the page of
    its record, `answer(row)` what a program gets of it.
    """

    name: str
    label: Any
    model: type[GuardedModel]
    fields: tuple[Field, ...]
    title: Callable[[Any], str]
    anchor: Callable[[Any], str]
    answer: Callable[[Any], Mapping[str, Any]]

    def may(self, actor: Actor, action: str) -> bool:
        """Whether `actor` may do `action` to at least some of the rows. No query."""
        return actor.may(action, self.name)

    def fields_for(self, actor: Actor) -> dict[str, Field]:
        """The fields that `actor` may see, by name."""
        return {f.name: f for f in self.fields if actor.field_right(self.name, f.name) != "hidden"}

    def seen(self, actor: Actor, ids: Iterable[int]) -> dict[int, Any]:
        """The rows with these ids that `actor` sees, in the trash or not. One query, none without the right."""
        asked = sorted(i for i in ids if 0 < i < 2**63)
        if not asked or not actor.may("see", self.name):
            return {}
        rows: Any = self.model.objects.visible_to(actor)
        return {row.pk: row for row in rows.filter(pk__in=asked)}

    def on(self, actor: Actor, object_name: str, record_id: int, most: int) -> dict[int, Any]:
        """The newest rows on one record that `actor` sees, in the trash or not. One query, none without the right."""
        if not actor.may("see", self.name):
            return {}
        rows: Any = self.model.objects.visible_to(actor)
        rows = rows.filter(object_name=object_name, record_id=record_id).order_by("-pk")
        return {row.pk: row for row in rows[:most]}

    def url(self, row: Any) -> str:
        """Its place on the page of its record."""
        return f"{url_of(row.object_name, row.record_id)}{self.anchor(row)}"


_HUNG: dict[str, Hung] = {}


def register_hung(hung: Hung) -> None:
    """Declare what hangs on records. Raises ValueError when the name is taken."""
    if hung.name in _HUNG:
        raise ValueError(f"{hung.name} is registered already.")
    _HUNG[hung.name] = hung


def all_hung() -> list[Hung]:
    """Everything that hangs on records."""
    return list(_HUNG.values())


def hung_of(name: str) -> Hung | None:
    """What hangs under this name in rights; None for something else."""
    return _HUNG.get(name)


def url_of(object_name: str, record_id: int) -> str:
    """The address of a record; "/" where its object is no longer known."""
    try:
        return f"/{object_type(object_name).slug}/{record_id}"
    except UnknownObject:
        return "/"
