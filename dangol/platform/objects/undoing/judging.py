"""What of a told change can be taken back by somebody now, row by row and field by field."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError

from dangol.platform.access.actor import Actor
from dangol.platform.objects.dependents import held
from dangol.platform.objects.many import MAY_NOT, REFUSED, Left, locked_many
from dangol.platform.objects.undoing.told import TRASH, UNKNOWN, Told, column_of, value_of
from dangol.platform.objects.writing import RecordWriter

CHANGED, GONE, FIELD, HELD, LOST = "changed", "gone", "field", "held", "lost"
Rows = dict[int, Any]


@dataclass
class Verdict:
    """What is done with one row: fields set back, `move` to the trash (as of `moment`) or out of it; what is left."""

    told: Told
    record: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    move: Literal["", "trash", "restore"] = ""
    moment: Any = None
    parts: bool = False
    left: list[Left] = field(default_factory=list)
    is_done: bool = False

    @property
    def takes(self) -> bool:
        """Whether anything is taken back."""
        return bool(self.values or self.move or self.parts)


def judge(
    writer: RecordWriter, actor: Actor, rows: Sequence[Told], events: Collection[UUID], *, is_locking: bool = False
) -> list[Verdict]:
    """A verdict for each row, all of the writer's object. `events` are those that are taken back."""
    find = _Finder(writer, actor, {t.record_id for t in rows}, is_locking)
    verdicts = [_one(writer, actor, told, find) for told in rows]
    going = {v.told.record_id for v in verdicts if v.move == "trash" and v.told.before is None}
    kept = held(writer.name, going, events) if going else set()
    for verdict in verdicts:
        if verdict.told.record_id in kept and verdict.move == "trash":
            verdict.move = ""
            verdict.left.append(Left(writer.name, verdict.told.record_id, HELD))
    if writer.parts is not None:
        _judge_parts(writer, verdicts)
    return verdicts


class _Finder:
    """The records that the actor may change, and may delete, each asked for once."""

    def __init__(self, writer: RecordWriter, actor: Actor, ids: set[int], is_locking: bool) -> None:
        self.writer, self.actor, self.ids, self.is_locking = writer, actor, ids, is_locking
        self._known: dict[str, Rows] = {}

    def __call__(self, action: str, record_id: int) -> Any:
        if action not in self._known:
            self._known[action] = self._ask(action)
        return self._known[action].get(record_id)

    def exists(self, record_id: int) -> bool:
        """Whether there is such a record at all, seen or not."""
        return record_id in self._all()

    def _all(self) -> Rows:
        if "" not in self._known:
            rows: Any = self.writer.model.objects.for_system("whether a record is still there")
            self._known[""] = dict.fromkeys(rows.filter(pk__in=list(self.ids)).values_list("pk", flat=True))
        return self._known[""]

    def _ask(self, action: str) -> Rows:
        if self.is_locking:
            return locked_many(self.writer, self.actor, action, self.ids)
        rows: Any = self.writer.model.objects.visible_to(self.actor, action)
        return {record.pk: record for record in rows.filter(pk__in=list(self.ids))}


def _one(writer: RecordWriter, actor: Actor, told: Told, find: _Finder) -> Verdict:
    verdict = Verdict(told)
    if told.after is None:
        verdict.left.append(Left(told.subject, told.record_id, LOST))
        return verdict
    keys = told.differing()
    is_move = told.before is None or keys == [TRASH]
    verdict.record = find("delete" if is_move else "change", told.record_id)
    if verdict.record is None:
        reason = MAY_NOT if find.exists(told.record_id) else GONE
        verdict.left.append(Left(told.subject, told.record_id, reason))
    elif told.before is None:
        _judge_new(writer, verdict)
    else:
        for key in keys:
            if key == TRASH:
                _judge_trash(writer, verdict, find)
            else:
                _judge_field(writer, actor, verdict, key)
        _keep_together(writer, verdict)
    verdict.is_done = not verdict.takes and not verdict.left
    return verdict


