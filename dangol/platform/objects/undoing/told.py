"""What an event did to each row, read from the event table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q

from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.objects.events import imported
from dangol.platform.objects.writing import RecordWriter, writer_of

TRASH = "deleted_at"
UNKNOWN = "?"
"""Stands for a moment that older events did not keep."""
_BULK: set[str] = set()


@dataclass(frozen=True)
class Told:
    """What one event did to one row; `before` None: it was not there, `after` None: it is gone for good."""

    subject: str
    record_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def differing(self) -> list[str]:
        """The keys that differ."""
        old, new = self.before or {}, self.after or {}
        return [k for k in {**old, **new} if old.get(k) != new.get(k)]


def register_undoable(event_name: str) -> None:
    """Say that a bulk event of a slice's own (an import) can be undone from its before/after rows."""
    _BULK.add(event_name)


def is_understood(record: EventRecord) -> bool:
    """Whether undo knows what this event did."""
    if record.name in _BULK:
        return True
    writer = writer_of(record.subject)
    return writer is not None and (record.name in _names(writer) or record.name == imported(record.subject).NAME)


def is_creation(record: EventRecord) -> bool:
    """Whether it told of one new record."""
    writer = writer_of(record.subject)
    return writer is not None and record.name == writer.created.NAME


def _names(writer: RecordWriter) -> set[str]:
    return {kind.NAME for kind in (writer.created, writer.changed, writer.trashed, writer.restored)}


def whole(record: EventRecord) -> list[UUID]:
    """The event with the further batches of the same bulk write."""
    more = EventRecord.objects.filter(part_of=record.id).order_by("occurred_at", "id").values_list("id", flat=True)
    return [record.id, *more]


def told_by(record: EventRecord) -> Told | None:
    """What an event about one record did; None for one about many."""
    writer = writer_of(record.subject)
    if record.subject_id is None or writer is None or record.name not in _names(writer):
        return None
    before = {k: pair[0] for k, pair in record.changes.items()}
    after = {k: pair[1] for k, pair in record.changes.items()}
    if record.name == writer.created.NAME:
        return Told(record.subject, record.subject_id, None, after)
    if record.name == writer.trashed.NAME:
        before, after = {TRASH: None, **before}, {TRASH: UNKNOWN, **after}
    elif record.name == writer.restored.NAME:
        before, after = {TRASH: UNKNOWN, **before}, {TRASH: None, **after}
    return Told(record.subject, record.subject_id, before, after)


def told_rows(rows: Iterable[EventChange]) -> list[Told]:
    """The before/after rows of a bulk event."""
    return [Told(r.subject, r.subject_id, r.before, r.after) for r in rows]


def changes_of(events: Collection[UUID]) -> Any:
    """The before/after rows of bulk events."""
    return EventChange.objects.filter(event_id__in=list(events))


def column_of(writer: RecordWriter, key: str) -> Any:
    """The model's field behind a key of before/after (a field's name or its column), None for something else."""
    try:
        return writer.column(key)
    except FieldDoesNotExist:
        return None


def value_of(column: Any, kept: Any) -> Any:
    """A kept value as the model has it. Raises ValidationError for one that no longer fits."""
    if kept is None:
        return None
    if column.get_internal_type() == "BooleanField" and isinstance(kept, str):
        return kept.lower() in ("t", "true", "1")
    try:
        return column.to_python(kept)
    except (TypeError, ValueError) as error:
        raise ValidationError(str(error)) from error


@dataclass(frozen=True)
class Since:
    """The last event that wrote some field of a record: who, and when."""

    who: str
    record: EventRecord


def last_writer(subject: str, record_id: int, key: str) -> Since | None:
    """The last event that wrote a field of a record."""
    single = EventRecord.objects.filter(subject=subject, subject_id=record_id, changes__has_key=key)
    found = [r for r in [single.order_by("occurred_at", "id").last()] if r is not None]
    rows = EventChange.objects.filter(subject=subject, subject_id=record_id, after__has_key=key)
    bulk = rows.select_related("event").order_by("event__occurred_at", "event_id").last()
    found += [bulk.event] if bulk else []
    last = max(found, key=lambda record: record.occurred_at, default=None)
    return Since(last.actor_name, last) if last else None


def last_writers(subject: str, record_id: int, keys: Collection[str], after: EventRecord) -> dict[str, Since]:
    """For each of `keys` the last event after `after` that wrote it. Two queries."""
    names = list(keys)
    singles = EventRecord.objects.filter(subject=subject, subject_id=record_id, occurred_at__gte=after.occurred_at)
    bulk = EventChange.objects.filter(subject=subject, subject_id=record_id, event__occurred_at__gte=after.occurred_at)
    touched = Q(before__has_any_keys=names) | Q(after__has_any_keys=names)
    events = [(r, set(r.changes)) for r in singles.filter(changes__has_any_keys=names)]
    events += [
        (c.event, set(c.before or {}) | set(c.after or {})) for c in bulk.filter(touched).select_related("event")
    ]
    found: dict[str, Since] = {}
    for record, wrote in sorted(events, key=lambda pair: pair[0].occurred_at):
        if record.id != after.id and record.part_of != after.id:
            found |= {key: Since(record.actor_name, record) for key in names if key in wrote}
    return found
