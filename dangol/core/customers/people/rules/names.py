"""A name and its parts: which is the family's, in which order they are written, how its bearer is greeted.

Two-letter family names are those of the 2015 census of Statistics Korea that are not likelier a one-letter family name
and the beginning of a given one; compound Chinese ones are the commonest of 百家姓.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from dangol.platform.ui.korean import FAMILY_OF_TWO

Order = Literal["family", "given"]
FAMILIES_OF_TWO = (*FAMILY_OF_TWO, "어금", "망절")
_CHINESE_OF_TWO = ("欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "夏侯", "东方", "東方", "皇甫", "尉迟",
                   "公孙", "公孫", "令狐", "慕容", "司徒", "南宫", "南宮")  # fmt: skip
_HANGUL = re.compile(r"[가-힣]+")
_HAN = re.compile(r"[\u3400-\u9fff々〆ヶ]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL_TITLES = ("님", "씨", "귀하", "선생님", "교수님", "박사님", "대표님", "고객님")
_TITLES = {
    "mr": "Mr", "mrs": "Mrs", "ms": "Ms", "miss": "Miss", "mx": "Mx", "dr": "Dr", "prof": "Prof", "professor": "Prof",
    "sir": "Sir", "rev": "Rev", "herr": "Herr", "frau": "Frau", "m": "M", "mme": "Mme", "mlle": "Mlle", "sr": "Sr",
    "sra": "Sra", "hon": "Hon",
}  # fmt: skip
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "mba", "dds"))
_PARTICLES = frozenset(
    ("van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "des", "la", "le", "lo", "bin", "ibn",
     "al", "el", "ter", "ten", "zu", "zur", "st", "st.", "san", "santa", "af", "av", "y")
)  # fmt: skip


@dataclass(frozen=True)
class Name:
    """The parts of a name. `order` is the one in which its bearer writes it; `title` stands before or, in Korean,
    behind it, `suffix` behind."""

    family: str = ""
    given: str = ""
    order: Order = "given"
    title: str = ""
    suffix: str = ""
    glue: str = " "

    @property
    def full(self) -> str:
        """The name as its bearer writes it, without titles."""
        parts = (self.family, self.given) if self.order == "family" else (self.given, self.family)
        return self.glue.join(part for part in parts if part)


def parts_of(text: str) -> Name:
    """Take a name apart by its script. What names nobody gives empty parts; nothing of the name is lost."""
    bare = " ".join(text.replace("\x00", "").split())
    if not bare:
        return Name()
    if _HANGUL.search(bare) and not re.search(r"[A-Za-z]", bare):
        return _korean(bare)
    if _HAN.search(bare) or _KANA.search(bare):
        return _han(bare)
    return _latin(bare)


def joined(family: str, given: str) -> str:
    """One name of its two parts, as its bearer writes it: in Hangul and Han the family's first, without a gap."""
    family, given = " ".join(family.split()), " ".join(given.split())
    if _HANGUL.search(family + given):
        return f"{family}{given}"
    if _HAN.search(family + given):
        return f"{family}{given}" if not _KANA.search(family + given) else f"{family} {given}".strip()
    return f"{given} {family}".strip()


def greeting(name: str, latin_name: str = "", language: str = "en") -> str:
    """How a letter in `language` begins to somebody of this name; what fits anybody where no name is known."""
    language = language[:2]
    used = name or latin_name if language in ("ko", "ja", "zh") else latin_name or name
    parts = parts_of(used)
    if not parts.full:
        return _TO_ANYBODY.get(language, _TO_ANYBODY["en"])
    return _GREETERS.get(language, _english)(parts)


def _korean(bare: str) -> Name:
    title = ""
    words = bare.split(" ")
    for known in sorted(_HANGUL_TITLES, key=len, reverse=True):
        if len(words) > 1 and words[-1] == known:
            title, words = known, words[:-1]
            break
        if (
            len(words[-1]) > len(known) + 1
            and words[-1].endswith(known)
            and known in ("님", "귀하", "선생님", "고객님")
        ):
            title, words = known, [*words[:-1], words[-1].removesuffix(known)]
            break
    if len(words) == 2 and len(words[0]) <= 2 and _HANGUL.fullmatch(words[0]):
        return Name(words[0], words[1], "family", title, glue=" ")
    if len(words) > 1 or not _HANGUL.fullmatch(words[0]):
        return Name("", " ".join(words), "family", title)
    return replace(_hangul_word(words[0]), title=title)


def _hangul_word(word: str) -> Name:
    """One word of Hangul. Five letters and more are a foreign name that was written as it sounds."""
    if len(word) in (3, 4) and word.startswith(FAMILIES_OF_TWO):
        return Name(word[:2], word[2:], "family", glue="")
    if 2 <= len(word) <= 4:
        return Name(word[:1], word[1:], "family", glue="")
    return Name("", word, "family", glue="")


def _han(bare: str) -> Name:
    words = bare.replace("・", " ").replace("·", " ").split(" ")
    if len(words) == 2:
        return Name(words[0], words[1], "family", glue=bare[len(words[0])])
    if len(words) > 2 or not _HAN.fullmatch(bare) or not 2 <= len(bare) <= 4:
        return Name("", bare, "family")
    cut = 2 if bare.startswith(_CHINESE_OF_TWO) and len(bare) > 2 else 1
    return Name(bare[:cut], bare[cut:], "family", glue="")


def _latin(bare: str) -> Name:
    head, comma, tail = bare.partition(",")
    words, title, suffix = head.split(), "", ""
    if comma and _folded(tail) in _SUFFIXES:
        suffix, comma, tail = tail.strip(), "", ""
    while len(words) > 1 and _folded(words[0]) in _TITLES:
        title = title or _TITLES[_folded(words.pop(0))]
    while len(words) > 1 and _folded(words[-1]) in _SUFFIXES:
        suffix = f"{words.pop()} {suffix}".strip()
    if comma and tail.strip():
        given = tail.split()
        while len(given) > 1 and _folded(given[0]) in _TITLES:
            title = title or _TITLES[_folded(given.pop(0))]
        return Name(" ".join(words), " ".join(given), "given", title, suffix)
    if len(words) < 2:
        return Name("", " ".join(words), "given", title, suffix)
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    return Name(" ".join(words[cut:]), " ".join(words[:cut]), "given", title, suffix)


def _folded(word: str) -> str:
    return word.strip().casefold().rstrip(".").replace(".", "")


def _english(parts: Name) -> str:
    if parts.title and parts.family:
        return f"Dear {parts.title} {parts.family}"
    return f"Dear {parts.given or parts.full}"


def _japanese(parts: Name) -> str:
    return f"{parts.family or parts.full}様"


_TO_ANYBODY = {
    "ko": "고객님", "en": "Hello", "ja": "お客様", "zh": "您好", "de": "Guten Tag", "fr": "Bonjour", "es": "Hola",
    "it": "Buongiorno", "nl": "Hallo", "pt": "Olá",
}  # fmt: skip
_GREETERS: dict[str, Callable[[Name], str]] = {
    "ko": lambda parts: f"{parts.full}님",
    "en": _english,
    "ja": _japanese,
    "zh": lambda parts: f"{parts.full}，您好",
    "de": lambda parts: f"Guten Tag {parts.full}",
    "fr": lambda parts: f"Bonjour {parts.full}",
    "es": lambda parts: f"Hola, {parts.given or parts.full}",
    "it": lambda parts: f"Buongiorno {parts.given or parts.full}",
    "nl": lambda parts: f"Beste {parts.given or parts.full}",
    "pt": lambda parts: f"Olá, {parts.given or parts.full}",
}