def _judge_new(writer: RecordWriter, verdict: Verdict) -> None:
    """A new record goes to the trash, unless somebody worked on it since."""
    told, record = verdict.told, verdict.record
    if record.deleted_at is not None:
        return
    after = told.after or {}
    for name in writer.writable:
        column = writer.column(name)
        now = getattr(record, column.attname)
        kept = after.get(name, after.get(column.attname))
        if not _stands(column, record, kept) and not (kept is None and now in ("", None, column.get_default())):
            verdict.left.append(Left(told.subject, told.record_id, CHANGED, name))
    if not verdict.left:
        verdict.move = "trash"


def _judge_trash(writer: RecordWriter, verdict: Verdict, find: _Finder) -> None:
    told, record = verdict.told, verdict.record
    was, became = (told.before or {}).get(TRASH), (told.after or {}).get(TRASH)
    if find("delete", told.record_id) is None:
        verdict.left.append(Left(told.subject, told.record_id, MAY_NOT))
    elif became is None:
        verdict.move = "trash" if record.deleted_at is None else ""
        verdict.moment = None if was in (None, UNKNOWN) else value_of(writer.column(TRASH), was)
    elif was is None and record.deleted_at is not None:
        if became == UNKNOWN or _stands(writer.column(TRASH), record, became):
            verdict.move = "restore"
        else:
            verdict.left.append(Left(told.subject, told.record_id, CHANGED, TRASH))


def _judge_field(writer: RecordWriter, actor: Actor, verdict: Verdict, key: str) -> None:
    told, record = verdict.told, verdict.record
    column = column_of(writer, key)
    if column is None or column.name not in (*writer.writable, *writer.together):
        return
    if actor.field_right(writer.name, column.name) != "edit":
        verdict.left.append(Left(told.subject, told.record_id, FIELD, column.name))
        return
    was = (told.before or {}).get(key)
    if _stands(column, record, (told.after or {}).get(key)):
        _take(verdict, column, was)
    elif not _stands(column, record, was):
        verdict.left.append(Left(told.subject, told.record_id, CHANGED, column.name))


def _take(verdict: Verdict, column: Any, was: Any) -> None:
    """Set a field back, unless its column no longer takes what stood there (a setting of the house has changed)."""
    try:
        verdict.values[column.name] = value_of(column, was)
    except ValidationError:
        verdict.left.append(Left(verdict.told.subject, verdict.told.record_id, REFUSED, column.name))


def _stands(column: Any, record: Any, kept: Any) -> bool:
    try:
        return bool(getattr(record, column.attname) == value_of(column, kept))
    except ValidationError:
        return False


def _keep_together(writer: RecordWriter, verdict: Verdict) -> None:
    if any(left.field in writer.together for left in verdict.left):
        verdict.values = {n: v for n, v in verdict.values.items() if n not in writer.together}


def _judge_parts(writer: RecordWriter, verdicts: Sequence[Verdict]) -> None:
    """Parts (lines) go back with the fields that are worked out from them, where they too stand as they were left."""
    assert writer.parts is not None
    asked = {v.told.record_id: v for v in verdicts if _has_parts(v, writer.parts.key)}
    asked = {pk: v for pk, v in asked.items() if not any(left.field in writer.together for left in v.left)}
    key = writer.parts.key
    sides = {pk: ((v.told.before or {}).get(key), (v.told.after or {}).get(key)) for pk, v in asked.items()}
    standing = writer.parts.standing(sides) if sides else set()
    for pk, verdict in asked.items():
        verdict.parts = pk in standing
        verdict.is_done = verdict.is_done and not verdict.parts
        if not verdict.parts:
            verdict.values = {n: v for n, v in verdict.values.items() if n not in writer.together}
            verdict.left.append(Left(writer.name, pk, CHANGED, writer.parts.key))
            verdict.is_done = False


def _has_parts(verdict: Verdict, key: str) -> bool:
    return verdict.record is not None and verdict.told.before is not None and key in verdict.told.differing()
