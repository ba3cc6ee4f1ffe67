"""Finding records of all objects by part of a word, as far as somebody may see them; forgiving where none has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.objects.listing import hidden_texts
from dangol.platform.objects.registry import fields_for, object_types
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.search.forgiving import proposals
from dangol.platform.search.queries import EXACT, Among, Hits, find, find_each
from dangol.platform.search.rules import Asked, asked, holds, holds_all, stored

MOST_LETTERS = 200


@dataclass(frozen=True)
class Find:
    """A found record, how well it was found, and the field in which, where the title does not show it already."""

    record: Any
    title: str
    sub: str
    url: str
    rank: int
    field: Field | None = None
    value: Any = None


@dataclass(frozen=True)
class Group:
    """What was found of one object; `next` is where the following ones begin, None at the end."""

    declared: ObjectType
    finds: list[Find]
    next: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Answer:
    """What a search found, object by object; `is_similar` when nothing was found and this is what may be meant."""

    groups: list[Group] = field(default_factory=list)
    is_similar: bool = False


def searchable(actor: Actor) -> list[ObjectType]:
    """The objects that can be searched and that `actor` may see, in the order of the sidebar."""
    return [declared for declared in object_types() if declared.search and actor.may("see", declared.name)]


def search(
    actor: Actor, text: str, *, among: Sequence[ObjectType], limit: int = 5, after: tuple[Any, ...] | None = None
) -> Answer:
    """Search the objects `among`; where none has it, search again for what may have been meant."""
    text = text.strip()[:MOST_LETTERS]
    if not text:
        return Answer()
    plain = asked(text)
    found = _search(actor, plain, among, limit, after)
    if found or after:
        return Answer(found)
    for meant in proposals(text):
        found = _search(actor, meant, among, limit, None)
        if found:
            return Answer(found, is_similar=True)
    return Answer()


def _search(
    actor: Actor, what: Asked, among: Sequence[ObjectType], limit: int, after: tuple[Any, ...] | None
) -> list[Group]:
    places = [_among(actor, declared) for declared in among]
    found = [find(what, places[0], limit=limit, after=after)] if after else find_each(what, places, limit=limit)
    groups = [_group(actor, what, declared, hits) for declared, hits in zip(among, found, strict=True)]
    return [group for group in groups if group.finds or group.next]


def _among(actor: Actor, declared: ObjectType) -> Among:
    @cache
    def seen() -> Any:
        return declared.model.objects.visible_to(actor)

    @cache
    def rows() -> Any:
        return seen().filter(deleted_at=None)

    return Among(declared.name, rows, hidden_texts(declared, actor), seen)


def _group(actor: Actor, what: Asked, declared: ObjectType, hits: Hits) -> Group:
    if not hits.hits:
        return Group(declared, [], hits.next)
    shown = [f for f in fields_for(declared, actor).values() if f.name in declared.search]
    return Group(declared, [_find(declared, hit.record, hit.rank, what, shown) for hit in hits.hits], hits.next)


def _find(declared: ObjectType, record: Any, rank: int, what: Asked, shown: Sequence[Field]) -> Find:
    title, url = declared.title(record), f"/{declared.slug}/{record.pk}"
    sub = declared.subtitle(record) or str(declared.label)
    if holds_all(stored([("", title), ("", sub)]), what):
        return Find(record, title, sub, url, rank)
    where = next((f for f in shown if holds(stored([("", str(getattr(record, f.orm_path) or ""))]), what)), None)
    return Find(record, title, sub, url, rank, where, getattr(record, where.orm_path) if where else None)


def best(answer: Answer, most: int) -> list[tuple[ObjectType, Find]]:
    """The best finds of all objects: exact ones first, the others object by object."""
    found = [(group.declared, one) for group in answer.groups for one in group.finds]
    return sorted(found, key=lambda pair: pair[1].rank != EXACT)[:most]
