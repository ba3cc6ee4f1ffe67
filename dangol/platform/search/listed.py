"""Lists of records that hold a text, in the order of something else."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F, Func

from dangol.platform.search.conditions import Search
from dangol.platform.search.reach import are_few, fetch
from dangol.platform.search.rules import asked

NEAR = 5_000
"""Rows that are passed from the place in the sort on, before all that hold the text are gathered."""
FEW = 60_000
"""Of so few rows all are passed: that costs less than gathering what others own."""


def first_that_hold(
    object_name: str, text: str, rows: Any, limit: int, *, hidden: Collection[str] = ()
) -> tuple[list[int], bool]:
    """The ids of the first `limit` of sorted `rows` that hold all words of `text`, as far as these lie near.

    Also whether nothing lies beyond: then fewer than `limit` are all there are. One row is asked after the other, so
    that it ends when enough are found.
    """
    width = FEW if are_few(rows, FEW) else NEAR
    try:
        sql, values = rows.values("pk")[:width].query.sql_with_params()
    except EmptyResultSet:
        return [], True
    condition, condition_values = Search(object_name, asked(text), hidden).condition("e.", is_rare=False)
    found = fetch(
        f"WITH passed AS MATERIALIZED (SELECT r.id FROM ({sql}) r(id)) SELECT id FROM ("
        "(SELECT p.id FROM passed p CROSS JOIN LATERAL (SELECT 1 FROM (SELECT text FROM search_searchentry s"
        f" WHERE s.object_name = %s AND s.record_id = p.id OFFSET 0) e WHERE {condition} OFFSET 0) held LIMIT %s)"
        f" UNION ALL SELECT NULL FROM passed HAVING count(*) = {width}) found LIMIT %s",
        [*values, object_name, *condition_values, limit, limit],
    )
    ids = [record_id for (record_id,) in found if record_id is not None]
    return ids, len(ids) == len(found) < limit


class IsAmong(Func):
    """That a record's id is one of those that a query gives, which is read as a whole before anything else."""

    output_field = BooleanField()

    def __init__(self, ids: Any) -> None:
        super().__init__(F("pk"))
        self.ids = ids

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The ids as an array, by which the records are found in one pass over the index."""
        column, column_params = compiler.compile(self.source_expressions[0])
        sql, params = self.ids.query.sql_with_params()
        return f"{column} = ANY(ARRAY({sql}))", (*column_params, *params)
