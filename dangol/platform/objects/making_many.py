"""Adding many records of one object at once: judged, cleaned and validated one by one, written by few statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.event import RowChange
from dangol.platform.objects.added.columns import check_unique, is_link, leads_to_several
from dangol.platform.objects.linking import ids_asked, seen_targets, target_among
from dangol.platform.objects.many import tell
from dangol.platform.objects.writing import RecordWriter, Values
from dangol.platform.search.services import remember_many

Made = Any | ValidationError | Forbidden


@transaction.atomic
def create_many(writer: RecordWriter, *, actor: Actor, values: Sequence[Values]) -> list[Made]:
    """Add records; for each of `values` the record, or the error for which it was left out. One event for all.

    Raises Forbidden when `actor` may add none.
    """
    require(actor, "create", writer.name)
    given = [_with_owner(writer, actor, v) for v in values]
    find = target_among(_targets(writer, actor, given))
    made: list[Made] = [_prepared(writer, actor, v, find) for v in given]
    _insert(writer, made, [i for i, one in enumerate(made) if isinstance(one, writer.model)])
    records = [(one, v) for one, v in zip(made, given, strict=True) if isinstance(one, writer.model)]
    tell(writer.created, [_told(writer, one, v) for one, v in records], actor=actor, is_single=True)
    if records:
        remember_many(writer.name, ((one.pk, *writer.search(one)) for one, _values in records))
    return made


def _with_owner(writer: RecordWriter, actor: Actor, values: Values) -> Values:
    is_ours = "owner" in writer.writable and "owner" not in values and actor.user_id is not None
    return {**values, "owner": actor.user_id} if is_ours else values


def _targets(writer: RecordWriter, actor: Actor, several: Sequence[Values]) -> dict[str, set[int]]:
    """The records to which the given relations may lead. One query for each relation."""
    asked: dict[str, set[int]] = {}
    for values in several:
        for name, value in values.items():
            column = writer.column(name) if name in writer.writable else None
            if leads_to_several(column):
                asked.setdefault(name, set()).update(ids_asked(column, value, []))
            elif column is not None and is_link(column):
                key = str(getattr(value, "pk", value) or "")
                asked.setdefault(name, set()).update({int(key)} if key.isdigit() else set())
    return {name: seen_targets(actor, writer.column(name), ids) for name, ids in asked.items()}


def _prepared(
    writer: RecordWriter, actor: Actor, values: Values, find: Callable[[Any, Any], int | None]
) -> Any | ValidationError | Forbidden:
    record = writer.model()
    try:
        writer.judge(actor, values)
        writer.put(record, values, find)
        writer.propose(record, values)
        fields = writer.model._meta.fields
        record.clean_fields([f.name for f in fields if f.name not in writer.writable or f.is_relation])
        record.clean()
    except (ValidationError, Forbidden) as error:
        return error
    return record


def _insert(writer: RecordWriter, made: list[Made], places: list[int]) -> None:
    """Insert those at `places`; where the database refuses, halve, so that only the ones at fault are left out."""
    if not places:
        return
    try:
        with transaction.atomic():
            rows: Any = writer.model.objects.for_system("records that were judged one by one")
            rows.bulk_create([made[i] for i in places])
    except IntegrityError:
        if len(places) == 1:
            made[places[0]] = why(writer, made[places[0]])
            return
        middle = len(places) // 2
        _insert(writer, made, places[:middle])
        _insert(writer, made, places[middle:])


def why(writer: RecordWriter, record: Any) -> ValidationError:
    """What the model says of a new record that the database refused."""
    record.pk = None
    try:
        record.full_clean([f.name for f in writer.model._meta.fields if f.name not in writer.writable])
        check_unique(record, writer.writable)
    except ValidationError as error:
        return error
    return ValidationError(_("There is such a record already."))


def _told(writer: RecordWriter, record: Any, values: Values) -> RowChange:
    names = {**values, **writer.propose(record, values)}
    standing = {name: getattr(record, writer.column(name).attname) for name in names}
    after = {name: value for name, value in standing.items() if value not in ("", None, [])}
    return RowChange(writer.name, record.pk, None, after, writer.about(record))
