"""What somebody may see of an object, as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection


def fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def ids_of(rows: Any) -> tuple[str, Sequence[Any]]:
    """The ids of `rows` as SQL; who sees nothing at all gets a query that finds nothing."""
    try:
        sql, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE false", ()
    return sql, values


def judged(rows: Any, entry: str) -> tuple[str, list[Any]]:
    """A join that keeps the entries of `rows`; asked row by row, so that it ends when enough are found."""
    sql, values = ids_of(rows)
    return f"CROSS JOIN LATERAL (SELECT 1 FROM ({sql}) r(id) WHERE r.id = {entry}.record_id OFFSET 0) judged", [*values]


def are_few(rows: Any, most: int) -> bool:
    """Whether at most so many rows may be seen, by the planner's estimate."""
    sql, values = ids_of(rows)
    plan = fetch(f"EXPLAIN (FORMAT JSON) {sql}", list(values))[0][0]
    return int(plan[0]["Plan"]["Plan Rows"]) <= most
