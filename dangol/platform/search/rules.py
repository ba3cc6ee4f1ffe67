"""How text is cut for the search: character bigrams, which serve Hangul, Latin letters and digits alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_PHONE = re.compile(r"\+?[\d][\d\s().\-/]{5,}\d")
_GAP = re.compile(r"\s+")
MAX_TEXT = 2000


def normal(text: str) -> str:
    """Lower case, compatibility forms folded (full width, half width), one blank between words."""
    folded = unicodedata.normalize("NFKC", text[:MAX_TEXT]).casefold().replace("\x00", "")
    return _GAP.sub(" ", folded).strip()


def searchable(texts: Iterable[str]) -> str:
    """One normalised text of several; phone numbers are added as bare digits, Korean ones in their local form too."""
    parts = []
    for text in texts:
        clean = normal(text)
        if not clean:
            continue
        parts.append(clean)
        if _PHONE.fullmatch(clean):
            digits = re.sub(r"\D", "", clean)
            parts.append(digits)
            if digits.startswith("82"):
                parts.append("0" + digits[2:].lstrip("0"))
    return " ".join(parts)


def asked(text: str) -> list[str]:
    """The words of a search; a phone number in any notation becomes its digits."""
    clean = normal(text)
    if _PHONE.fullmatch(clean):
        digits = re.sub(r"\D", "", clean)
        return [digits[2:] if clean.startswith("+82") else digits]
    return clean.split(" ")[:8] if clean else []


def grams(text: str) -> list[str]:
    """The pieces under which `text` is found: bigrams of each word, and its first character (marked `^`)."""
    found: set[str] = set()
    for word in text.split(" "):
        if word:
            found.add("^" + word[0])
            found.update(word[i : i + 2] for i in range(len(word) - 1))
    return sorted(found)


def grams_of_search(words: Iterable[str]) -> list[str]:
    """The pieces that a record must have to match all `words`."""
    found: set[str] = set()
    for word in words:
        if len(word) == 1:
            found.add("^" + word)
        found.update(word[i : i + 2] for i in range(len(word) - 1))
    return sorted(found)
