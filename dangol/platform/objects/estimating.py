"""How many rows the planner expects of a query: at once, whatever their number, and about right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection


def estimates(parts: Sequence[Any]) -> list[int]:
    """How many rows the planner expects of each of several queries. One statement."""
    compiled = [rows.query.sql_with_params() for rows in parts]
    if not compiled:
        return []
    together = " UNION ALL ".join(f"({sql})" for sql, _params in compiled)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {together}", [p for _sql, params in compiled for p in params])
        plan = cursor.fetchone()[0][0]["Plan"]
    steps = _parts_of(plan, len(compiled))
    if steps is None:  # the planner saw that some find nothing
        return [estimate(rows) for rows in parts]
    # A step that several workers share says what one of them expects (two and the leader: 2.4 times as much).
    return [int(step["Plan Rows"] * (2.4 if step.get("Parallel Aware") else 1)) for step in steps]


def _parts_of(plan: Mapping[str, Any], count: int) -> list[Any] | None:
    """The steps of a plan that answer the parts of a union, one each."""
    if count == 1:
        return [plan]
    steps: list[Any] = plan.get("Plans", [])
    if len(steps) == count and "Append" in plan["Node Type"]:
        return steps
    return _parts_of(steps[0], count) if len(steps) == 1 else None


def estimate(rows: Any) -> int:
    """How many rows the planner expects."""
    try:
        sql, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    return int(plan[0]["Plan"]["Plan Rows"])
