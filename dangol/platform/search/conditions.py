"""A search of one object as SQL: which entries match, how well, and whether they can be many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import sqrt
from typing import Any

from dangol.platform.search.rules import Asked, Part, coded, escaped, mark
from dangol.platform.search.statistics import statistics

COMMON = 15_000
"""Entries that are all looked at, ranked and judged; where more may match, some are found by walking along."""
EXACT, FIRST, BEGINNING, WORD, PART = range(5)
LISTED_COST = 0.045
"""What one place in the index of pieces costs, measured against looking at one entry."""
MOST_PIECES = 5

_RANKS = (("\t ", "\n", EXACT), ("\t ", " ", FIRST), ("\t ", "", BEGINNING), (" ", "", WORD))


class Search:
    """One search of one object: its conditions as SQL."""

    def __init__(self, object_name: str, asked: Asked, hidden: Collection[str]) -> None:
        self.object_name, self.asked, self.hidden = object_name, asked, hidden

    def is_rare(self) -> bool:
        """Whether so few entries can match that all may be looked at."""
        if not self.asked.wholes:
            return True
        most, likely = self.shares()
        entries = statistics().entries
        return most * entries <= COMMON or likely * entries <= COMMON / 10

    def shares(self) -> tuple[float, float]:
        """In which share of the entries it can match at most, and in which it is likely to."""
        words = [[self._shares(part) for part in word] for word in self.asked.words]
        most = min(sum(most for most, _likely in word) for word in words)
        return most, _together([sum(likely for _most, likely in word) for word in words])

    def _shares(self, part: Part) -> tuple[float, float]:
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
        parts, values = self._pieces(entry) if is_rare else ([], [])
        for word in self.asked.words:
            ways = [self._way(part, entry, is_rare=is_rare and len(word) > 1) for part in word]
            parts.append(f"({' OR '.join(sql for sql, _given in ways)})")
            values += [value for _sql, given in ways for value in given]
        return " AND ".join(parts), values

    def _pieces(self, entry: str) -> tuple[list[str], list[Any]]:
        """The pieces of the words that can be written in one way only."""
        conditions, values, together = [], [], set()
        for needed, are_all in (word[0].needs() for word in self.asked.words if len(word) == 1):
            if are_all:
                together.update(needed)
            else:
                conditions.append(f"{entry}pieces && %s::int[]")
                values.append(coded(self.object_name, needed))
        if together:
            conditions.append(f"{entry}pieces @> %s::int[]")
            values.append(self._narrowing(together))
        return conditions, values

    def _way(self, part: Part, entry: str, *, is_rare: bool) -> tuple[str, list[Any]]:
        """That an entry contains a word in one of the ways in which it may be written."""
        text, values = self.text(entry)
        sql, given, (needed, are_all) = f"{text} LIKE %s", [*values, part.pattern], part.needs()
        if is_rare and needed:
            sql = f"({entry}pieces {'@>' if are_all else '&&'} %s::int[] AND {sql})"
            given.insert(0, self._narrowing(needed) if are_all else coded(self.object_name, needed))
        return sql, given

    def _narrowing(self, needed: Collection[str]) -> list[int]:
        """The rarest pieces, and of the others those that leave out more than reading where they stand costs."""
        known, codes = statistics(), coded(self.object_name, needed)
        if not known.shares:
            return codes[:MOST_PIECES]
        rarest, *others = sorted((known.share(code), code) for code in codes)
        left, chosen = rarest[0], [rarest[1]]
        for share, code in others:
            # Pieces of one word go together, so a further one leaves out less than its share says.
            after = left * sqrt(min(1.0, share / known.size(self.object_name)))
            if len(chosen) < MOST_PIECES and share * LISTED_COST < left - after:
                chosen.append(code)
                left = after
        return chosen

    def rank(self, entry: str) -> tuple[str, list[Any]]:
        """How well an entry matches, as SQL."""
        cases, values = [], []
        text, text_values = self.text(entry)
        for begin, end, rank in _RANKS:
            for whole in self.asked.wholes:
                cases.append(f"WHEN {text} LIKE %s THEN {rank}")
                values += [*text_values, f"%{begin}{escaped(whole)}{end}%"]
        return f"CASE {' '.join(cases)} ELSE {PART} END" if cases else str(PART), values


def _together(shares: Sequence[float]) -> float:
    """The likely share of what needs several things: each further one counts half as much, for they go together."""
    likely, power = 1.0, 1.0
    for share in sorted(shares)[:4]:
        likely *= share**power
        power /= 2
    return likely
