from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.audit.models import AuditPolicy
from dangol.platform.audit.rules import Ask, begin_of, end_of
from dangol.platform.audit.words import entries_with, rows_with
from dangol.platform.events.event import ADDRESS
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.objects.hung import all_hung
from dangol.platform.objects.naming import titles_of
from dangol.platform.objects.reading import difference
from dangol.platform.objects.registry import fields_for, object_types
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.search.rules import escaped

PAGE = 50
WINDOW = 20_000
"""Events that one page goes back through at most, by what it asks first of all; then it offers to look further."""
ROUNDS = 4
TREES = ("filter", "rules")
"""Changes that hold conditions, and with them values of fields of other objects."""
Place = tuple[datetime, UUID]


@dataclass(frozen=True)
class Changed:
    """One field of one change; `field` is None for what is no declared field of the object."""

    name: str
    field: Field | None
    old: Any
    new: Any


@dataclass(frozen=True)
class Entry:
    """An event as its reader may see it: `changes` without hidden fields, of which there are `hidden`."""

    event: EventRecord
    declared: ObjectType | None
    title: str
    changes: list[Changed]
    hidden: int
    is_bulk: bool = False

    @property
    def url(self) -> str:
        """Where the record is, empty when it cannot be opened."""
        return f"/{self.declared.slug}/{self.event.subject_id}" if self.declared and self.title else ""


@dataclass(frozen=True)
class Page:
    """Entries, newest first; `next` is where the following begin, and `is_cut` that much was passed without a match."""

    entries: list[Entry]
    next: Place | None = None
    is_cut: bool = False


@dataclass(frozen=True)
class RowPage:
    """Rows of a bulk change: (id, title or empty, changes, hidden fields); `next` the place of the following."""

    rows: list[tuple[int, str, list[Changed], int]] = field(default_factory=list)
    next: int | None = None


def kept_months() -> int | None:
    """How many months the log is kept, None for good."""
    return AuditPolicy.objects.filter(pk=1).values_list("months", flat=True).first()


def page(actor: Actor, ask: Ask, zone: tzinfo, *, after: Place | None = None, limit: int = PAGE) -> Page:
    """One page of the log, as far as `actor` may see its records. Raises Forbidden.

    A text is found in all of the log by its words and how these begin, and within the last 20,000 events also as a part
    of words; `ask.is_part` goes on looking for such parts further back.
    """
    require(actor, "see", "audit")
    judge = _Judge(actor)
    entries: list[Entry] = []
    by_words = entries_with(ask.text) if ask.text and not ask.is_part else None
    for _round in range(ROUNDS):
        if by_words is None:
            events, end = _events(ask, zone, after, limit + 1)
        else:
            events, end = _events_with(by_words, ask, zone, after, limit + 1)
        for event, entry in zip(events, judge.entries(events, ask), strict=True):
            if entry is None:
                continue
            if len(entries) == limit:
                last = entries[-1].event
                return Page(entries, (last.occurred_at, last.id))
            entries.append(entry)
            after = (event.occurred_at, event.id)
        if len(events) <= limit:
            return Page(entries, end, is_cut=end is not None)
        after = (events[-1].occurred_at, events[-1].id)
    return Page(entries, after, is_cut=True)


def every(actor: Actor, ask: Ask, zone: tzinfo) -> Iterator[Entry]:
    """All entries, newest first, for a file. Raises Forbidden."""
    require(actor, "export", "audit")
    judge, after = _Judge(actor), None
    by_words = entries_with(ask.text) if ask.text else []
    while True:
        events, end = _events(ask, zone, after, 500, besides=by_words)
        yield from (entry for entry in judge.entries(events, ask) if entry is not None)
        if len(events) == 500:
            after = (events[-1].occurred_at, events[-1].id)
        elif end is not None:
            after = end
        else:
            return


def entry(actor: Actor, event_id: UUID) -> Entry | None:
    """One entry, None when there is none or the actor may not see it. Raises Forbidden."""
    require(actor, "see", "audit")
    found = EventRecord.objects.filter(pk=event_id).first()
    return _Judge(actor).entries([found], Ask())[0] if found else None


def rows_of(actor: Actor, of: Entry, *, after: int = 0) -> RowPage:
    """Rows of a bulk change, batches of the same change included, as far as the actor may see them."""
    ids = [of.event.id, *EventRecord.objects.filter(part_of=of.event.id).values_list("id", flat=True)[:5000]]
    found = list(EventChange.objects.filter(event_id__in=ids, pk__gt=after).order_by("pk")[: PAGE + 1])
    judge, shown = _Judge(actor), []
    for change, (declared, title) in zip(found[:PAGE], judge.rows(found[:PAGE]), strict=True):
        if declared is None and not judge.sees_gone(change.subject):
            continue
        changes, hidden = judge.changes(change.subject, difference(change.before, change.after))
        shown.append((change.subject_id, title, changes, hidden))
    return RowPage(shown, found[PAGE - 1].pk if len(found) > PAGE else None)


