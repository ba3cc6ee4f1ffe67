"""A fact told in English and in Korean; the company is invented in one of the two."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["en", "ko"]


class Words(NamedTuple):
    """The same words in both languages."""

    en: str
    ko: str

    def told(self, language: Language) -> str:
        """Return the words in `language`."""
        return self.ko if language == "ko" else self.en


def pairs(text: str) -> tuple[Words, ...]:
    """Read `English/한국어|English/한국어`."""
    return tuple(Words(*entry.strip().split("/")) for entry in text.split("|"))


def listed(text: str) -> tuple[str, ...]:
    """Read entries divided by blanks."""
    return tuple(text.split())
