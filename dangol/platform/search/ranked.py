"""Searches that few entries match: all of these are ranked, and the best of them judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dangol.platform.search.conditions import OF_OBJECT, Search
from dangol.platform.search.reach import fetch, judged
from dangol.platform.search.results import Hit, Hits

MOST = 40_000
"""Entries that are looked at in any case, should the statistics have promised fewer."""
AHEAD = 400
"""Entries of an object that are put in order and judged at first; who sees none of these has all of them judged."""
_ORDER = "rank, title, record_id"

Asking = tuple[Search, Callable[[], Any]]
"""A search, and the records that may be found."""


def first_pages(askings: Sequence[Asking], limit: int) -> list[Hits]:
    """The best records of several searches, one statement for all of them and one for the records of each."""
    if not askings:
        return []
    parts, values = [], []
    for number, (search, rows) in enumerate(askings):
        sql, given = _best(number, search, rows(), limit + 1)
        parts.append(sql)
        values += given
    found: list[list[tuple[Any, ...]]] = [[] for _ in askings]
    has_more = set()
    for number, *entry in fetch(" UNION ALL ".join(parts), values):
        if entry[0] is None:
            has_more.add(number)
        else:
            found[number].append(tuple(entry))
    return [
        page(search, rows(), limit, None)
        if number in has_more and len(found[number]) <= limit
        else _hits(found[number], rows(), limit)
        for number, (search, rows) in enumerate(askings)
    ]


def page(search: Search, rows: Any, limit: int, after: tuple[Any, ...] | None) -> Hits:
    """The first `limit` of all entries that match and are among `rows`, from a place on."""
    sql, values = _all(search)
    judging, judging_values = judged(rows, "f")
    place = f"WHERE ({_ORDER}) > (%s, %s, %s)" if after else ""
    found = fetch(
        f"SELECT f.record_id, f.rank, f.title FROM (SELECT * FROM {sql} {place} ORDER BY {_ORDER}) f {judging}"
        " ORDER BY f.rank, f.title, f.record_id LIMIT %s",
        [*values, *(after or ())[1:], *judging_values, limit + 1],
    )
    return _hits(found, rows, limit)


def _best(number: int, search: Search, rows: Any, limit: int) -> tuple[str, list[Any]]:
    """The first `limit` of the best entries that are among `rows`, and an empty row when there are more than these."""
    sql, values = _all(search)
    judging, judging_values = judged(rows, "f")
    return (
        f"(WITH best AS MATERIALIZED (SELECT record_id, rank, title FROM {sql} ORDER BY {_ORDER} LIMIT {AHEAD + 1})"
        f" (SELECT {number}, f.record_id, f.rank, f.title FROM best f {judging} LIMIT %s)"
        f" UNION ALL SELECT {number}, NULL, NULL, NULL FROM best HAVING count(*) > {AHEAD})",
        [*values, *judging_values, limit],
    )


def _all(search: Search) -> tuple[str, list[Any]]:
    rank, rank_values = search.rank("e.")
    condition, values = search.condition("e.", is_rare=True)
    title = "''" if search.hidden else "e.title"
    sql = (
        f"(SELECT e.record_id, {title} AS title, {rank} AS rank FROM search_searchentry e"
        f" WHERE e.{OF_OBJECT} AND {condition} LIMIT {MOST}) g"
    )
    return sql, [*rank_values, search.object_name, *values]


def _hits(found: Sequence[tuple[Any, ...]], rows: Any, limit: int) -> Hits:
    """The hits of judged entries (record, rank, title), with their records."""
    if not found:
        return Hits([])
    last = found[limit - 1] if len(found) > limit else None
    records = {record.pk: record for record in rows.filter(pk__in=[pk for pk, _rank, _title in found[:limit]])}
    hits = [Hit(pk, rank, records[pk]) for pk, rank, _title in found[:limit] if pk in records]
    return Hits(hits, ("rank", last[1], last[2], last[0]) if last else None)
