"""What an undo would do, looked at beforehand; nothing is written here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.http import Http404

from dangol.platform.access.actor import Actor
from dangol.platform.events.models import BulkRun, EventRecord
from dangol.platform.objects.dependents import holders_first
from dangol.platform.objects.hung import hung_of
from dangol.platform.objects.many import MAY_NOT, Left
from dangol.platform.objects.registry import UnknownObject, object_type
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.undoing.counting import tally
from dangol.platform.objects.undoing.judging import Verdict, judge
from dangol.platform.objects.undoing.told import Told, changes_of, is_understood, told_by, told_rows, whole
from dangol.platform.objects.writing import writer_of

LOOKED_AT = 2_000
SHOWN = 20
CHUNK = 5_000


@dataclass
class Plan:
    """What taking back `record` would do.

    `total` rows belong to it: `takes` of them would be taken back, `done` stand as before already, and `left`
    {reason: count} would be left alone (field by field where it is for a field). `shown` and `kept` are the first of
    both. `undone_by` is the event that took it back last, `running` the bulk write that is still adding rows to this
    event: until it ends, or is stopped, nothing of it is taken back.
    """

    record: EventRecord
    is_possible: bool
    total: int = 0
    takes: int = 0
    done: int = 0
    left: dict[str, int] = field(default_factory=dict)
    shown: list[Verdict] = field(default_factory=list)
    kept: list[Left] = field(default_factory=list)
    undone_by: EventRecord | None = None
    running: BulkRun | None = None

    @property
    def left_count(self) -> int:
        """How much would be left alone."""
        return sum(self.left.values())


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
        return _may(actor, "delete", event.subject)
    told = event.changes or event.payload.get("fields", ())
    parts = (writer.parts.key,) if writer.parts else ()
    names = [n for n in told if n in (*writer.writable, *writer.together, *parts)]
    rights = [actor.field_right(event.subject, name) for name in names]
    return _may(actor, "change", event.subject) and ("edit" in rights or not told)


def _may(actor: Actor, action: str, subject: str) -> bool:
    hung = hung_of(subject)
    return hung.may(actor, action) if hung is not None else actor.may(action, subject)


def plan_undo(actor: Actor, event_id: UUID) -> Plan:
    """What would be taken back, what would not and why. Raises Http404 for an event the actor may not know of."""
    record = find_event(actor, event_id)
    plan = Plan(record, can_undo(actor, record))
    plan.undone_by, plan.running = _undone_by(record), still_running(record)
    if not plan.is_possible:
        return plan
    single = told_by(record)
    events = whole(record)
    if single is not None:
        _add(plan, _verdicts(actor, [single], events), total=1)
        return plan
    subjects = list(changes_of(events).values_list("subject", flat=True).distinct().order_by())
    for subject in holders_first(subjects):
        _plan_rows(plan, actor, subject, events)
    return plan


def _plan_rows(plan: Plan, actor: Actor, subject: str, events: list[UUID]) -> None:
    """Add the rows of one object: counted by the database, and the first ones judged to be shown."""
    rows = changes_of(events).filter(subject=subject).order_by("pk")
    writer = writer_of(subject)
    if writer is None:
        number = rows.count()
        plan.total += number
        _leave(plan, Counter({MAY_NOT: number}))
        return
    counted = tally(writer, actor, events)
    if counted is None:
        _judge_all(plan, actor, subject, events)
        return
    plan.total += counted.total
    plan.takes += counted.takes
    plan.done += counted.done
    _leave(plan, counted.left)
    first = told_rows(rows.filter(pk__in=[*counted.taken_first, *counted.left_first]))
    _show(plan, _verdicts(actor, first, events))


def _judge_all(plan: Plan, actor: Actor, subject: str, events: list[UUID]) -> None:
    """Where SQL cannot say it: row by row, some thousand at a time."""
    rows, last = changes_of(events).filter(subject=subject).order_by("pk"), 0
    while some := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = some[-1].pk
        _add(plan, _verdicts(actor, told_rows(some), events), total=len(some))


def _add(plan: Plan, verdicts: list[Verdict], *, total: int) -> None:
    plan.total += total
    plan.takes += sum(v.takes for v in verdicts)
    plan.done += sum(v.is_done for v in verdicts)
    _leave(plan, Counter(left.reason for v in verdicts for left in v.left))
    _show(plan, verdicts)


def _leave(plan: Plan, left: Counter[str]) -> None:
    plan.left = dict(Counter(plan.left) + left)


def _show(plan: Plan, verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.takes and len(plan.shown) < SHOWN:
            plan.shown.append(verdict)
        plan.kept += verdict.left[: SHOWN - len(plan.kept)]


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
    hung = hung_of(record.subject)
    if hung is not None and record.subject_id is not None:
        return record.subject_id in hung.seen(actor, [record.subject_id])
    declared = _declared(record.subject)
    if declared is None or not actor.may("see", declared.name):
        return False
    if record.subject_id is None:
        return actor.scope("see", declared.name) == "all" or _sees_some(actor, declared, record)
    return bool(declared.model.objects.visible_to(actor).filter(pk=record.subject_id).exists())


def _sees_some(actor: Actor, declared: ObjectType, record: EventRecord) -> bool:
    ids = changes_of([record.id]).filter(subject=declared.name).values_list("subject_id", flat=True)[:LOOKED_AT]
    return bool(declared.model.objects.visible_to(actor).filter(pk__in=list(ids)).exists())


def still_running(record: EventRecord) -> BulkRun | None:
    """The bulk write that tells this event and is not done; None for an event that is whole."""
    return BulkRun.objects.filter(event_id=record.id, finished_at=None).first()


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
