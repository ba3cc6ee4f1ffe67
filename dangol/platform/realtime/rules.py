"""What is told: the kind of record and its numbers, small enough for one notice of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CHANNEL = "dangol_live"
EVERY = "*"
MOST_BYTES = 7_900
"""A notice holds 8,000 bytes less one (PostgreSQL: NOTIFY)."""
MOST_IDS = 5_000
"""Of more records at once it is told that any of the kind may have changed."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A record that somebody looks at: what it is (`person`) and its number."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"


def topic_of(text: str) -> Topic | None:
    """`person:5` as a topic, None for anything else."""
    kind, _colon, number = text.partition(":")
    if not kind or not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    return Topic(kind, int(number)) if kind.replace("_", "").isalnum() else None


def notices(kind: str, ids: Iterable[int] | None) -> Iterator[str]:
    """The notices that tell of these records, as few as may be: `person 5 6 7`; `person *` for all or very many."""
    numbers = sorted(set(ids)) if ids is not None else None
    if numbers is None or len(numbers) > MOST_IDS:
        yield f"{kind} {EVERY}"
        return
    line = kind
    for number in numbers:
        if len(line) + len(str(number)) >= MOST_BYTES:
            yield line
            line = kind
        line += f" {number}"
    if line != kind:
        yield line


def told_by(notice: str) -> tuple[str, frozenset[int] | None]:
    """What a notice tells: (kind, numbers), None for all of the kind. A notice that says nothing tells of none."""
    kind, *words = notice.split(" ")
    if EVERY in words:
        return kind, None
    return kind, frozenset(int(word) for word in words if word.isascii() and word.isdecimal())
