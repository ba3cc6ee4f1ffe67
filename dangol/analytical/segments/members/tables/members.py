"""The twin of `queries.ids_in`."""

from __future__ import annotations

import ibis.expr.types as ir

from dangol.platform.objects.types import Asked, Tables


def ids_in(asked: Asked, tables: Tables) -> tuple[ir.Table, bool]:
    """One column, person_id: the members of any of some segments; and whether those or all others are asked for."""
    rows = tables("segment_member")
    rows = rows.filter(rows.segment_id.isin(asked.value), rows.left_at.isnull())
    return rows.select("person_id"), asked.op != "is_not"
