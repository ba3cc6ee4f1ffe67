"""Taking back: what still stands as it was left is set back, and told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.events.event import Event, RowChange
from dangol.platform.events.models import EventRecord
from dangol.platform.objects import many
from dangol.platform.objects.many import Left, Outcome
from dangol.platform.objects.undoing.judging import Verdict, judge
from dangol.platform.objects.undoing.told import Told
from dangol.platform.objects.writing import RecordWriter


@dataclass
class Taken:
    """What came of taking back: the first event, how many rows were written or stood so already, those left alone."""

    head: UUID | None = None
    changed: int = 0
    same: int = 0
    left: list[Left] = field(default_factory=list)


@dataclass(frozen=True)
class Undoing:
    """One taking back under way: by whom, of which event and its batches, as part of which event of undo."""

    actor: Actor
    undoes: UUID
    events: Collection[UUID]
    is_single: bool = False


def take_back(writer: RecordWriter, how: Undoing, rows: Sequence[Told], taken: Taken) -> None:
    """Take back rows of one object, in the caller's transaction; adds to `taken`."""
    verdicts = judge(writer, how.actor, rows, how.events, is_locking=True)
    taken.left += [left for v in verdicts for left in v.left]
    taken.same += sum(v.is_done for v in verdicts)
    _set_back(writer, how, [v for v in verdicts if v.values or v.parts], taken)
    back = {v.told.record_id: v.record for v in verdicts if v.move == "restore"}
    _note(writer.restored, how, many.restore_many(writer, actor=how.actor, ids=back, known=back), taken)
    gone = {v.told.record_id: v.record for v in verdicts if v.move == "trash"}
    former = {v.told.record_id: v.moment for v in verdicts if v.moment is not None}
    moved = many.trash_many(writer, actor=how.actor, ids=gone, moment=timezone.now(), known=gone, former=former)
    _note(writer.trashed, how, moved, taken)


def _set_back(writer: RecordWriter, how: Undoing, verdicts: Sequence[Verdict], taken: Taken) -> None:
    if not verdicts:
        return
    values = {v.told.record_id: v.values for v in verdicts if v.values}
    known = {v.told.record_id: v.record for v in verdicts}
    outcome = many.change_many(writer, actor=how.actor, values=values, is_exact=True, known=known)
    if writer.parts is not None:
        outcome.rows = _with_parts(writer, [v for v in verdicts if v.parts], outcome)
    _note(writer.changed, how, outcome, taken)


def _with_parts(writer: RecordWriter, verdicts: Sequence[Verdict], outcome: Outcome) -> list[RowChange]:
    """Put the parts back too, and tell them with their row; not where the row itself was refused."""
    assert writer.parts is not None
    key = writer.parts.key
    refused = {left.record_id for left in outcome.left}
    wanted = {v.told.record_id: v for v in verdicts if v.told.record_id not in refused}
    if not wanted:
        return outcome.rows
    writer.parts.put_back({pk: (_part(v.told.before, key), _part(v.told.after, key)) for pk, v in wanted.items()})
    rows = {row.subject_id: row for row in outcome.rows}
    for pk, verdict in wanted.items():
        row = rows.get(pk) or RowChange(writer.name, pk, {}, {}, writer.about(verdict.record))
        before = {**(row.before or {}), key: _part(verdict.told.after, key)}
        rows[pk] = replace(row, before=before, after={**(row.after or {}), key: _part(verdict.told.before, key)})
    return list(rows.values())


def _part(side: Any, key: str) -> Any:
    return (side or {}).get(key) or []


def _note(kind: type[Event], how: Undoing, outcome: Outcome, taken: Taken) -> EventRecord | None:
    taken.left += outcome.left
    taken.same += outcome.same
    taken.changed += len(outcome.rows)
    record = many.tell(
        kind, outcome.rows, actor=how.actor, is_single=how.is_single, undoes=how.undoes, part_of=taken.head
    )
    if record is not None and taken.head is None:
        taken.head = record.id
    return record
