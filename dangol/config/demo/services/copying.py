"""Storing many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import NOT_PROVIDED, Model


def take_ids(model: type[Model], count: int) -> list[int]:
    """Return `count` fresh keys of a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store `rows`, each with a value for each of `columns`, by COPY.

    Columns that are not named get the database's default, or else the model's own. Raises django.db.IntegrityError.
    """
    defaults = _defaults(model, columns)
    names = ", ".join(connection.ops.quote_name(name) for name in (*columns, *defaults))
    tail = tuple(defaults.values())
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"COPY {table} ({names}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *tail))


def _defaults(model: type[Model], named: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        has_own = field.db_default is not NOT_PROVIDED or field.primary_key
        assert field.column is not None
        if field.column not in named and not has_own and not (field.null and field.default is NOT_PROVIDED):
            found[field.column] = field.get_db_prep_save(field.get_default(), connection)
    return found
