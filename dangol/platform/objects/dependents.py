"""What hangs on a record: whatever declares a relation to it, and what slices register beside (lines, notes, files)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventChange
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.types import ObjectType


@dataclass(frozen=True)
class Dependents:
    """Rows of another table that follow a record without being an object with a relation to it.

    `count(actor, record_id)` says how many of them `actor` may see. `held(ids, but)` returns those of `ids` on which
    living rows hang, those apart that the events `but` brought; None where they do not keep a record from the trash.
    `holder` is the object to whose records the rows belong (lines: order).
    """

    name: str
    label: Any
    count: Callable[[Actor, int], int]
    held: Callable[[Collection[int], Collection[UUID]], set[int]] | None = None
    holder: str = ""


_DEPENDENTS: dict[str, list[Dependents]] = defaultdict(list)


def register_dependents(object_name: str, dependents: Dependents) -> None:
    """Say what hangs on the records of an object. Raises ValueError when the name is taken."""
    if any(known.name == dependents.name for known in _DEPENDENTS[object_name]):
        raise ValueError(f"{dependents.name} of {object_name} are registered already.")
    _DEPENDENTS[object_name].append(dependents)


def relations_to(object_name: str) -> list[tuple[ObjectType, str]]:
    """The objects with a relation to `object_name`, and the path of each relation."""
    return [
        (other, f.orm_path)
        for other in object_types()
        for f in other.fields
        if f.kind == "relation" and f.relation == object_name
    ]


def lists_of(object_name: str) -> list[tuple[ObjectType, str]]:
    """The objects whose records lead to several of `object_name`, and the path of each such field."""
    return [
        (other, f.orm_path)
        for other in object_types()
        for f in other.fields
        if f.kind == "relations" and f.relation == object_name
    ]


def hanging_on(declared: ObjectType, actor: Actor, record_id: int) -> list[tuple[Any, int]]:
    """What hangs on a record as (label in the plural, how many `actor` may see), without what lies in the trash."""
    found: list[tuple[Any, int]] = []
    for other, path in relations_to(declared.name):
        if actor.may("see", other.name):
            rows: Any = other.model.objects.visible_to(actor)
            found.append((other.plural, rows.filter(**{path: record_id, "deleted_at": None}).count()))
    for other, path in lists_of(declared.name):
        if actor.may("see", other.name):
            rows = other.model.objects.visible_to(actor)
            found.append((other.plural, rows.filter(**{f"{path}__contains": [record_id], "deleted_at": None}).count()))
    found += [(known.label, known.count(actor, record_id)) for known in _DEPENDENTS[declared.name]]
    return [(label, count) for label, count in found if count]


def held(object_name: str, ids: Collection[int], but: Collection[UUID] = ()) -> set[int]:
    """Those of `ids` on which living records hang, those apart that the events `but` created."""
    found: set[int] = set()
    for other, path in relations_to(object_name):
        rows: Any = other.model.objects.for_system("what hangs on a record that may go")
        rows = rows.filter(**{f"{path}__in": list(ids), "deleted_at": None})
        if but:
            rows = rows.exclude(pk__in=created_by(other.name, but))
        found |= set(rows.values_list(f"{path}_id", flat=True))
    for known in _DEPENDENTS[object_name]:
        if known.held is not None:
            found |= known.held(ids, but)
    return found


def created_by(object_name: str, events: Collection[UUID]) -> Any:
    """The ids of the records of an object that bulk events created, as a subquery."""
    rows = EventChange.objects.filter(event_id__in=list(events), subject=object_name, before__isnull=True)
    return rows.values("subject_id")


def holders_first(names: Collection[str]) -> list[str]:
    """Object names in the order in which they go to the trash: what holds on to something before what it holds."""
    left, found = set(names), list[str]()
    while left:
        free = sorted(n for n in left if not (_holders(n) & (left - {n}))) or sorted(left)[:1]
        found += free
        left -= set(free)
    return found


def _holders(object_name: str) -> set[str]:
    return {other.name for other, _path in relations_to(object_name)} | {k.holder for k in _DEPENDENTS[object_name]}
