"""Where a value is named besides records: saved filters, formulas, mappings of imports. Each room says where its own
are and how they are rewritten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from dangol.platform.objects.pick_lists.rules import Target, in_tree
from dangol.platform.objects.registry import UnknownObject, all_fields, object_type


@dataclass(frozen=True)
class Named:
    """One thing that names a value: what people call it, where it is, and what it says now and would say then."""

    id: int
    title: str
    url: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Place:
    """A kind of thing that names values. `find(target)` returns those that would change; `standing(id)` is what one
    says now (None: it is gone), `write(id, value)` sets it."""

    name: str
    label: Any
    find: Callable[[Target], list[Named]]
    standing: Callable[[int], Any]
    write: Callable[[int, Any], None]


_PLACES: dict[str, Place] = {}


def register_place(place: Place) -> None:
    """Name a place. Raises ValueError when the name is taken."""
    if place.name in _PLACES:
        raise ValueError(f"{place.name} is registered already.")
    _PLACES[place.name] = place


def places() -> list[Place]:
    """All of them."""
    return list(_PLACES.values())


def place_called(name: str) -> Place | None:
    """One of them; None where it is known no more."""
    return _PLACES.get(name)


def trees_naming(target: Target, rows: Iterable[tuple[int, str, str, str, Any]]) -> list[Named]:
    """Those of `rows` (id, title, address, object, filter) whose filter names the value."""
    found = []
    for pk, title, url, object_name, tree in rows:
        after = in_tree(tree, object_name, target, leads_to)
        if after != tree:
            found.append(Named(pk, title, url, tree, after))
    return found


def leads_to(object_name: str, field: str) -> str:
    """The object to which a relation leads; "" for none."""
    try:
        found = all_fields(object_type(object_name)).get(field)
    except UnknownObject:
        return ""
    return found.relation if found else ""
