"""A search of one object as SQL: which entries match, how well, and whether they can be many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import sqrt
from typing import Any

from dangol.platform.search.rules import Asked, Part, Word, coded, escaped, mark
from dangol.platform.search.statistics import statistics

COMMON = 15_000
"""Entries that are all looked at, ranked and judged; where more may match, some are found by walking along."""
EXACT, FIRST, BEGINNING, WORD, PART = range(5)
LISTED_COST = 0.045
"""What one place in the index of pieces costs, measured against looking at one entry."""
MOST_PIECES = 5
MANY_WAYS = 4
FEWER_PIECES = 3
"""Pieces of each of many ways: with few of them, most ways need the same."""

OF_OBJECT = "object_name || '' = %s"
"""That an entry is of an object, where its pieces are asked as well: these are of one object already, and the index of
all its entries would be read for nothing."""

_PLACES = ((" ", ""), ("\t ", ""), ("\t ", "\n"), ("\t ", " "))


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
        text, text_values = self.text(entry)
        parts, values = self._by_index(entry) if is_rare else ([], [])
        for word in self.asked.words:
            parts.append(_any(f"{text} LIKE %s" for _part in word))
            values += [value for part in word for value in (*text_values, part.pattern)]
        return " AND ".join(parts), values

    def _by_index(self, entry: str) -> tuple[list[str], list[Any]]:
        """That an entry has the pieces of all words: only where it has can it contain them."""
        together = {piece for word in self.asked.words if _is_plain(word) for piece in word[0].needs()[0]}
        parts, values = [], []
        if together:
            parts.append(f"{entry}pieces @> %s::int[]")
            values.append(self._narrowing(together, MOST_PIECES))
        for word in self.asked.words:
            if not _is_plain(word) and all(part.needs()[0] for part in word):
                ways = self._ways(word)
                parts.append(_any(f"{entry}pieces {sign} %s::int[]" for sign, _codes in ways))
                values += [codes for _sign, codes in ways]
        return parts, values

    def _ways(self, word: Word) -> list[tuple[str, list[int]]]:
        """The pieces of the ways in which a word may be written; what several ways need is asked once."""
        some = [coded(self.object_name, needed) for needed, are_all in (part.needs() for part in word) if not are_all]
        wholes = {
            frozenset(self._narrowing(needed, MOST_PIECES if len(word) < MANY_WAYS else FEWER_PIECES))
            for needed, are_all in (part.needs() for part in word)
            if are_all
        }
        least = [codes for codes in wholes if not any(other < codes for other in wholes)]
        return [("&&", codes) for codes in some] + [("@>", sorted(codes)) for codes in sorted(least, key=sorted)]

    def _narrowing(self, needed: Collection[str], most: int) -> list[int]:
        """The rarest pieces, and of the others those that leave out more than reading where they stand costs."""
        known, codes = statistics(), coded(self.object_name, needed)
        if not known.shares:
            return codes[:most]
        rarest, *others = sorted((known.share(code), code) for code in codes)
        left, chosen = rarest[0], [rarest[1]]
        for share, code in others:
            # Pieces of one word go together, so a further one leaves out less than its share says.
            after = left * sqrt(min(1.0, share / known.size(self.object_name)))
            if len(chosen) < most and share * LISTED_COST < left - after:
                chosen.append(code)
                left = after
        return chosen

    def rank(self, entry: str) -> tuple[str, list[Any]]:
        """How well an entry matches, as SQL: the coarser question first, since most match in part only."""
        if not self.asked.wholes:
            return str(PART), []
        text, text_values = self.text(entry)
        asks = _any(f"{text} LIKE %s" for _whole in self.asked.wholes)
        sql = (
            f"CASE WHEN NOT {asks} THEN {PART} WHEN NOT {asks} THEN {WORD} WHEN {asks} THEN {EXACT}"
            f" WHEN {asks} THEN {FIRST} ELSE {BEGINNING} END"
        )
        patterns = [f"%{begin}{escaped(whole)}{end}%" for begin, end in _PLACES for whole in self.asked.wholes]
        return sql, [value for pattern in patterns for value in (*text_values, pattern)]


def _any(conditions: Iterable[str]) -> str:
    return f"({' OR '.join(conditions)})"


def _is_plain(word: Word) -> bool:
    """Whether a word is written in one way, of which all pieces are known."""
    return len(word) == 1 and word[0].needs()[1]


def _together(shares: Sequence[float]) -> float:
    """The likely share of what needs several things: each further one counts half as much, for they go together."""
    likely, power = 1.0, 1.0
    for share in sorted(shares)[:4]:
        likely *= share**power
        power /= 2
    return likely
