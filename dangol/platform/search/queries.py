from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dangol.platform.search.models import SearchEntry
from dangol.platform.search.rules import Asked, Part, asked, coded, escaped, mark
from dangol.platform.search.statistics import statistics

COMMON = 15_000
"""Entries that are all looked at, ranked and judged; where more may match, some are found by walking along."""
WALK = 30_000
"""Entries that a walk passes at most before it gives up or gives what it has."""
EXACT, BEGINNING, WORD, PART = range(4)


@dataclass(frozen=True)
class Hit:
    """A record that was found, and how well: exact, by the beginning of a value, of a word, or by a part."""

    id: int
    rank: int


@dataclass(frozen=True)
class Hits:
    """Found records, best first; `next` is the place where the following ones begin, None at the end."""

    hits: list[Hit]
    next: tuple[Any, ...] | None = None


def knows_any(object_name: str) -> bool:
    """Whether any record of an object can be found."""
    return SearchEntry.objects.filter(object_name=object_name).exists()


def matching_ids(object_name: str, text: str, *, hidden: Collection[str] = ()) -> Any:
    """The ids of records of an object that contain all words of `text`, as a subquery; the caller judges the records.

    Values of `hidden` fields are not searched.
    """
    search = _Search(object_name, asked(text), hidden)
    found = SearchEntry.objects.filter(object_name=object_name)
    if not search.asked.words:
        return found.none().values("record_id")
    sql, values = search.condition("", is_rare=search.at_most() <= COMMON)
    return found.extra(where=[sql], params=values).values("record_id")  # noqa: S610 - values are parameters


def find(
    object_name: str,
    text: str | Asked,
    rows: QuerySet[Any],
    *,
    hidden: Collection[str] = (),
    limit: int = 5,
    after: tuple[Any, ...] | None = None,
) -> Hits:
    """The records among `rows` (judged for whoever asks) that contain all words of `text`, best first.

    `after` is the `next` of the page before. Where very many match, those whose title begins with it come first, then
    the newest; else all are ranked: exact, beginning, word, part, and by title.
    """
    search = _Search(object_name, asked(text) if isinstance(text, str) else text, hidden)
    if not search.asked.words:
        return Hits([])
    stage = after[0] if after else "walk" if search.at_most() > COMMON and _are_many(rows) else "rank"
    if stage == "rank":
        return _ranked(search, rows, limit, after)
    return _walked(search, rows, limit, after)


class _Search:
    """One search of one object: its conditions as SQL."""

    def __init__(self, object_name: str, asked: Asked, hidden: Collection[str]) -> None:
        self.object_name, self.asked, self.hidden = object_name, asked, hidden

    def at_most(self) -> int:
        """In how many entries it can match, at most, by the rarest of its pieces."""
        return min(sum(self._at_most(part) for part in word) for word in self.asked.words)

    def _at_most(self, part: Part) -> int:
        known, (needed, are_all) = statistics(), part.needs()
        counts = [known.at_most(code) for code in coded(self.object_name, needed)]
        return (min(counts) if are_all else min(sum(counts), known.entries)) if counts else known.entries

    def text(self, entry: str) -> tuple[str, list[Any]]:
        """The text that may be searched, without hidden fields; `entry` is empty or an alias with its dot."""
        if not self.hidden:
            return f"{entry}text", []
        # Values that belong to no field might be those of a hidden one.
        marks = "".join(sorted(mark(name) for name in ("", *self.hidden)))
        return f"regexp_replace({entry}text, %s, '', 'g')", [f"[{marks}]\t[^\n]*\n"]

    def condition(self, entry: str, *, is_rare: bool) -> tuple[str, list[Any]]:
        """That an entry contains all words; by the index of pieces when that `is_rare`."""
        parts, values = [], []
        text, text_values = self.text(entry)
        for word in self.asked.words:
            ways = []
            for part in word:
                sql = f"{text} LIKE %s"
                given = [*text_values, part.pattern]
                needed, are_all = part.needs()
                if is_rare and needed:
                    sql = f"{entry}pieces {'@>' if are_all else '&&'} %s::int[] AND {sql}"
                    given.insert(0, self._rarest(needed) if are_all else coded(self.object_name, needed))
                ways.append(f"({sql})")
                values += given
            parts.append(f"({' OR '.join(ways)})")
        return " AND ".join(parts), values

    def _rarest(self, needed: Sequence[str]) -> list[int]:
        """The pieces that narrow most; more of them cost more than they leave out."""
        known = statistics()
        return sorted(coded(self.object_name, needed), key=known.at_most)[:5]

    def rank(self, entry: str) -> tuple[str, list[Any]]:
        """How well an entry matches, as SQL."""
        cases, values = [], []
        text, text_values = self.text(entry)
        for begin, end, rank in (("\t ", "\n", EXACT), ("\t ", "", BEGINNING), (" ", "", WORD)):
            for whole in self.asked.wholes:
                cases.append(f"WHEN {text} LIKE %s THEN {rank}")
                values += [*text_values, f"%{begin}{escaped(whole)}{end}%"]
        return f"CASE {' '.join(cases)} ELSE {PART} END" if cases else str(PART), values


