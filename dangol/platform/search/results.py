from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Hit:
    """A record that was found, and how well: exact, by a value's first words, its beginning, a word's, or a part."""

    id: int
    rank: int
    record: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Hits:
    """Found records, best first; `next` is the place where the following ones begin, None at the end."""

    hits: list[Hit]
    next: tuple[Any, ...] | None = None