def _events(
    ask: Ask, zone: tzinfo, after: Place | None, limit: int, *, besides: Sequence[UUID] = ()
) -> tuple[list[EventRecord], Place | None]:
    """Events that fit, newest first, and where the search stopped when it gave up before the end.

    `besides` are those that hold the text, whatever their own values are.
    """
    first, others, values_first, values_others = _conditions(ask, zone, after, besides)
    window = f"SELECT * FROM event WHERE {first} ORDER BY occurred_at DESC, id LIMIT {WINDOW}"
    fitting = f"SELECT e.id FROM ({window}) e WHERE {others} ORDER BY e.occurred_at DESC, e.id LIMIT %s"
    found = EventRecord.objects.extra(  # noqa: S610 - values are parameters
        where=[f"event.id = ANY (ARRAY({fitting}))"], params=[*values_first, *values_others, limit]
    )
    events = list(found.order_by("-occurred_at", "id"))
    if len(events) == limit or ask == Ask():
        return events, None
    last = _fetch(f"SELECT e.occurred_at, e.id FROM ({window}) e OFFSET {WINDOW - 1}", values_first)
    return events, last[0] if last else None


def _events_with(
    ids: Sequence[UUID], ask: Ask, zone: tzinfo, after: Place | None, limit: int
) -> tuple[list[EventRecord], Place | None]:
    """Those of `ids` that fit, and events of the last window that hold the text; and where that window ends."""
    first, others, values_first, values_others = _conditions(replace(ask, text=""), zone, after)
    named = f"SELECT e.id FROM event e WHERE e.id = ANY(%s) AND {first} AND {others}"
    begin, held, values_begin, values_held = _conditions(ask, zone, None)
    window = f"SELECT * FROM event WHERE {begin} ORDER BY occurred_at DESC, id LIMIT {WINDOW}"
    place, values_place = _beyond(after)
    partly = f"SELECT e.id FROM ({window}) e WHERE {held} AND {place}"
    found = EventRecord.objects.extra(  # noqa: S610 - values are parameters
        where=[f"event.id = ANY (ARRAY({named}) || ARRAY({partly}))"],
        params=[list(ids), *values_first, *values_others, *values_begin, *values_held, *values_place],
    )
    events = list(found.order_by("-occurred_at", "id")[:limit])
    if len(events) == limit:
        return events, None
    last = _fetch(f"SELECT e.occurred_at, e.id FROM ({window}) e OFFSET {WINDOW - 1}", values_begin)
    return events, last[0] if last else None


def _beyond(after: Place | None) -> tuple[str, list[Any]]:
    if after is None:
        return "true", []
    return "occurred_at <= %s AND (occurred_at < %s OR id > %s)", [after[0], after[0], after[1]]


def _conditions(
    ask: Ask, zone: tzinfo, after: Place | None, besides: Sequence[UUID] = ()
) -> tuple[str, str, list[Any], list[Any]]:
    """What an index answers, with period and place, and the rest, as SQL with values."""
    indexed: list[tuple[str, list[Any]]] = []
    if ask.request:
        indexed.append(("request_id = %s AND request_id <> ''", [ask.request]))
    if ask.record is not None and ask.subject:
        # Both kinds are read from their indexes first: an OR would be answered by walking through time.
        alone = "SELECT id FROM event WHERE subject = %s AND subject_id = %s"
        among = "SELECT event_id FROM event_change WHERE subject = %s AND subject_id = %s"
        both = [ask.subject, ask.record]
        indexed.append((f"id = ANY (ARRAY({alone}) || ARRAY({among}))", both * 2))
    if ask.who is not None:
        indexed.append(("actor_id = %s", [ask.who]))
    if ask.name:
        indexed.append(("name = %s", [ask.name]))
    if ask.subject and ask.record is None:
        indexed.append(("subject = %s", [ask.subject]))
    if ask.source:
        indexed.append(("source = %s", [ask.source]))
    rest: list[tuple[str, list[Any]]] = [("part_of IS NULL", []), *indexed[1:]]
    if ask.record is not None and not ask.subject:
        rest.append(("subject_id = %s", [ask.record]))
    if ask.field:
        rest.append(("(changes ? %s OR payload -> 'fields' ? %s)", [ask.field, ask.field]))
    if ask.text:
        pattern = f"%{escaped(json.dumps(ask.text, ensure_ascii=False)[1:-1])}%"
        held = "(changes::text ILIKE %s OR actor_name ILIKE %s OR payload ->> 'address' = %s OR id = ANY(%s::uuid[]))"
        rest.append((held, [pattern, pattern, ask.text, list(besides)]))
    ahead = indexed[:1]
    if ask.since:
        ahead.append(("occurred_at >= %s", [begin_of(ask.since, zone)]))
    if ask.until:
        ahead.append(("occurred_at < %s", [end_of(ask.until, zone)]))
    if after:
        ahead.append(_beyond(after))
    return _joined(ahead), _joined(rest), [v for _, vs in ahead for v in vs], [v for _, vs in rest for v in vs]


def _joined(parts: Sequence[tuple[str, list[Any]]]) -> str:
    return " AND ".join(sql for sql, _values in parts) or "true"


def _fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


