from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from dangol.platform.search.models import SearchEntry
from dangol.platform.search.rules import Asked, Part, asked, coded, escaped, mark
from dangol.platform.search.statistics import statistics

COMMON = 15_000
"""Entries that are all looked at, ranked and judged; where more may match, some are found by walking along."""
MOST = 40_000
"""Entries that are looked at in any case, should the statistics have promised fewer."""
WALK = 30_000
"""Entries that a walk passes at most before it gives what it has."""
WALK_OWN = 3_000
"""Records that a walk along the few which somebody sees passes at most: each lies somewhere else."""
BEGINNINGS = 3_000
"""Entries beginning with a search that are judged one by one."""
JUDGED_AT_ONCE = 200
"""Records that are judged by their ids; beyond, by a subquery."""
FARTHEST = 2**62
EXACT, FIRST, BEGINNING, WORD, PART = range(5)

_RANKS = (("\t ", "\n", EXACT), ("\t ", " ", FIRST), ("\t ", "", BEGINNING), (" ", "", WORD))


@dataclass(frozen=True)
class Hit:
    """A record that was found, and how well: exact, by a value's first words, its beginning, a word's, or a part."""

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
    sql, values = search.condition("", is_rare=search.is_rare())
    return found.extra(where=[sql], params=values).values("record_id")  # noqa: S610 - values are parameters


def ids_holding(object_name: str, text: str) -> Any:
    """What `matching_ids` gives, as a list where these are few: an empty one tells that nobody need be judged."""
    found = matching_ids(object_name, text)
    few = list(found.values_list("record_id", flat=True)[: JUDGED_AT_ONCE + 1])
    return few if len(few) <= JUDGED_AT_ONCE else found


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
    if after[0] == "rank" if after else search.is_rare():
        return _ranked(search, rows, limit, after)
    return _met(search, rows, limit, after)


class _Search:
    """One search of one object: its conditions as SQL."""

    def __init__(self, object_name: str, asked: Asked, hidden: Collection[str]) -> None:
        self.object_name, self.asked, self.hidden = object_name, asked, hidden

    def is_rare(self) -> bool:
        """Whether so few entries can match that all may be looked at."""
        if not self.asked.wholes:
            return True
        shares = [sum(self._shares(part)[0] for part in word) for word in self.asked.words]
        likely = [sum(self._shares(part)[1] for part in word) for word in self.asked.words]
        entries = statistics().entries
        return min(shares) * entries <= COMMON or _together(likely) * entries <= COMMON / 10

    def _shares(self, part: Part) -> tuple[float, float]:
        """In which share of the entries a part can stand at most, and in which it is likely to."""
        known, (needed, are_all) = statistics(), part.needs()
        shares = [known.share(code) for code in coded(self.object_name, needed)]
        if not shares:
            return 1.0, 1.0
        if are_all:
            return min(shares), _together(shares)
        # Of the many ways in which two letters go on, those that are not common count as one.
        total = min(1.0, sum(share for share in shares if share > known.rarest) + known.rarest)
        return total, total

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
        return sorted(coded(self.object_name, needed), key=known.share)[:5]

    def rank(self, entry: str) -> tuple[str, list[Any]]:
        """How well an entry matches, as SQL."""
        cases, values = [], []
        text, text_values = self.text(entry)
        for begin, end, rank in _RANKS:
            for whole in self.asked.wholes:
                cases.append(f"WHEN {text} LIKE %s THEN {rank}")
                values += [*text_values, f"%{begin}{escaped(whole)}{end}%"]
        return f"CASE {' '.join(cases)} ELSE {PART} END" if cases else str(PART), values


