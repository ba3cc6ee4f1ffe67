"""Who leads to a record: each field of each object that does, with the first of those records by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.objects.listing import ListQuery, Reference, rows_for
from dangol.platform.objects.registry import fields_for, object_types
from dangol.platform.objects.types import Field, ObjectType

SHOWN = 5


@dataclass(frozen=True)
class Few:
    """The first records of a list; `is_more` where it has further ones."""

    links: list[Reference]
    is_more: bool


def leading_to(declared: ObjectType, actor: Actor) -> Iterator[tuple[ObjectType, Field]]:
    """The fields by which records that `actor` may see lead to those of `declared`."""
    for other in object_types():
        if actor.may("see", other.name):
            for f in fields_for(other, actor).values():
                if f.kind in ("relation", "relations") and f.relation == declared.name and f.is_filterable:
                    yield other, f


def few(declared: ObjectType, actor: Actor, query: ListQuery) -> Few:
    """Some records of a list, by name. Unsorted by the database, so that few among many cost no walk through all."""
    rows: list[Any] = list(rows_for(declared, actor, query).order_by()[: SHOWN + 1])
    links = [Reference(row.pk, declared.title(row), f"/{declared.slug}/{row.pk}") for row in rows[:SHOWN]]
    return Few(sorted(links, key=lambda link: link.title), len(rows) > SHOWN)
