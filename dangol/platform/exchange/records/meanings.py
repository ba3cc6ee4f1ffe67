"""What values in a file mean that a field does not know: a person says it once, and every row is read so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangol.platform.exchange.records.reading import SEVERAL, Reader

LEFT_BLANK = "-blank-"
"""What is chosen for a value that is to be left out."""


def given(options: Mapping[str, Any], name: str) -> dict[str, str]:
    """{value in the file, folded: what it means} of a field."""
    kept = options.get("meanings") or {}
    return {str(text).casefold(): str(value) for text, value in (kept.get(name) or {}).items()}


def with_meanings(reader: Reader, meanings: Mapping[str, str], *, is_several: bool = False) -> Reader:
    """The reader, reading another text where that was said; None for what is left blank."""
    if not meanings:
        return reader

    def read(text: str) -> Any:
        known = meanings.get(text.casefold())
        if known is None and is_several:
            parts = [meanings.get(part.casefold(), part) for part in SEVERAL.split(text) if part]
            text = "; ".join(part for part in parts if part != LEFT_BLANK)
        elif known is not None:
            text = "" if known == LEFT_BLANK else known
        return reader(text) if text else None

    return read