def _ids_of(rows: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    """The ids of `rows` as SQL; who sees nothing at all gets a query that finds nothing."""
    try:
        return rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE false", ()


def _judged(rows: QuerySet[Any], entry: str) -> tuple[str, list[Any]]:
    """A join that keeps the entries of `rows`; asked row by row, so that it ends when enough are found."""
    sql, values = _ids_of(rows)
    return f"CROSS JOIN LATERAL (SELECT 1 FROM ({sql}) r(id) WHERE r.id = {entry}.record_id OFFSET 0) judged", [*values]


def _together(shares: Sequence[float]) -> float:
    """The likely share of what needs several things: each further one counts half as much, for they go together."""
    likely, power = 1.0, 1.0
    for share in sorted(shares)[:4]:
        likely *= share**power
        power /= 2
    return likely


def _ranked(search: _Search, rows: QuerySet[Any], limit: int, after: tuple[Any, ...] | None) -> Hits:
    """All entries that match, best first, judged until enough are found."""
    rank, rank_values = search.rank("e.")
    condition, values = search.condition("e.", is_rare=True)
    judged, judged_values = _judged(rows, "f")
    title = "''" if search.hidden else "e.title"
    place = "WHERE (rank, title, record_id) > (%s, %s, %s)" if after else ""
    sql = (
        f"SELECT f.record_id, f.rank, f.title FROM (SELECT * FROM (SELECT e.record_id, {title} AS title, {rank} AS rank"
        f" FROM search_searchentry e WHERE e.object_name = %s AND {condition} LIMIT {MOST}) g {place}"
        f" ORDER BY rank, title, record_id) f {judged} ORDER BY f.rank, f.title, f.record_id LIMIT %s"
    )
    found = _fetch(sql, [*rank_values, search.object_name, *values, *(after or ())[1:], *judged_values, limit + 1])
    more = found[limit - 1] if len(found) > limit else None
    return Hits([Hit(pk, r) for pk, r, _t in found[:limit]], ("rank", more[1], more[2], more[0]) if more else None)


def _met(search: _Search, rows: QuerySet[Any], limit: int, after: tuple[Any, ...] | None) -> Hits:
    """Some of very many: those whose title begins with the search, then the newest of the others."""
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
    walk = _Walk(search, rows, place, without_titled=bool(is_titled))
    more = walk.hits(left + 1)
    hits += [Hit(pk, rank) for pk, rank in more[:left]]
    end = walk.end() if len(more) <= left else more[left - 1][0] if left else place
    return Hits(hits, None if end is None else ("walk", end, is_titled))


def _by_title(
    search: _Search, rows: QuerySet[Any], limit: int, after: tuple[Any, ...] | None
) -> tuple[list[tuple[Any, ...]], bool]:
    """Records whose title begins with the search, by title, and whether these are all of them."""
    if search.hidden:
        return [], False
    condition, values = search.condition("e.", is_rare=False)
    judged, judged_values = _judged(rows, "e")
    place = " AND (e.title, e.record_id) > (%s, %s)" if after else ""
    among = (
        f"SELECT record_id, title FROM search_searchentry e WHERE e.object_name = %s AND e.title LIKE %s"
        f" AND {condition}{place} ORDER BY e.title, e.record_id LIMIT {BEGINNINGS}"
    )
    given = [search.object_name, f"{escaped(search.asked.wholes[0])}%", *values, *(after or ())[1:]]
    sql = f"SELECT e.record_id, e.title FROM ({among}) e {judged} LIMIT %s"
    found = _fetch(sql, [*given, *judged_values, limit])
    if len(found) == limit:
        return found, True
    return found, not _fetch(f"SELECT 1 FROM ({among}) e OFFSET {BEGINNINGS - 1}", given)


class _Walk:
    """A walk from the newest record to the oldest: along the entries, or along the records of who sees few."""

    def __init__(self, search: _Search, rows: QuerySet[Any], below: int, *, without_titled: bool) -> None:
        self.search, self.rows = search, rows
        self.titled = f"{escaped(search.asked.wholes[0])}%" if without_titled else None
        if _are_few(rows):
            visible, values = _ids_of(rows)
            self.passed = f"SELECT r.id AS record_id FROM ({visible}) r(id) WHERE r.id < %s ORDER BY r.id DESC LIMIT %s"
            self.most = WALK_OWN
            self.values = [*values, below, self.most]
            self.joined = (
                "CROSS JOIN LATERAL (SELECT title, text FROM search_searchentry s WHERE s.object_name = %s"
                " AND s.record_id = p.record_id OFFSET 0) e"
            )
            self.joined_values: list[Any] = [search.object_name]
        else:
            self.passed = (
                "SELECT record_id, title, text FROM search_searchentry WHERE object_name = %s AND record_id < %s"
                " ORDER BY record_id DESC LIMIT %s"
            )
            self.most = WALK
            self.values = [search.object_name, below, self.most]
            judged, judged_values = _judged(rows, "p")
            self.joined, self.joined_values = f"CROSS JOIN LATERAL (SELECT p.title, p.text) e {judged}", judged_values

    def hits(self, limit: int) -> list[tuple[int, int]]:
        """At most `limit` records met, with their ranks."""
        condition, values = self.search.condition("e.", is_rare=False)
        rank, rank_values = self.search.rank("e.")
        if self.titled:
            condition, values = f"{condition} AND e.title NOT LIKE %s", [*values, self.titled]
        sql = f"SELECT p.record_id, {rank} FROM ({self.passed}) p {self.joined} WHERE {condition} LIMIT %s"
        return _fetch(sql, [*rank_values, *self.values, *self.joined_values, *values, limit])

    def end(self) -> int | None:
        """Where the walk stopped, None when nothing lies beyond."""
        last = _fetch(f"SELECT record_id FROM ({self.passed}) p OFFSET {self.most - 1}", self.values)
        return last[0][0] if last else None


def _are_few(rows: QuerySet[Any]) -> bool:
    """Whether so few rows may be seen that one walks along these, by the planner's estimate."""
    sql, values = _ids_of(rows)
    plan = _fetch(f"EXPLAIN (FORMAT JSON) {sql}", list(values))[0][0]
    return int(plan[0]["Plan"]["Plan Rows"]) <= 2 * WALK


def _fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
