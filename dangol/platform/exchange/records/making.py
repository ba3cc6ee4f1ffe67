"""Adding many records by COPY: judged and cleaned by the object's own rules, told and found by search.

Drafts of records are made while the batch before is being written. What COPY cannot take as a whole (a number that is
taken) is added the careful way, which tells the rows at fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import NOT_PROVIDED
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.event import RowChange
from dangol.platform.exchange.records.telling import Told
from dangol.platform.objects.added.columns import DOCUMENT
from dangol.platform.objects.making_many import why
from dangol.platform.objects.writing import RecordWriter
from dangol.platform.search.services import MadeEntry, made_entry, remember_made

Failure = ValidationError | Forbidden
_NOTHING = object()


@dataclass(slots=True)
class Draft:
    """A record in memory that the object's rules allow, and how the search will find it; or why there is none."""

    record: Any = None
    entry: MadeEntry | None = None
    error: Failure | None = None


class Maker:
    """Makes records of one object for one actor. Relations are ids that were found for this actor already."""

    def __init__(self, writer: RecordWriter, actor: Actor) -> None:
        self.writer, self.actor = writer, actor
        self._owner = {"owner": actor.user_id} if "owner" in writer.writable and actor.user_id is not None else {}
        self._checks = _Checks(writer)
        self._judged: set[frozenset[str]] = set()
        self._blank = dict(writer.model().__dict__)
        self._attributes = {n: writer.column(n).attname for n in writer.writable}

    def draft(self, values: Mapping[str, Any], *, is_found: bool = True) -> Draft:
        """Make a record in memory; without `is_found` nothing for the search. Asks the database nothing by itself."""
        record = self._blank_record()
        try:
            names = frozenset(values)
            if names not in self._judged:
                self.writer.judge(self.actor, names)
                self._judged.add(names)
            self.writer.put(record, {**self._owner, **values}, _as_given)
            self.writer.propose(record, values)
            self._checks.run(record)
        except (ValidationError, Forbidden) as error:
            return Draft(error=error)
        return Draft(record, made_entry(self.writer.name, *self.writer.search(record)) if is_found else None)

    def _blank_record(self) -> Any:
        """A record as the model makes it without arguments, at a tenth of the cost."""
        record = self.writer.model.__new__(self.writer.model)
        record.__dict__.update(self._blank)
        record._state = ModelState()
        return record

    def make(self, drafts: Sequence[Draft], told: Told) -> None:
        """Add the drafted records in the running transaction; those that the database refuses become errors."""
        self._insert([draft for draft in drafts if draft.error is None])
        made = [draft for draft in drafts if draft.error is None]
        told.tell(self.writer.created, [self._row(draft.record) for draft in made])
        if made:
            remember_made(self.writer.name, ((d.record.pk, d.entry) for d in made if d.entry is not None))

    def _insert(self, drafts: Sequence[Draft]) -> None:
        """Copy them; where the database refuses, halve, so that only the ones at fault are left out."""
        if not drafts:
            return
        try:
            with transaction.atomic():
                _copy(self.writer.model, [draft.record for draft in drafts])
        except IntegrityError:
            if len(drafts) == 1:
                drafts[0].error = why(self.writer, drafts[0].record)
                return
            middle = len(drafts) // 2
            self._insert(drafts[:middle])
            self._insert(drafts[middle:])

    def _row(self, record: Any) -> RowChange:
        standing = {name: getattr(record, attribute) for name, attribute in self._attributes.items()}
        after = {name: value for name, value in standing.items() if value not in ("", None)}
        return RowChange(self.writer.name, record.pk, None, after, self.writer.about(record))


def _as_given(column: Any, value: Any) -> int | None:
    return None if value in ("", None) else int(value)


class _Checks:
    """The checks of a model's fields that can fail, each known good value asked about once."""

    def __init__(self, writer: RecordWriter) -> None:
        columns = [writer.column(n) for n in writer.writable]
        self.columns = [c for c in columns if not c.is_relation and _can_fail(c)]
        self.good: dict[str, set[Any]] = {c.name: set() for c in self.columns}
        self.is_own = writer.model.clean is not models.Model.clean

    def run(self, record: Any) -> None:
        """Raise ValidationError by field."""
        errors: dict[str, Any] = {}
        for column in self.columns:
            value = getattr(record, column.attname)
            if value in column.empty_values and column.blank:
                continue
            good = self.good[column.name]
            is_plain = not isinstance(value, list)  # several choices cannot be remembered
            try:
                if is_plain and value in good:
                    continue
                setattr(record, column.attname, column.clean(value, record))
            except ValidationError as error:
                errors[column.name] = error.messages
            else:
                if is_plain and len(good) < 10_000:
                    good.add(value)
        if errors:
            raise ValidationError(errors)
        if self.is_own:
            record.clean()


def _can_fail(column: Any) -> bool:
    """Whether a text that is there can be refused; plain texts that may be blank cannot."""
    is_plain = isinstance(column, models.TextField) and not column.choices and not column.validators
    return not (is_plain and column.blank)


def _copy(model: Any, records: Sequence[Any]) -> None:
    table = model._meta.db_table
    columns = [f for f in model._meta.concrete_fields if _is_ours(f, records)]
    names = ", ".join(connection.ops.quote_name(f.column) for f in columns)
    attributes = [f.attname for f in columns]
    odd = [i for i, f in enumerate(columns) if isinstance(f, models.JSONField) or _has_defaults(f, records)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(records)]
        )
        for record, (pk,) in zip(records, cursor.fetchall(), strict=True):
            record.pk = pk
        target = f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(target) as copy:
            for record in records:
                row = [getattr(record, name) for name in attributes]
                for i in odd:
                    row[i] = _kept(columns[i], row[i])
                copy.write_row(row)


def _is_ours(field: Any, records: Sequence[Any]) -> bool:
    """Whether a column is given by us; where no record has a value of its own, the database's default serves."""
    if field.db_default is NOT_PROVIDED or field.primary_key:
        return True
    if field.name == DOCUMENT:
        return any(record.custom for record in records)
    usual = field.db_default if isinstance(field.db_default, str | int | bool) else _NOTHING
    values = (getattr(record, field.attname) for record in records)
    return not all(value == usual or isinstance(value, DatabaseDefault) for value in values)


def _has_defaults(field: Any, records: Sequence[Any]) -> bool:
    is_possible = field.db_default is not NOT_PROVIDED and not field.has_default()
    return is_possible and any(isinstance(getattr(r, field.attname), DatabaseDefault) for r in records)


def _kept(field: Any, value: Any) -> Any:
    """A value as COPY wants it; in place of a default of the database, that default."""
    if isinstance(value, DatabaseDefault):
        value = getattr(field.db_default, "value", None)
    return field.get_db_prep_save(value, connection) if isinstance(field, models.JSONField) else value
