"""What records of several objects are called, as far as somebody may see them: one query, however many objects."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from dangol.platform.access.actor import Actor
from dangol.platform.access.guard import READER
from dangol.platform.objects.registry import UnknownObject, object_type
from dangol.platform.objects.types import ObjectType

Key = tuple[str, int]


def titles_of(actor: Actor, asked: Mapping[str, Collection[int]]) -> dict[Key, str]:
    """{(object, id): title} of the records asked for {object: ids} that `actor` sees; in the trash or not."""
    known = {name: declared for name in asked if asked[name] and (declared := _declared(name)) is not None}
    parts, params = [], list[Any]()
    for name, declared in known.items():
        rows: Any = declared.model.objects.visible_to(actor).filter(pk__in=list(asked[name])).order_by()
        try:
            sql, given = rows.values(*_columns(declared.model)).query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT %s, to_jsonb(r) FROM ({sql}) AS r")
        params += [name, *given]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        records = [(name, _record(known[name], actor, row)) for name, row in cursor.fetchall()]
    return {(name, record.pk): known[name].title(record) or f"#{record.pk}" for name, record in records}


def _declared(name: str) -> ObjectType | None:
    try:
        return object_type(name)
    except UnknownObject:
        return None


def _columns(model: type[models.Model]) -> list[str]:
    """The columns of which titles may be made: whatever is no JSON and no bytes."""
    heavy = (models.JSONField, models.BinaryField)
    return [f.attname for f in model._meta.concrete_fields if not isinstance(f, heavy)]


def _record(declared: ObjectType, actor: Actor, row: Any) -> Any:
    """A record for showing, made of its columns as JSON; it knows its reader, like one that the guard fetched."""
    values = json.loads(row) if isinstance(row, str) else row
    columns = {f.attname: f for f in declared.model._meta.concrete_fields}
    record = declared.model(**{name: _value(columns[name], value) for name, value in values.items()})
    if "hidden" in actor.fields.get(declared.name, {}).values():
        record.__dict__[READER] = actor
    return record


def _value(column: Any, value: Any) -> Any:
    return value if value is None or isinstance(column, models.ForeignKey) else column.to_python(value)
