"""Adding many records by COPY: judged and cleaned by the object's own rules, told and found by search.

What COPY cannot take as a whole (a number that is taken) is added the careful way, which tells the rows at fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import NOT_PROVIDED
from django.db.models.expressions import DatabaseDefault

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.event import RowChange
from dangol.platform.exchange.records.telling import Told
from dangol.platform.objects.making_many import why
from dangol.platform.objects.writing import RecordWriter
from dangol.platform.search.services import remember_many

Made = Any
"""A record, or the ValidationError or Forbidden for which it was left out."""


def make(writer: RecordWriter, actor: Actor, several: Sequence[Mapping[str, Any]], told: Told) -> list[Made]:
    """Add records in the running transaction; for each of `several` the record, or the error for which it is left out.

    Relations are ids that were found for this actor already.
    """
    made = prepared(writer, actor, several)
    _insert(writer, made, [i for i, one in enumerate(made) if isinstance(one, writer.model)])
    records = [(one, given) for one, given in zip(made, several, strict=True) if isinstance(one, writer.model)]
    told.tell(writer.created, [_row(writer, one, given) for one, given in records])
    if records:
        remember_many(writer.name, ((one.pk, *writer.search(one)) for one, _given in records))
    return made


def prepared(writer: RecordWriter, actor: Actor, several: Sequence[Mapping[str, Any]]) -> list[Made]:
    """The records in memory, or the errors of those that the object's rules refuse."""
    owner = {"owner": actor.user_id} if "owner" in writer.writable and actor.user_id is not None else {}
    checks = _Checks(writer)
    judged: set[frozenset[str]] = set()
    made: list[Made] = []
    for given in several:
        values = {**owner, **given}
        record = writer.model()
        try:
            names = frozenset(given)
            if names not in judged:
                writer.judge(actor, names)
                judged.add(names)
            writer.put(record, values, _as_given)
            writer.propose(record, values)
            checks.run(record)
        except (ValidationError, Forbidden) as error:
            made.append(error)
        else:
            made.append(record)
    return made


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


def _insert(writer: RecordWriter, made: list[Made], places: list[int]) -> None:
    """Copy those at `places`; where the database refuses, halve, so that only the ones at fault are left out."""
    if not places:
        return
    try:
        with transaction.atomic():
            _copy(writer.model, [made[i] for i in places])
    except IntegrityError:
        if len(places) == 1:
            made[places[0]] = why(writer, made[places[0]])
            return
        middle = len(places) // 2
        _insert(writer, made, places[:middle])
        _insert(writer, made, places[middle:])


def _copy(model: Any, records: Sequence[Any]) -> None:
    table = model._meta.db_table
    columns = [f for f in model._meta.concrete_fields if _is_ours(f, records)]
    names = ", ".join(connection.ops.quote_name(f.column) for f in columns)
    special = [i for i, f in enumerate(columns) if isinstance(f, models.JSONField)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(records)]
        )
        for record, (pk,) in zip(records, cursor.fetchall(), strict=True):
            record.pk = pk
        target = f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(target) as copy:
            for record in records:
                row = [_default(f, getattr(record, f.attname)) for f in columns]
                for i in special:
                    row[i] = columns[i].get_db_prep_save(row[i], connection)
                copy.write_row(row)


def _is_ours(field: Any, records: Sequence[Any]) -> bool:
    """Whether a column is given by us; where no record has a value of its own, the database's default serves."""
    if field.db_default is NOT_PROVIDED or field.primary_key:
        return True
    return not all(isinstance(getattr(r, field.attname), DatabaseDefault) for r in records)


def _default(field: Any, value: Any) -> Any:
    """The value itself, or what the database would have put where there is none."""
    if not isinstance(value, DatabaseDefault):
        return value
    return getattr(field.db_default, "value", None)


def _row(writer: RecordWriter, record: Any, given: Mapping[str, Any]) -> RowChange:
    names = {*given, *writer.propose(record, given), *({"owner"} & {*writer.writable})}
    standing = {name: getattr(record, writer.column(name).attname) for name in names}
    after = {name: value for name, value in standing.items() if value not in ("", None)}
    return RowChange(writer.name, record.pk, None, after, writer.about(record))
