"""Searches that very many entries match: some of these are met on a walk, first along the titles, then the newest."""

from __future__ import annotations

from typing import Any

from dangol.platform.search.conditions import BEGINNING, EXACT, Search
from dangol.platform.search.reach import are_few, fetch, ids_of, judged
from dangol.platform.search.results import Hit, Hits
from dangol.platform.search.rules import escaped

WALK = 30_000
"""Entries that a walk passes at most before it gives what it has."""
WALK_OWN = 3_000
"""Records that a walk along the few which somebody sees passes at most: each lies somewhere else."""
BEGINNINGS = 3_000
"""Entries beginning with a search that are judged one by one."""
FARTHEST = 2**62


def page(search: Search, rows: Any, reach: Any, limit: int, after: tuple[Any, ...] | None) -> Hits:
    """Some of very many: those whose title begins with the search, then the newest of the others.

    `reach` holds all of `rows` and little else (those in the trash too): what one walks along where it is small.
    """
    hits: list[Hit] = []
    is_titled = 0
    if after is None or after[0] == "title":
        found, is_whole = _by_title(search, rows, limit + 1, after)
        if len(found) > limit or is_whole:
            first, is_titled = search.asked.wholes[0], 1
            hits = [Hit(pk, EXACT if title == first else BEGINNING) for pk, title in found[:limit]]
        if len(found) > limit:
            return Hits(hits, ("title", found[limit - 1][1], found[limit - 1][0]))
        place = FARTHEST
    else:
        place, is_titled = after[1], after[2]
    left = limit - len(hits)
    kind = _AlongOwn if are_few(reach, 2 * WALK) else _AlongAll
    more, end = kind(search, rows, reach, without_titled=bool(is_titled)).walk(place, left + 1)
    hits += [Hit(pk, rank) for pk, rank in more[:left]]
    if len(more) > left:
        end = more[left - 1][0] if left else place
    return Hits(hits, None if end is None else ("walk", end, is_titled))


def _by_title(
    search: Search, rows: Any, limit: int, after: tuple[Any, ...] | None
) -> tuple[list[tuple[Any, ...]], bool]:
    """Records whose title begins with the search, by title, and whether these are all of them."""
    if search.hidden:
        return [], False
    condition, values = search.condition("e.", is_rare=False)
    judging, judging_values = judged(rows, "e")
    place = " AND (e.title, e.record_id) > (%s, %s)" if after else ""
    among = (
        f"SELECT record_id, title FROM search_searchentry e WHERE e.object_name = %s AND e.title LIKE %s"
        f" AND {condition}{place} ORDER BY e.title, e.record_id LIMIT {BEGINNINGS}"
    )
    given = [search.object_name, f"{escaped(search.asked.wholes[0])}%", *values, *(after or ())[1:]]
    found = fetch(f"SELECT e.record_id, e.title FROM ({among}) e {judging} LIMIT %s", [*given, *judging_values, limit])
    if len(found) == limit:
        return found, True
    return found, not fetch(f"SELECT 1 FROM ({among}) e OFFSET {BEGINNINGS - 1}", given)


class _Walk:
    """A walk from the newest record to the oldest."""

    def __init__(self, search: Search, rows: Any, reach: Any, *, without_titled: bool) -> None:
        self.search, self.reach = search, reach
        self.condition, self.values = search.condition("e.", is_rare=False)
        self.rank, self.rank_values = search.rank("e.")
        self.judging, self.judging_values = judged(rows, "p")
        if without_titled:
            self.condition += " AND e.title NOT LIKE %s"
            self.values.append(f"{escaped(search.asked.wholes[0])}%")


class _AlongAll(_Walk):
    """A walk along all entries, each of which is judged: for who sees many."""

    def walk(self, below: int, limit: int) -> tuple[list[tuple[Any, ...]], int | None]:
        """At most `limit` records met, with their ranks, and where it stopped; None when nothing lies beyond."""
        passed = (
            f"SELECT record_id, title, text FROM search_searchentry WHERE object_name = %s AND record_id < %s"
            f" ORDER BY record_id DESC LIMIT {WALK}"
        )
        along = [self.search.object_name, below]
        found = fetch(
            f"SELECT p.record_id, {self.rank} FROM ({passed}) p CROSS JOIN LATERAL (SELECT p.title, p.text) e"
            f" {self.judging} WHERE {self.condition} LIMIT %s",
            [*self.rank_values, *along, *self.judging_values, *self.values, limit],
        )
        if len(found) == limit:
            return found, None
        last = fetch(f"SELECT record_id FROM ({passed}) p OFFSET {WALK - 1}", along)
        return found, last[0][0] if last else None


class _AlongOwn(_Walk):
    """A walk along the few records that somebody sees."""

    def walk(self, below: int, limit: int) -> tuple[list[tuple[Any, ...]], int | None]:
        """At most `limit` records met, with their ranks, and where it stopped; None when nothing lies beyond."""
        seen, seen_values = ids_of(self.reach)
        entry = [self.search.object_name, *self.judging_values, *self.values]
        found = fetch(
            f"WITH passed AS MATERIALIZED (SELECT r.id AS record_id FROM ({seen} OFFSET 0) r(id) WHERE r.id < %s"
            f" ORDER BY r.id DESC LIMIT {WALK_OWN})"
            f" (SELECT p.record_id, {self.rank} FROM passed p CROSS JOIN LATERAL (SELECT title, text"
            f" FROM search_searchentry s WHERE s.object_name = %s AND s.record_id = p.record_id OFFSET 0) e"
            f" {self.judging} WHERE {self.condition} LIMIT %s)"
            f" UNION ALL SELECT min(record_id), NULL FROM passed HAVING count(*) = {WALK_OWN}",
            [*seen_values, below, *self.rank_values, *entry, limit],
        )
        ends = [record_id for record_id, rank in found if rank is None]
        return [(pk, rank) for pk, rank in found if rank is not None], ends[0] if ends else None