def _judged(rows: QuerySet[Any], entry: str) -> tuple[str, list[Any]]:
    """A join that keeps the entries of `rows`; asked row by row, so that it ends when enough are found."""
    sql, values = rows.order_by().values("pk").query.sql_with_params()
    return f"CROSS JOIN LATERAL (SELECT 1 FROM ({sql}) r(id) WHERE r.id = {entry}.record_id OFFSET 0) judged", [*values]


def _ranked(search: _Search, rows: QuerySet[Any], limit: int, after: tuple[Any, ...] | None) -> Hits:
    rank, rank_values = search.rank("e.")
    condition, values = search.condition("e.", is_rare=True)
    judged, judged_values = _judged(rows, "f")
    place = "WHERE (rank, title, record_id) > (%s, %s, %s)" if after else ""
    sql = (
        f"SELECT f.record_id, f.rank, f.title FROM (SELECT * FROM (SELECT e.record_id, e.title, {rank} AS rank"
        f" FROM search_searchentry e WHERE e.object_name = %s AND {condition}) g {place}"
        f" ORDER BY rank, title, record_id) f {judged} ORDER BY f.rank, f.title, f.record_id LIMIT %s"
    )
    found = _fetch(sql, [*rank_values, search.object_name, *values, *(after or ())[1:], *judged_values, limit + 1])
    hits = [Hit(pk, rank) for pk, rank, _title in found[:limit]]
    more = found[limit - 1] if len(found) > limit else None
    return Hits(hits, ("rank", more[1], more[2], more[0]) if more else None)


def _walked(search: _Search, rows: QuerySet[Any], limit: int, after: tuple[Any, ...] | None) -> Hits:
    hits: list[Hit] = []
    first = search.asked.wholes[0]
    if after is None or after[0] == "title":
        found = _by_title(search, rows, first, limit + 1, after)
        hits = [Hit(pk, EXACT if title == first else BEGINNING) for pk, title in found[:limit]]
        if len(found) > limit:
            return Hits(hits, ("title", found[limit - 1][1], found[limit - 1][0]))
        after = None
    left = limit - len(hits)
    if not left:
        return Hits(hits, ("walk", 2**62))
    place = after[1] if after else 2**62
    more, end = _along(search, rows, first, left + 1, place)
    hits += [Hit(pk, rank) for pk, rank in more[:left]]
    if len(more) > left:
        return Hits(hits, ("walk", more[left - 1][0]))
    if not hits and end is not None and place == 2**62:
        return _ranked(search, rows, limit, None)
    return Hits(hits, None if end is None else ("walk", end))


def _by_title(
    search: _Search, rows: QuerySet[Any], first: str, limit: int, after: tuple[Any, ...] | None
) -> list[tuple[Any, ...]]:
    """Records whose title begins with the search, from the index of titles."""
    if search.hidden:
        return []
    condition, values = search.condition("e.", is_rare=False)
    judged, judged_values = _judged(rows, "e")
    place = " AND (e.title, e.record_id) > (%s, %s)" if after else ""
    sql = (
        f"SELECT e.record_id, e.title FROM (SELECT * FROM search_searchentry e WHERE e.object_name = %s"
        f" AND e.title LIKE %s AND {condition}{place} ORDER BY e.title, e.record_id OFFSET 0) e {judged} LIMIT %s"
    )
    begin = f"{escaped(first)}%"
    return _fetch(sql, [search.object_name, begin, *values, *(after or ())[1:], *judged_values, limit])


def _along(
    search: _Search, rows: QuerySet[Any], first: str, limit: int, below: int
) -> tuple[list[tuple[int, int]], int | None]:
    """Records met on a walk from the newest to the oldest, and where the walk stopped (None: at the end)."""
    condition, values = search.condition("e.", is_rare=False)
    rank, rank_values = search.rank("e.")
    judged, judged_values = _judged(rows, "e")
    passed = (
        "SELECT record_id, title, text FROM search_searchentry WHERE object_name = %s AND record_id < %s"
        " ORDER BY record_id DESC LIMIT %s"
    )
    among = [search.object_name, below, WALK]
    titled = "" if search.hidden else " AND e.title NOT LIKE %s"
    values += [] if search.hidden else [f"{escaped(first)}%"]
    sql = f"SELECT e.record_id, {rank} FROM ({passed}) e {judged} WHERE {condition}{titled} LIMIT %s"
    found = _fetch(sql, [*rank_values, *among, *judged_values, *values, limit])
    if len(found) == limit:
        return found, found[-1][0]
    end = _fetch(f"SELECT min(record_id), count(*) FROM ({passed}) e", among)[0]
    return found, end[0] if end[1] == WALK else None


def _are_many(rows: QuerySet[Any]) -> bool:
    """Whether so many rows may be seen that walking meets some soon, by the planner's estimate."""
    sql, values = rows.order_by().values("pk").query.sql_with_params()
    plan = _fetch(f"EXPLAIN (FORMAT JSON) {sql}", list(values))[0][0]
    return int(plan[0]["Plan"]["Plan Rows"]) > COMMON


def _fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
