"""How text is kept and cut for the search: what is stored of a record, and what a search asks of it.

A stored text is a row of values, each `field's mark, TAB, blank, words, NEWLINE`; so one pattern tells a whole value
(`TAB blank x NEWLINE`), a value's beginning (`TAB blank x`), a word's beginning (`blank x`) and a part apart, and the
values of a hidden field can be cut out. Pieces are two characters of Hangul and other scripts, and three of ASCII,
where two are too common to tell records apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from dangol.platform.search.hangul import initials

MAX_TEXT = 2000
MAX_WORDS = 8
ANY = "\x01"
"""Stands for one character that is not known."""
_FIRST_MARK, _MARKS = 0xE000, 6400
_UNSEEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\ue000-\uf8ff\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d]")
_GAP = re.compile(r"\s+")
_PHONE = re.compile(r"\+?[\d(][\d\s().\-/]{5,}\d")
_NUMBER = re.compile(r"[\d+()./\-]*\d[\d+()./\-]*")
_NO_DIGIT = re.compile(r"\D")
_THIRDS = "".join(chr(c) for c in range(33, 127) if not chr(c).isupper())


def normal(text: str) -> str:
    """Lower case, compatibility forms folded (full width, half width), dashes alike, one blank between words."""
    if text.isascii() and text.isprintable():
        return _GAP.sub(" ", text[:MAX_TEXT].lower()).strip()
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub(" ", text[:MAX_TEXT])).casefold()
    return _GAP.sub(" ", _DASHES.sub("-", folded)).strip()


@cache
def mark(field: str) -> str:
    """The character that stands before the values of `field`: from the private use area, which no search contains."""
    return chr(_FIRST_MARK + crc32(field.encode()) % _MARKS)


def stored(texts: Iterable[tuple[str, str]]) -> str:
    """The stored text of fields and their texts; phone numbers in several forms, Hangul with its initial consonants."""
    return "".join(f"{mark(field)}\t {form}\n" for field, text in texts for form in _forms(text or ""))


def _forms(text: str) -> list[str]:
    clean = normal(text)
    if not clean:
        return []
    if not _PHONE.fullmatch(clean):
        first = initials(clean)
        return [clean, first] if first else [clean]
    digits = _NO_DIGIT.sub("", clean)
    found = [clean] if clean not in (digits, "+" + digits) else []
    found.append(digits)
    if digits.startswith("82") and clean.startswith("+"):
        found.append("0" + digits[2:].lstrip("0"))
    return found


def pieces(text: str) -> set[str]:
    """The pieces under which a stored text is found."""
    found: set[str] = set()
    for value in text.split("\n"):
        words = value[3:]
        if 0 < len(words) <= 4:
            found.add("=" + words)
        for word in words.split():
            found.add("^" + word[0])
            found.update(_pieces_of(word, is_whole=True))
            if not word.isalnum():
                found.update([c for c in word if c < "\x7f" and not c.isalnum()])
    return found


def _is_sign(char: str) -> bool:
    return char < "\x7f" and not char.isalnum()


def _pieces_of(word: str, *, is_whole: bool) -> list[str]:
    """Two or three characters at each place; the last two ASCII ones of a part may go on, so they are left out."""
    last = len(word) - 1
    if word.isascii():
        found = [word[i : i + 3] for i in range(last - 1)]
        return [*found, word[-2:]] if is_whole and last else found
    found = []
    for i in range(last):
        pair = word[i : i + 2]
        if not pair.isascii():
            found.append(pair)
        elif i + 2 <= last and word[i + 2] < "\x7f":
            found.append(word[i : i + 3])
        elif is_whole or i + 2 <= last:
            found.append(pair)
    return found


class _Codes(dict[str, int]):
    """Pieces as numbers of four bytes, different for each object, so that each has posting lists of its own."""

    def __init__(self, object_name: str) -> None:
        self.seed = crc32(object_name.encode() + b"\0")

    def __missing__(self, piece: str) -> int:
        code = crc32(piece.encode(), self.seed)
        code -= (code >> 31) << 32
        if len(self) < 200_000:
            self[piece] = code
        return code


@cache
def codes_of(object_name: str) -> _Codes:
    """The numbers of an object's pieces. Two pieces may share one: what is found is compared with the text."""
    return _Codes(object_name)


