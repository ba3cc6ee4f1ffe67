"""How near two words are, and by which numbers near words are found.

A word is kept under the numbers of itself with each one letter left out; two words one slip apart (a letter more,
less, another, or two exchanged) always share such a number. After W. Garbe's symmetric delete algorithm (2012); the
distance is that of optimal string alignment after F. Damerau, CACM 7(3), 1964.
"""

from __future__ import annotations

import re
from zlib import crc32

from dangol.platform.search.hangul import letters

_WORD = re.compile(r"[^\W\d_]+")
SHORTEST, LONGEST = 2, 24
_LONG = 8


def words_of(text: str) -> set[str]:
    """The words of a stored text: letters only, so that addresses and numbers give no words of their own."""
    return {w for w in _WORD.findall(text) if SHORTEST <= len(w) <= LONGEST and not "\u1100" <= w[0] <= "\u11ff"}


def keys(word: str) -> list[int]:
    """The numbers under which `word` and its near ones meet; long words are kept with two letters left out as well."""
    taken = letters(word)
    once = {taken[:i] + taken[i + 1 :] for i in range(len(taken))}
    found = {taken, *once}
    if len(taken) >= _LONG and word.isascii():
        found |= {w[:i] + w[i + 1 :] for w in once for i in range(len(w))}
    return sorted({_number(w) for w in found})


def _number(text: str) -> int:
    code = crc32(text.encode())
    return code - ((code >> 31) << 32)


def slips(word: str) -> int:
    """How many slips are forgiven in `word`: none in the shortest, two in long ones."""
    size = len(letters(word))
    return 0 if size < 3 else 1 if size < _LONG else 2


def distance(one: str, other: str) -> int:
    """The number of slips between two words, letter by letter: one more, one less, another, two exchanged."""
    a, b = letters(one), letters(other)
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
