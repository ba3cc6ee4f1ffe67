"""A page of a record's story, for somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db.models import Q

from dangol.collaborative.timeline.stories.rules.asking import Asked
from dangol.collaborative.timeline.stories.rules.folding import Line, folded, joined
from dangol.collaborative.timeline.stories.rules.merging import Mark, merged, remembered
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import TITLES
from dangol.platform.objects import reading
from dangol.platform.objects.leading import leading_to
from dangol.platform.objects.listing import Reference
from dangol.platform.objects.record_page import Entry, RecordPage
from dangol.platform.objects.registry import (
    StoryItem,
    StoryKind,
    StorySource,
    object_type,
    stories,
    story_kinds,
)
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui import format

PAGE = 30
FEW_LINES, MOST_ROUNDS = 12, 4
"""Where earlier entries fold into few lines, a page reads on, but not without end; the first page comes at once."""
CHANGES, PERSON = "changes", "person"
MOST_PEOPLE = 500
Source = Callable[[datetime | None, int], Sequence[StoryItem]]


@dataclass(frozen=True)
class Told:
    """Entries of a story, newest first; `after` begins the next page, None at the end."""

    items: list[StoryItem]
    after: Mark | None


@dataclass(frozen=True)
class DrawnLine:
    """A line ready to be drawn: one entry, or what several fold into."""

    line: Line[StoryItem]
    entries: list[Entry]
    kind: StoryKind
    whose: Reference | None = None

    @property
    def count(self) -> str:
        """How many of what: 12 changes."""
        number = len(self.entries)
        return str(self.kind.many % {"count": number}) if self.kind.many else f"{self.kind.label} × {number}"

    @property
    def who(self) -> str:
        """By whom, where it is known."""
        return str(self.line.items[0].detail)

    @property
    def is_fold(self) -> bool:
        """Whether it stands for several entries."""
        return self.line.is_fold

    @property
    def key(self) -> str:
        """Names it in the page."""
        return self.line.key


@dataclass(frozen=True)
class Day:
    """Lines under one heading."""

    title: str
    lines: list[DrawnLine]


@dataclass(frozen=True)
class Drawn:
    """A page of a story, ready to be drawn."""

    days: list[Day]
    after: Mark | None


def kinds_of(declared: ObjectType, actor: Actor) -> list[StoryKind]:
    """The kinds of entries that a record of this object may have and `actor` may see, in order."""
    names = {CHANGES, *(kind for source in stories(declared) for kind in source.kinds)}
    known = story_kinds().values()
    return [k for k in known if k.name in names and (not k.needs or actor.may("see", k.needs))]


def tell(
    declared: ObjectType, actor: Actor, record: Any, asked: Asked, *, zone: str = "UTC", limit: int = PAGE
) -> Told:
    """A page of a record's story as `actor` may see it: of one kind or all, from a day or the newest on."""
    sources = [remembered(source) for source in _sources(declared, actor, record, asked)]
    mark = asked.after or _end_of(asked, zone)
    found: list[StoryItem] = []
    for _round in range(MOST_ROUNDS):
        items, mark = merged(sources, mark, limit, lambda item: asked.kind in ("", item.group))
        found += items
        is_enough = bool(found) if asked.after is None else len(lines_of(found, zone)) >= FEW_LINES
        if mark is None or is_enough:
            break
    return Told(found, mark)


def lines_of(items: Sequence[StoryItem], zone: str) -> list[Line[StoryItem]]:
    """Entries in lines: what was done at once joined, like entries of a day folded."""
    here, kinds = format.zone_for(zone), story_kinds()

    def like(item: StoryItem) -> tuple[Any, ...]:
        return item.group, item.at.astimezone(here).date(), str(item.detail), item.data.get("whose")

    def fold_from(kind: str) -> int:
        return kinds[kind].fold_from if kind in kinds else 0

    return folded(joined(items, _join), like, fold_from)


