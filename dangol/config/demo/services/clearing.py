"""Deleting many rows at once, with everything that hangs on them, by what the models declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models


def collect(name: str, query: str, *params: Any) -> str:
    """Lay down the ids that `query` returns in a temporary table, gone with the transaction; returns its name."""
    table = f"demo_{name}"
    run(f"DROP TABLE IF EXISTS pg_temp.{table}")
    run(f"CREATE TEMP TABLE {table} ON COMMIT DROP AS SELECT * FROM ({query}) AS found (id)", *params)
    run(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
    run(f"ANALYZE {table}")  # without it, rows written a moment ago are joined one by one
    return table


def clear(model: type[models.Model], gone: str) -> int:
    """Delete the rows of `model` whose keys stand in the temporary table `gone`; returns how many.

    Rows of other tables that point to them go too, or lose the link, as their foreign keys say. What is protected
    must have been cleared before.
    """
    for field in _references(model):
        table, column = _quoted(field.model._meta.db_table), _quoted(field.column)
        rows = f"{column} IN (SELECT id FROM {gone})"
        if field.remote_field.on_delete is models.SET_NULL:
            run(f"UPDATE {table} SET {column} = NULL WHERE {rows}")
        elif field.remote_field.on_delete is models.CASCADE:
            key = _quoted(field.model._meta.pk.column)
            below = collect(f"{field.model._meta.db_table}_{field.column}", f"SELECT {key} FROM {table} WHERE {rows}")
            clear(field.model, below)
    pk = model._meta.pk
    assert pk is not None
    return run(f"DELETE FROM {_quoted(model._meta.db_table)} WHERE {_quoted(pk.column)} IN (SELECT id FROM {gone})")


def forget(object_name: str, gone: str) -> None:
    """Take away whatever hangs on the records by name and number: search entries, shares, notes, files."""
    for model in apps.get_models():
        columns = {f.name: _quoted(f.column) for f in model._meta.local_concrete_fields}
        if columns.keys() >= {"object_name", "record_id"}:
            hang = f"{columns['object_name']} = %s AND {columns['record_id']} IN (SELECT id FROM {gone})"
            key, table = _quoted(model._meta.pk.column), _quoted(model._meta.db_table)
            clear(
                model, collect(f"hung_{model._meta.model_name}", f"SELECT {key} FROM {table} WHERE {hang}", object_name)
            )


def run(statement: str, *params: Any) -> int:
    """Execute a statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return int(cursor.rowcount)


def _references(model: type[models.Model]) -> Iterator[Any]:
    """The foreign keys of all tables that point to `model`."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and isinstance(relation.field, models.ForeignKey):
            yield relation.field


def _quoted(name: str | None) -> str:
    assert name is not None
    return connection.ops.quote_name(name)
