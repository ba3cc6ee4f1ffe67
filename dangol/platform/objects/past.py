"""A record as it stood at a moment: today's state, taken back event by event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError

from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.objects.added.columns import is_kept
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.undoing.told import TRASH, Told, is_creation, told_by, value_of

NOT_KEPT = {"changed_at"}


@dataclass(frozen=True)
class Past:
    """A record as it stood at `moment`, as far as the reader may see its fields.

    `values` {field: value}, ids where a field leads to others. `since` is the moment from which its history is known,
    None when nothing is; before it the oldest known values stand. It may not have been there yet, or in the trash.
    """

    moment: datetime
    is_there: bool
    in_trash: bool
    since: datetime | None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def is_before_history(self) -> bool:
        """Whether the moment lies before what is known."""
        return self.since is None or self.moment < self.since


def as_of(declared: ObjectType, actor: Actor, record: Any, moment: datetime) -> Past:
    """The record's own fields as they stood at `moment` (aware), for an actor who may see the record. Four queries."""
    steps = _steps_after(declared.name, record.pk, moment)
    kept = [c for c in declared.model._meta.fields if is_kept(c)]
    state: dict[str, Any] = {c.name: getattr(record, c.attname) for c in kept}
    is_there = True
    in_trash = getattr(record, TRASH, None) is not None
    for told in steps:
        if told.before is None:
            is_there = record.created_at <= moment  # the demo's and other systems' records are older than with us
            break
        for key in told.differing():
            if key == TRASH:
                in_trash = (told.before or {}).get(TRASH) is not None
            else:
                _take_back(declared, state, key, told.before.get(key))
    since, has_creation = _known_since(declared.name, record.pk)
    if not has_creation:
        is_there = is_there and (record.created_at <= moment)
    values = {n: state[c] for n, c in _own(declared, actor).items()} if is_there else {}
    return Past(moment, is_there, in_trash and is_there, since, values)


def _own(declared: ObjectType, actor: Actor) -> dict[str, str]:
    """The record's own fields that the actor may see, with the model's field behind each."""
    shown = fields_for(declared, actor)
    found = {}
    for f in declared.fields:
        try:
            column: Any = declared.model._meta.get_field(f.orm_path)
        except FieldDoesNotExist:
            continue
        if f.name in shown and f.name not in NOT_KEPT and is_kept(column):
            found[f.name] = column.name
    return found


def _take_back(declared: ObjectType, state: dict[str, Any], key: str, kept: Any) -> None:
    try:
        column: Any = declared.model._meta.get_field(key)
        value = value_of(column, kept)
    except (FieldDoesNotExist, ValidationError):
        return
    # Texts that were empty are told as nothing.
    state[column.name] = "" if value is None and not column.null and column.empty_strings_allowed else value


def _steps_after(name: str, record_id: int, moment: datetime) -> list[Told]:
    """What events after `moment` did to a record, the last first."""
    singles = EventRecord.objects.filter(subject=name, subject_id=record_id, occurred_at__gt=moment)
    rows = EventChange.objects.filter(subject=name, subject_id=record_id, event__occurred_at__gt=moment)
    found = [(r.occurred_at, r.id, _told(r)) for r in singles]
    found += [(c.event.occurred_at, c.event_id, Told(name, record_id, c.before, c.after))
              for c in rows.select_related("event")]  # fmt: skip
    return [told for _at, _id, told in sorted(found, key=lambda step: step[:2], reverse=True)]


def _told(record: EventRecord) -> Told:
    known = told_by(record)
    if known is not None:
        return known
    changes: Mapping[str, Any] = record.changes
    before = {k: pair[0] for k, pair in changes.items() if isinstance(pair, list) and len(pair) == 2}
    after = {k: changes[k][1] for k in before}
    return Told(record.subject, record.subject_id or 0, before, after)


def _known_since(name: str, record_id: int) -> tuple[datetime | None, bool]:
    """From when on the history of a record is known, and whether that is its beginning."""
    first = EventRecord.objects.filter(subject=name, subject_id=record_id).order_by("occurred_at", "id").first()
    rows = EventChange.objects.filter(subject=name, subject_id=record_id).select_related("event")
    bulk = rows.order_by("event__occurred_at", "event_id").first()
    moments = [first.occurred_at] if first else []
    moments += [bulk.event.occurred_at] if bulk else []
    has_creation = bool((first and is_creation(first)) or (bulk and bulk.before is None))
    return (min(moments) if moments else None), has_creation


def shown_fields(declared: ObjectType, past: Past) -> list[Field]:
    """The fields that a past state shows, in the order of the declaration."""
    return [f for f in declared.fields if f.name in past.values]
