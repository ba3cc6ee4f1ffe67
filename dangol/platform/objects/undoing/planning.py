"""What an undo would do, looked at beforehand; nothing is written here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.http import Http404

from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.dependents import holders_first
from dangol.platform.objects.many import Left
from dangol.platform.objects.registry import UnknownObject, object_type
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.undoing.judging import Verdict, judge
from dangol.platform.objects.undoing.told import Told, changes_of, is_understood, told_by, told_rows, whole
from dangol.platform.objects.writing import writer_of

LOOKED_AT = 2_000
SHOWN = 20


@dataclass
class Plan:
    """What taking back `record` would do.

    `total` rows belong to it, of which `looked_at` were judged; of those `takes` would be taken back, `done` stand as
    before already, and `left` {reason: count} would be left alone. `shown` and `kept` are the first of both.
    `undone_by` is the event that took it back last.
    """

    record: EventRecord
    is_possible: bool
    total: int = 0
    looked_at: int = 0
    takes: int = 0
    done: int = 0
    left: dict[str, int] = field(default_factory=dict)
    shown: list[Verdict] = field(default_factory=list)
    kept: list[Left] = field(default_factory=list)
    undone_by: EventRecord | None = None

    @property
    def is_sampled(self) -> bool:
        """Whether only the first rows were judged."""
        return self.looked_at < self.total

    @property
    def expected(self) -> int:
        """How many rows would be taken back; at most, where only the first were judged."""
        return self.total - self.looked_at + self.takes


def can_undo(actor: Actor, event: EventRecord) -> bool:
    """Whether `actor` has a chance to undo an event: it is understood, and the rights are there. No query.

    What of it really can be taken back, row by row, is for `plan_undo` to say.
    """
    if actor.kind == "anonymous" or not is_understood(event):
        return False
    writer = writer_of(event.subject)
    if writer is None:
        return False
    if event.name != writer.changed.NAME:
        return actor.may("delete", event.subject)
    names = [n for n in event.changes or event.payload.get("fields", ()) if n in (*writer.writable, *writer.together)]
    rights = [actor.field_right(event.subject, name) for name in names]
    return actor.may("change", event.subject) and ("edit" in rights or not names)


def plan_undo(actor: Actor, event_id: UUID) -> Plan:
    """What would be taken back, what would not and why. Raises Http404 for an event the actor may not know of."""
    record = find_event(actor, event_id)
    plan = Plan(record, can_undo(actor, record))
    plan.undone_by = _undone_by(record)
    if not plan.is_possible:
        return plan
    single = told_by(record)
    events = whole(record)
    rows = [single] if single else told_rows(changes_of(events).order_by("pk")[:LOOKED_AT])
    plan.looked_at = len(rows)
    plan.total = len(rows) if len(rows) < LOOKED_AT else changes_of(events).count()
    for verdict in _verdicts(actor, rows, events):
        plan.takes += verdict.takes
        plan.done += verdict.is_done
        plan.kept += verdict.left
        if verdict.takes and len(plan.shown) < SHOWN:
            plan.shown.append(verdict)
    plan.left = dict(Counter(left.reason for left in plan.kept))
    return plan


def _verdicts(actor: Actor, rows: list[Told], events: list[UUID]) -> list[Verdict]:
    found: list[Verdict] = []
    for subject in holders_first({told.subject for told in rows}):
        writer = writer_of(subject)
        if writer is not None:
            found += judge(writer, actor, [t for t in rows if t.subject == subject], events)
    return found


def find_event(actor: Actor, event_id: UUID) -> EventRecord:
    """The event, the first one of a bulk write of several. Raises Http404 unless one's own or of a record seen."""
    record = EventRecord.objects.filter(pk=event_id).first()
    if record is not None and record.part_of is not None:
        record = EventRecord.objects.filter(pk=record.part_of).first()
    if record is None or actor.kind == "anonymous" or not _may_know(actor, record):
        raise Http404
    return record


def _may_know(actor: Actor, record: EventRecord) -> bool:
    if actor.kind == "system" or (record.actor_id is not None and record.actor_id == actor.user_id):
        return True
    declared = _declared(record.subject)
    if declared is None or not actor.may("see", declared.name):
        return False
    if record.subject_id is None:
        return actor.scope("see", declared.name) == "all" or _sees_some(actor, declared, record)
    return bool(declared.model.objects.visible_to(actor).filter(pk=record.subject_id).exists())


def _sees_some(actor: Actor, declared: ObjectType, record: EventRecord) -> bool:
    ids = changes_of([record.id]).filter(subject=declared.name).values_list("subject_id", flat=True)[:LOOKED_AT]
    return bool(declared.model.objects.visible_to(actor).filter(pk__in=list(ids)).exists())


def _declared(name: str) -> ObjectType | None:
    try:
        return object_type(name)
    except UnknownObject:
        return None


def _undone_by(record: EventRecord) -> EventRecord | None:
    """The event that took it back last, unless that was taken back itself."""
    found = EventRecord.objects.filter(undoes=record.id, part_of=None).order_by("-occurred_at", "-id").first()
    if found is None or _undone_by(found) is not None:
        return None
    return found
