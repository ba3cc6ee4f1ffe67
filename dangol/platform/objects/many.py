"""Writing many records of one object: judged, cleaned and validated one by one, written by set-based statements.

Each function runs in its caller's transaction, locks its rows, keeps the search entries and returns what to tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.event import Event, RowChange
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import emit, emit_bulk
from dangol.platform.objects.added.columns import is_link, leads_to_several, stored
from dangol.platform.objects.former import why_not_restored
from dangol.platform.objects.linking import ids_asked, seen_targets, target_among
from dangol.platform.objects.writing import RecordWriter, Values
from dangol.platform.search.models import SearchEntry
from dangol.platform.search.services import remember_many

MAY_NOT, REFUSED, TAKEN, IN_TRASH = "may_not", "refused", "taken", "in_trash"


@dataclass(frozen=True)
class Left:
    """A record that was left alone: the reason as a code, the field if it was for one, a sentence if there is one."""

    subject: str
    record_id: int
    reason: str
    field: str = ""
    sentence: str = ""


@dataclass
class Outcome:
    """What came of many rows: those written, how many stood so already, and those left alone."""

    rows: list[RowChange] = field(default_factory=list)
    same: int = 0
    left: list[Left] = field(default_factory=list)


@dataclass(frozen=True)
class _Pending:
    record: Any
    changes: Mapping[str, list[Any]]
    found_by: Any


def change_many(
    writer: RecordWriter, *, actor: Actor, values: Mapping[int, Values], is_exact: bool = False,
    known: Mapping[int, Any] | None = None, is_dry: bool = False,
) -> Outcome:  # fmt: skip
    """Change some fields of many records: `values` {record id: {field: value}}.

    With `is_exact` the values are former ones and set as they stood; the slice's rules may still refuse them. `known`
    are the records where they are locked and judged already. With `is_dry` nothing is written. Raises Forbidden and
    ValidationError for fields that may not be written; a row that cannot be, or lies in the trash, is left alone.
    """
    names = {name for given in values.values() for name in given}
    if not is_exact:
        writer.judge(actor, names)
        writer.refuse_fixed(dict.fromkeys(names))
    outcome = Outcome()
    skipped = {f.name for f in writer.model._meta.fields if f.name not in names or is_link(f)}
    records = locked_many(writer, actor, "change", values) if known is None else known
    find = target_among(_targets(writer, actor, values, records))
    pending = []
    for pk, given in values.items():
        record = records.get(pk)
        if record is None:
            outcome.left.append(Left(writer.name, pk, MAY_NOT))
            continue
        if not is_exact and record.deleted_at is not None:
            outcome.left.append(Left(writer.name, pk, IN_TRASH))
            continue
        try:
            found = _prepared(writer, record, given, find, skipped, is_exact)
        except (ValidationError, Forbidden) as error:
            outcome.left.append(Left(writer.name, pk, REFUSED, sentence=_sentence(error)))
            continue
        if found.changes:
            pending.append(found)
        else:
            outcome.same += 1
    if is_dry:
        outcome.rows = [_told(writer, p) for p in pending]
        return outcome
    written = _halving(writer, pending, lambda some: _update(writer, some), outcome)
    _find_again(writer, [p for p in written if p.found_by != writer.search(p.record)])
    return outcome


def trash_many(
    writer: RecordWriter, *, actor: Actor, ids: Iterable[int], moment: datetime, known: Mapping[int, Any] | None = None,
    former: Mapping[int, datetime] | None = None,
) -> Outcome:  # fmt: skip
    """Put many records in the trash at `moment`, those in `former` as of theirs; who lies there already stands so."""
    outcome = Outcome()
    pending = []
    for pk, record in _each(writer, actor, ids, outcome, known):
        if record.deleted_at is not None:
            outcome.same += 1
            continue
        try:
            writer.check_trash(record)
        except (ValidationError, Forbidden) as error:
            outcome.left.append(Left(writer.name, pk, REFUSED, sentence=_sentence(error)))
            continue
        pending.append(_marked(record, (former or {}).get(pk, moment)))
    written = _halving(writer, pending, lambda some: _update(writer, some), outcome)
    SearchEntry.objects.filter(object_name=writer.name, record_id__in=[p.record.pk for p in written]).delete()
    return outcome


def restore_many(
    writer: RecordWriter, *, actor: Actor, ids: Iterable[int], known: Mapping[int, Any] | None = None
) -> Outcome:
    """Take many records out of the trash; those that are not there stand so already."""
    outcome = Outcome()
    found = [record for _pk, record in _each(writer, actor, ids, outcome, known)]
    trashed = [record for record in found if record.deleted_at is not None]
    outcome.same = len(found) - len(trashed)
    why_not = why_not_restored(writer.name, [record.pk for record in trashed]) if trashed else {}
    outcome.left += [Left(writer.name, pk, REFUSED, sentence=sentence) for pk, sentence in why_not.items()]
    pending = [_marked(record, None) for record in trashed if record.pk not in why_not]
    written = _halving(writer, pending, lambda some: _update(writer, some), outcome)
    _find_again(writer, written)
    return outcome


def locked_many(writer: RecordWriter, actor: Actor, action: str, ids: Iterable[int]) -> dict[int, Any]:
    """The records to which `actor` may do `action`, by id, locked till the end of the transaction."""
    rows = writer.model.objects.visible_to(actor, action).filter(pk__in=list(ids)).order_by("pk")
    return {record.pk: record for record in rows.select_for_update(of=("self",))}


def tell(
    kind: type[Event], rows: Sequence[RowChange], *, actor: Actor, is_single: bool = False, undoes: UUID | None = None,
    part_of: UUID | None = None,
) -> EventRecord | None:  # fmt: skip
    """Write the event of rows that were written; None for none. `is_single` tells one row as a single write does."""
    if not rows:
        return None
    if is_single and len(rows) == 1:
        row = rows[0]
        before, after = row.before or {}, row.after or {}
        changes = {n: [before.get(n), after.get(n)] for n in {**before, **after}}
        event = kind(subject_id=row.subject_id, about_id=row.about_id, changes=changes)
        return emit(event, actor=actor, undoes=undoes, part_of=part_of)
    fields = sorted({name for row in rows for name in {**(row.before or {}), **(row.after or {})}})
    figures = {"rows": len(rows), "fields": fields}
    return emit_bulk(kind(), actor=actor, rows=rows, undoes=undoes, part_of=part_of, figures=figures)


def _each(
    writer: RecordWriter, actor: Actor, ids: Iterable[int], outcome: Outcome, known: Mapping[int, Any] | None
) -> list[tuple[int, Any]]:
    asked = list(ids)
    records = locked_many(writer, actor, "delete", asked) if known is None else known
    outcome.left += [Left(writer.name, pk, MAY_NOT) for pk in asked if pk not in records]
    return [(pk, records[pk]) for pk in asked if pk in records]


def _marked(record: Any, moment: datetime | None) -> _Pending:
    found = _Pending(record, {"deleted_at": [record.deleted_at, moment]}, None)
    record.deleted_at = moment
    return found


def _targets(
    writer: RecordWriter, actor: Actor, values: Mapping[int, Values], records: Mapping[int, Any]
) -> dict[str, set[int]]:
    """The records to which the given relations may lead. One query for each relation."""
    asked: dict[str, set[int]] = {}
    for pk, given in values.items():
        for name, value in given.items():
            column = writer.column(name)
            if leads_to_several(column):
                standing = [records[pk]] if pk in records else []
                asked.setdefault(name, set()).update(ids_asked(column, value, standing))
                continue
            key = str(getattr(value, "pk", value) or "")
            if is_link(column) and key.isdigit():
                asked.setdefault(name, set()).add(int(key))
    return {name: seen_targets(actor, writer.column(name), ids) for name, ids in asked.items()}


def _prepared(
    writer: RecordWriter, record: Any, given: Values, find: Callable[[Any, Any], int | None], skipped: set[str],
    is_exact: bool,
) -> _Pending:  # fmt: skip
    """The record with its new values in memory. Raises what the slice's rules and the model's fields say."""
    names = set(given) if is_exact else set(writer.writable)
    before = {n: getattr(record, writer.column(n).attname) for n in names}
    found_by = writer.search(record)
    if is_exact:
        _set_back(writer, record, given, find)
    else:
        writer.put(record, given, find)
    changes = {n: [old, new] for n, old in before.items() if (new := getattr(record, writer.column(n).attname)) != old}
    if changes and not is_exact:
        record.clean_fields(exclude=skipped)
        record.clean()
    return _Pending(record, changes, found_by)


def _set_back(writer: RecordWriter, record: Any, given: Values, find: Callable[[Any, Any], int | None]) -> None:
    writer.clean({n: v for n, v in given.items() if n in writer.writable}, record)
    for name, value in given.items():
        column = writer.column(name)
        setattr(record, column.attname, find(column, value) if is_link(column) else value)


def _halving(
    writer: RecordWriter, pending: list[_Pending], write: Callable[[list[_Pending]], None], outcome: Outcome
) -> list[_Pending]:
    """Write; where the database refuses, halve, so that only the rows at fault are left alone. Returns the others."""
    if not pending:
        return []
    try:
        with transaction.atomic():
            write(pending)
    except IntegrityError:
        if len(pending) == 1:
            outcome.left.append(Left(writer.name, pending[0].record.pk, TAKEN, next(iter(pending[0].changes))))
            return []
        middle = len(pending) // 2
        return [
            *_halving(writer, pending[:middle], write, outcome),
            *_halving(writer, pending[middle:], write, outcome),
        ]
    outcome.rows += [_told(writer, p) for p in pending]
    return pending


def _told(writer: RecordWriter, pending: _Pending) -> RowChange:
    before = {n: old for n, (old, _new) in pending.changes.items()}
    after = {n: new for n, (_old, new) in pending.changes.items()}
    return RowChange(writer.name, pending.record.pk, before, after, writer.about(pending.record))


def _update(writer: RecordWriter, pending: list[_Pending]) -> None:
    """One statement for each set of columns."""
    groups: dict[tuple[str, ...], list[_Pending]] = {}
    for one in pending:
        groups.setdefault(tuple(c.name for c in stored(writer.column(n) for n in one.changes)), []).append(one)
    for names, rows in groups.items():
        kept = [writer.column(n).attname for n in names]
        update_rows(writer.model, names, [(p.record.pk, *(getattr(p.record, a) for a in kept)) for p in rows])


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set the columns of the fields `names` in many rows; each of `rows` is an id and its values."""
    columns: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(c.column)} = v.c{i}::{c.db_type(connection)}" for i, c in enumerate(columns))
    arrays = "".join(", %s::text[]" for _ in columns)
    aliases = ", ".join(["id", *(f"c{i}" for i in range(len(columns)))])
    given = [[_as_text(c, row[i]) for row in rows] for i, c in enumerate(columns, 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} t SET {sets}"
            f" FROM unnest(%s::bigint[]{arrays}) AS v({aliases}) WHERE t.id = v.id",
            [[row[0] for row in rows], *given],
        )


def _as_text(column: Any, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(column, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _find_again(writer: RecordWriter, written: list[_Pending]) -> None:
    kept = [p.record for p in written if p.record.deleted_at is None]
    if kept:
        remember_many(writer.name, ((r.pk, *writer.search(r)) for r in kept))


def _sentence(error: ValidationError | Forbidden) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error)