def coded(object_name: str, found: Iterable[str]) -> list[int]:
    """The pieces as numbers, in order."""
    known = codes_of(object_name)
    return sorted({known[piece] for piece in found})


@dataclass(frozen=True)
class Part:
    """One way of writing a word of a search; with `is_end` it must end a value (a number without its country)."""

    text: str
    is_end: bool = False

    @property
    def pattern(self) -> str:
        """The LIKE pattern of a stored text with it; a single letter counts at the beginning of a word only."""
        begin = " " if len(self.text) == 1 and not _is_sign(self.text) else ""
        return f"%{begin}{escaped(self.text).replace(ANY, '_')}{chr(10) if self.is_end else ''}%"

    def needs(self) -> tuple[list[str], bool]:
        """The pieces of a text that contains it, and whether all of them (or any one) must be there."""
        text = self.text
        if len(text) == 1:
            return [text if _is_sign(text) else "^" + text], True
        if len(text) == 2 and text.isascii():
            return [text, *(text + third for third in _THIRDS)], False
        return [piece for known in text.split(ANY) for piece in _pieces_of(known, is_whole=False)], True

    def stands_in(self, text: str) -> bool:
        """Whether a stored text contains it."""
        begin = " " if len(self.text) == 1 and not _is_sign(self.text) else ""
        wanted = re.escape(begin + self.text).replace(ANY, ".") + ("\n" if self.is_end else "")
        return re.search(wanted, text) is not None


Word = tuple[Part, ...]
"""One word of a search: the ways in which it may be written."""


@dataclass(frozen=True)
class Asked:
    """A search: words that must all be there, and the whole of it as it was written."""

    words: tuple[Word, ...]
    wholes: tuple[str, ...]


def asked(text: str) -> Asked:
    """Read a search. A number with signs in it (phone, order) is looked for as written and as its bare digits."""
    clean = normal(text)[:200]
    if _PHONE.fullmatch(clean):
        words: tuple[Word, ...] = (_number(clean.replace(" ", "") if " " in clean else clean),)
    else:
        parts = clean.split(" ")[:MAX_WORDS] if clean else []
        words = tuple(_number(p) if _NUMBER.fullmatch(p) else (Part(p),) for p in parts)
    wholes = tuple(p.text for p in words[0]) if len(words) == 1 else (clean,)
    return Asked(words, wholes if words else ())


def _number(text: str) -> Word:
    digits = _NO_DIGIT.sub("", text)
    ways = [Part(digits)] if len(digits) > 1 or text == digits else []
    if text not in (digits, "+" + digits):
        ways.append(Part(text))
    abroad = digits[2:] if digits.startswith("00") else digits
    if abroad.startswith("82") and (len(abroad) >= 10 or text.startswith("+") or abroad != digits):
        ways.append(Part("0" + abroad[2:].lstrip("0")))
    if abroad != digits and len(abroad) > 3:
        ways.append(Part(abroad))
    elif digits.startswith("0") and len(digits) >= 9:
        ways.append(Part(digits[1:], is_end=True))
    return tuple(ways) or (Part(text),)


def holds(text: str, what: Asked) -> bool:
    """Whether a stored text contains some word of a search."""
    return any(part.stands_in(text) for word in what.words for part in word)


def holds_all(text: str, what: Asked) -> bool:
    """Whether a stored text contains every word of a search."""
    return all(any(part.stands_in(text) for part in word) for word in what.words)


def escaped(text: str) -> str:
    """`text` for a LIKE pattern that means it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