class _Judge:
    """What one reader may see of events: records they see, fields not hidden; deleted records only administrators."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.objects = {declared.name: declared for declared in object_types()}
        self.hung = {hung.name: hung for hung in all_hung()}
        self._fields: dict[str, dict[str, Field]] = {}
        self._titles: dict[tuple[str, int], str] = {}

    def entries(self, events: Sequence[EventRecord], ask: Ask) -> list[Entry | None]:
        """The entry of each event, None where it may not be seen or fits by a hidden value only."""
        self._find([(e.subject, e.subject_id) for e in events if e.subject_id is not None])
        bulk = self._with_rows(ask.text, [e.id for e in events if e.subject_id is None]) if ask.text else set()
        return [self._entry(event, ask, is_found=event.id in bulk) for event in events]

    def _with_rows(self, text: str, bulk: Sequence[UUID]) -> set[UUID]:
        """Those of some bulk changes in which a row that the reader sees tells of the text."""
        told = rows_with(text, bulk)
        named = self.rows([change for _head, change in told])
        found = set()
        for (head, change), (declared, _title) in zip(told, named, strict=True):
            if declared is not None or self.sees_gone(change.subject):
                changes, _hidden = self.changes(change.subject, difference(change.before, change.after))
                found |= {head} if _holds(changes, text) else set()
        return found

    def rows(self, changes: Sequence[EventChange]) -> list[tuple[ObjectType | None, str]]:
        """The object of each row and its title; neither when the record cannot be seen."""
        self._find([(c.subject, c.subject_id) for c in changes])
        titles = [self._titles.get((c.subject, c.subject_id), "") for c in changes]
        return [(self.objects.get(c.subject) if t else None, t) for c, t in zip(changes, titles, strict=True)]

    def sees_gone(self, subject: str) -> bool:
        """Whether what is told of records that are no more may be seen."""
        return "administrator" in self.actor.roles and self.actor.scope("see", subject) == "all"

    def _entry(self, event: EventRecord, ask: Ask, *, is_found: bool = False) -> Entry | None:
        if not self.actor.may("see", event.subject):
            return None
        declared = self.objects.get(event.subject)
        title = self._titles.get((event.subject, event.subject_id or 0), "")
        is_known = declared is not None or event.subject in self.hung
        if is_known and event.subject_id is not None and not title and not self.sees_gone(event.subject):
            return None
        changes, hidden = self.changes(event.subject, event.changes)
        if ask.field and ask.field not in event.payload.get("fields", ()) and not _names(changes, ask.field):
            return None
        if ask.text and not (is_found or _holds(changes, ask.text) or _is_about(event, ask.text)):
            return None
        return Entry(event, declared, title, changes, hidden, is_bulk=event.subject_id is None and bool(declared))

    def changes(self, subject: str, told: dict[str, list[Any]]) -> tuple[list[Changed], int]:
        """What of a change may be seen, and how many fields may not."""
        declared, shown = self.objects.get(subject), self._shown(subject)
        found, hidden = [], 0
        for name, pair in told.items():
            if self._is_hidden(subject, name):
                hidden += 1
            elif isinstance(pair, list) and len(pair) == 2:
                found.append(Changed(name, shown.get(name) if declared else None, pair[0], pair[1]))
        return found, hidden

    def _is_hidden(self, subject: str, name: str) -> bool:
        """A rule of a segment (`filter`) may hold values of any field: who may not see all fields does not see it."""
        rights = (self.actor.field_right(subject, name), self.actor.field_right(subject, name.removesuffix("_id")))
        return "hidden" in rights or (name in TREES and self.actor.has_hidden_fields)

    def _shown(self, subject: str) -> dict[str, Field]:
        if subject not in self._fields:
            declared = self.objects.get(subject)
            self._fields[subject] = fields_for(declared, self.actor) if declared else {}
        return self._fields[subject]

    def _find(self, asked: Sequence[tuple[str, int | None]]) -> None:
        """Read what the named records are called, as far as they may be seen. One query for all objects."""
        ids: dict[str, set[int]] = defaultdict(set)
        for subject, pk in asked:
            is_known = subject in self.objects or subject in self.hung
            if pk is not None and is_known and (subject, pk) not in self._titles:
                ids[subject].add(pk)
        for subject in ids.keys() & self.hung.keys():
            hung, wanted = self.hung[subject], ids.pop(subject)
            self._titles |= {(subject, pk): hung.title(row) for pk, row in hung.seen(self.actor, wanted).items()}
        self._titles |= titles_of(self.actor, ids)


def _names(changes: Sequence[Changed], name: str) -> bool:
    return any(change.name == name for change in changes)


def _is_about(event: EventRecord, text: str) -> bool:
    return text.casefold() in event.actor_name.casefold() or event.payload.get(ADDRESS) == text


def _holds(changes: Sequence[Changed], text: str) -> bool:
    """Whether each word of the text stands somewhere in the values."""
    values = [str(v).casefold() for c in changes for v in (c.old, c.new)]
    values += [json.dumps(v, ensure_ascii=False).casefold() for c in changes for v in (c.old, c.new)]
    return all(any(word in value for value in values) for word in text.casefold().split())
