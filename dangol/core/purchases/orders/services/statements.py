"""Pieces of SQL that several steps of an import share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import NOT_PROVIDED, Model

MOST_VALUE = 10**15


def run(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """Execute a statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return int(cursor.rowcount)


def fetch(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return list(cursor.fetchall())


def fetch_one(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> tuple[Any, ...]:
    """Return the one row of a query."""
    return fetch(sql, params)[0]


def table(model: type[Model]) -> str:
    """The quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)


def insert(model: type[Model], given: Mapping[str, str], source: str, params: Mapping[str, Any]) -> int:
    """Insert rows of `model` from `source` (FROM and what follows); `given` maps columns to SQL expressions.

    Columns that are not given get the database's default, or else the model's own.
    """
    columns = dict(given)
    values = dict(params)
    for field in model._meta.concrete_fields:
        column = field.column
        if column is None or column in columns or field.db_default is not NOT_PROVIDED or field.primary_key:
            continue
        if field.default is not NOT_PROVIDED or not field.null:
            columns[column] = f"%(default_{column})s"
            values[f"default_{column}"] = field.get_db_prep_save(field.get_default(), connection)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    return run(f"INSERT INTO {table(model)} ({names}) SELECT {', '.join(columns.values())} {source}", values)


def new_ids(model: type[Model], staged: str, column: str) -> None:
    """Give the rows of a staged table that are new the ids under which they will be inserted."""
    run(
        f"UPDATE {staged} SET {column} = nextval(pg_get_serial_sequence(%s, 'id')) WHERE is_new",
        [model._meta.db_table],
    )


def half_even(amount: str, rate: str) -> str:
    """The SQL of amount x rate to four places, a half going to the even side; NULL where it cannot be kept."""
    product = f"({amount} * {rate})"
    whole = f"trunc({product} * 10000)"
    return (
        f"CASE WHEN {rate} IS NULL OR abs({product}) >= {MOST_VALUE} THEN NULL"
        f" WHEN abs({product} * 10000 - {whole}) = 0.5"
        f" THEN ({whole} + CASE WHEN mod({whole}, 2) = 0 THEN 0 ELSE sign({product}) END) / 10000"
        f" ELSE round({product}, 4) END"
    )