def draw(page: RecordPage, asked: Asked) -> Drawn:
    """A page of the story of a record's page."""
    zone = page.viewer.time_zone
    told = tell(page.declared, page.actor, page.record, asked, zone=zone)
    lines = lines_of(told.items, zone)
    entries = iter(page.entries([item for line in lines for item in line.items]))
    whose, kinds = _whose(page, told.items), story_kinds()
    days: list[Day] = []
    for line in lines:
        newest = line.items[0]
        if not days or days[-1].title != page.heading(newest):
            days.append(Day(page.heading(newest), []))
        drawn = [next(entries) for _item in line.items]
        kind = kinds.get(newest.group, kinds[CHANGES])
        days[-1].lines.append(DrawnLine(line, drawn, kind, whose.get(newest.data.get("whose", 0))))
    return Drawn(days, told.after)


def has_people(declared: ObjectType, actor: Actor) -> bool:
    """Whether a record of this object has people whose story may be told with its own."""
    return any(other.name == PERSON for other, _field in leading_to(declared, actor))


def _end_of(asked: Asked, zone: str) -> Mark | None:
    """The end of the day from which one looks back; None for now."""
    if asked.on is None:
        return None
    return Mark(datetime.combine(asked.on + timedelta(days=1), time(), format.zone_for(zone)).astimezone(UTC))


def _sources(declared: ObjectType, actor: Actor, record: Any, asked: Asked) -> list[Source]:
    """What to ask for entries: the events, and what other rooms registered for this kind."""
    found: list[Source] = [partial(_of_events, declared, actor, [record.pk], asked.kind)]
    found += [partial(_of_one, source, actor, record) for source in _of_kind(declared, asked.kind)]
    if asked.has_people and (people := _people_of(declared, actor, record)):
        person = object_type(PERSON)
        found.append(partial(_of_their_events, person, actor, people, asked.kind))
        found += [partial(s.several, actor, people) for s in _of_kind(person, asked.kind) if s.several is not None]
    return found


def _of_kind(declared: ObjectType, kind: str) -> list[StorySource]:
    return [s for s in stories(declared) if not kind or not s.kinds or kind in s.kinds]


def _people_of(declared: ObjectType, actor: Actor, record: Any) -> list[int]:
    """The people who lead to a record, as far as `actor` sees them; the newest first, so many that it stays quick."""
    fields = [f for other, f in leading_to(declared, actor) if other.name == PERSON and f.kind == "relation"]
    if not fields:
        return []
    leads = Q(*((f.orm_path, record.pk) for f in fields), _connector=Q.OR)
    model: Any = object_type(PERSON).model
    people = model.objects.visible_to(actor).filter(leads, deleted_at=None)
    return list(people.order_by("-pk").values_list("pk", flat=True)[:MOST_PEOPLE])


def _whose(page: RecordPage, items: Sequence[StoryItem]) -> dict[int, Reference]:
    """The people of whom entries tell, by id. One query, none where the story is that of the record alone."""
    ids = {item.data["whose"] for item in items if "whose" in item.data} - {0}
    is_own = page.declared.name == PERSON or not ids
    found = {} if is_own else object_type(PERSON).model.objects.visible_to(page.actor).in_bulk(ids)
    person = object_type(PERSON) if found else page.declared
    return {pk: Reference(pk, person.title(one), f"/{person.slug}/{pk}") for pk, one in found.items()}


def _of_one(source: StorySource, actor: Actor, record: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    return source.provider(actor, record, before, limit)


def _of_events(
    declared: ObjectType, actor: Actor, ids: Sequence[int], kind: str, before: datetime | None, limit: int
) -> Sequence[StoryItem]:
    names = [name for name, title in TITLES.items() if title.group == kind]
    if kind == CHANGES:  # whatever has no title is one
        others = [name for name, title in TITLES.items() if title.group != CHANGES]
        return reading.told(declared, actor, ids, before, limit, others=others)
    if kind and not names:
        return []
    return reading.told(declared, actor, ids, before, limit, names=names if kind else None)


def _of_their_events(
    declared: ObjectType, actor: Actor, ids: Sequence[int], kind: str, before: datetime | None, limit: int
) -> Sequence[StoryItem]:
    told = _of_events(declared, actor, ids, kind, before, limit)
    return [replace(item, data={**item.data, "whose": item.data["record_id"]}) for item in told]


def _join(newer: StoryItem, older: StoryItem) -> StoryItem:
    """Two entries that happened at once as one: the newer, with the lists of both."""
    data = {
        name: [*value, *older.data.get(name, [])] if isinstance(value, list) else value
        for name, value in newer.data.items()
    }
    return replace(newer, data=data)
