"""What changed, as somebody may know it now: only records they may see, and of these only fields they may see.

`rendered` tells one change to one actor; the feed, webhooks and live updates all speak through it. A record that the
actor can see no more is told as `gone`, without anything else, to whoever could see it before the change; to all
others nothing is told at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.access.policies import Through
from dangol.platform.api.answers import many
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.objects.hung import hung_of
from dangol.platform.objects.listing import ids_in
from dangol.platform.objects.reading import difference
from dangol.platform.objects.registry import UnknownObject, fields_for, object_type
from dangol.platform.objects.types import Field

KINDS = ("created", "changed", "trashed", "restored", "removed", "gone")
Changes = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Told:
    """One change of one record, before it is judged. `row` is the place in a bulk write, 0 outside of one."""

    event: EventRecord
    object_name: str
    record_id: int
    kind: str
    changes: Changes
    row: int = 0

    @property
    def id(self) -> str:
        """Its name for good."""
        return f"{self.event.pk}-{self.row}" if self.row else str(self.event.pk)


def rendered(event: EventRecord, actor: Actor, row: EventChange | None = None) -> dict[str, Any] | None:
    """One event (or one row of a bulk one) as JSON for `actor`; None when it is nothing to them.

    Members: id, at, event, kind, object, record_id, changes {field: [old, new]}, by, source.
    """
    told = told_by(event) if row is None else told_by_row(event, row)
    if told is None:
        return None
    return Judge(actor, [told]).render(told)


def told_by(event: EventRecord) -> Told | None:
    """The change that an event is to its own subject; None when it is to no record of an object."""
    if event.subject_id is None or not is_told(event.subject):
        return None
    ending = event.name.rpartition(".")[2]
    kind = ending if ending in KINDS else "created" if ending == "added" else "changed"
    return Told(event, event.subject, event.subject_id, kind, event.changes)


def told_by_row(event: EventRecord, row: EventChange) -> Told | None:
    """The change that a bulk write was to one row."""
    if not is_told(row.subject):
        return None
    changes = difference(row.before, row.after)
    return Told(event, row.subject, row.subject_id, _kind_of(row, changes), changes, row.pk)


def is_object(name: str) -> bool:
    """Whether there is an object of this name."""
    try:
        object_type(name)
    except UnknownObject:
        return False
    return True


def is_told(name: str) -> bool:
    """Whether the feed tells of what has this name: records of objects, and what hangs on them (notes, files)."""
    return is_object(name) or hung_of(name) is not None


def fields_seen(name: str, actor: Actor) -> dict[str, Field]:
    """The fields of an object, or of what hangs on records, that `actor` may see."""
    hung = hung_of(name)
    return hung.fields_for(actor) if hung else fields_for(object_type(name), actor)


def _kind_of(row: EventChange, changes: Changes) -> str:
    if row.after is None:
        return "removed"
    if row.before is None:
        return "created"
    if "deleted_at" in changes:
        return "trashed" if changes["deleted_at"][1] else "restored"
    return "changed"


class Judge:
    """Says which of some changes an actor may know, with one query for each object that they touch."""

    def __init__(self, actor: Actor, several: Iterable[Told], *, with_records: bool = False) -> None:
        self.actor = actor
        told = list(several)
        asked: dict[str, set[int]] = defaultdict(set)
        for t in told:
            asked[t.object_name].add(t.record_id)
        self.hung = {h.name: h.seen(actor, ids) for name, ids in asked.items() if (h := hung_of(name)) is not None}
        self.seen = {name: self._visible(name, ids) for name, ids in asked.items()}
        self.linked = {name: self._visible(name, ids) for name, ids in self._links(told).items()}
        self.records = self._records() if with_records else {}
        self.with_records = with_records

    def render(self, told: Told) -> dict[str, Any] | None:
        """The change for this actor; None when it is nothing to them."""
        if told.record_id not in self.seen[told.object_name]:
            return self._gone(told) if self._saw(told) else None
        changes = self._shown(told.object_name, told.changes)
        if told.changes and not changes and told.kind == "changed":
            return None
        event = told.event
        by = {"id": event.actor_id, "name": event.actor_name} if event.actor_name else None
        found = {**_head(told, told.kind), "event": event.name, "changes": changes, "by": by, "source": event.source}
        if told.object_name in self.hung:
            row = self.hung[told.object_name][told.record_id]
            found["on"] = {"object": row.object_name, "record_id": row.record_id}
        if self.with_records:
            found["record"] = self.records[told.object_name].get(told.record_id)
        return found

    def _visible(self, name: str, ids: Iterable[int]) -> set[int]:
        if name in self.hung:
            return set(self.hung[name])
        if not is_object(name) or not self.actor.may("see", name):
            return set()
        rows: Any = object_type(name).model.objects.visible_to(self.actor)
        return set(rows.filter(pk__in=sorted(ids)).values_list("pk", flat=True))

    def _records(self) -> dict[str, dict[int, Any]]:
        found: dict[str, dict[int, Any]] = {}
        for name, ids in self.seen.items():
            hung = hung_of(name)
            if hung is not None:
                found[name] = {pk: dict(hung.answer(row)) for pk, row in self.hung[name].items()}
                continue
            declared = object_type(name)
            records = list(declared.model.objects.visible_to(self.actor).filter(pk__in=sorted(ids)))
            found[name] = {a["id"]: a for a in many(declared, self.actor, records)} if records else {}
        return found

    def _links(self, several: Sequence[Told]) -> dict[str, set[int]]:
        """Which records the old and new values of relations lead to, by object."""
        found: dict[str, set[int]] = defaultdict(set)
        for told in several:
            for f, pair in self._known(told.object_name, told.changes):
                if f.kind in ("relation", "relations"):
                    found[f.relation].update(i for value in pair for i in ids_in(value))
        return found

    def _known(self, name: str, changes: Changes) -> Iterable[tuple[Field, list[Any]]]:
        shown = fields_seen(name, self.actor)
        for key, pair in changes.items():
            f = shown.get(key) or shown.get(key.removesuffix("_id"))
            if f is not None and f.kind != "custom":
                yield f, pair

    def _shown(self, name: str, changes: Changes) -> dict[str, list[Any]]:
        found = {}
        for f, pair in self._known(name, changes):
            values = [self._link(f, v) for v in pair] if f.kind in ("relation", "relations") else list(pair)
            if values[0] != values[1]:
                found[f.name] = values
        return found

    def _link(self, f: Field, value: Any) -> Any:
        if f.kind == "relations":
            return [i for i in ids_in(value) if i in self.linked.get(f.relation, ())] or None
        return value if value in self.linked.get(f.relation, ()) else None

    def _saw(self, told: Told) -> bool:
        """Whether the actor could see the record as it stood before the change; what hangs goes with its record."""
        if told.object_name in self.hung:
            return False
        declared = object_type(told.object_name)
        model, policy = declared.model, declared.model.row_policy
        old = {name.removesuffix("_id"): pair[0] for name, pair in told.changes.items()}
        scope = self.actor.scope("see", declared.name)
        if isinstance(policy, Through):
            if scope == "all":
                return True
            before = old.get(policy.link)
            return isinstance(before, int) and before in self._visible(policy.target(model).access_name, [before])
        for rule in policy.rules(model, self.actor, scope, "see"):
            stood = told.record_id if rule.column == "pk" else old.get(rule.column.removesuffix("_id"))
            if rule.name == "all" or stood in rule.values:
                return True
        return False

    def _gone(self, told: Told) -> dict[str, Any]:
        empty: dict[str, Any] = {"event": "", "changes": {}, "by": None, "source": ""}
        return {**_head(told, "gone"), **empty, **({"record": None} if self.with_records else {})}


def _head(told: Told, kind: str) -> dict[str, Any]:
    at = told.event.occurred_at
    return {"id": told.id, "at": at, "kind": kind, "object": told.object_name, "record_id": told.record_id}
