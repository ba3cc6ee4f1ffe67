"""What belongs together in a story: files added at once are one entry, a run of like entries of one day one line."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

AT_ONCE = timedelta(minutes=2)


class Told(Protocol):
    """What is known of an entry."""

    @property
    def at(self) -> datetime: ...
    @property
    def key(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def together(self) -> str: ...
    @property
    def can_fold(self) -> bool: ...


E = TypeVar("E", bound=Told)


@dataclass(frozen=True)
class Line(Generic[E]):
    """One line of a story: an entry, or several that fold into it, newest first."""

    items: tuple[E, ...]

    @property
    def is_fold(self) -> bool:
        """Whether it stands for several."""
        return len(self.items) > 1

    @property
    def key(self) -> str:
        """Names the line for as long as only newer entries join it."""
        return f"fold-{self.items[-1].key}" if self.is_fold else self.items[0].key


def joined(items: Sequence[E], join: Callable[[E, E], E]) -> list[E]:
    """Entries of which neighbours that happened at once have become one; `join(newer, older)` makes it.

    From one to the next no more than two minutes may lie.
    """
    found: list[E] = []
    last: datetime | None = None
    for item in items:
        is_same = found and item.together and found[-1].together == item.together
        if is_same and last is not None and last - item.at <= AT_ONCE:
            found[-1] = join(found[-1], item)
        else:
            found.append(item)
        last = item.at
    return found


def folded(items: Sequence[E], like: Callable[[E], Hashable], fold_from: Callable[[str], int]) -> list[Line[E]]:
    """Entries in lines: neighbours that are `like` each other (kind, day, who) fold, from a number on.

    `fold_from(kind)` is 0 where nothing folds.
    """
    lines: list[Line[E]] = []
    run: list[E] = []
    for item in items:
        if run and not (item.can_fold and run[-1].can_fold and like(item) == like(run[-1])):
            lines += _lines(run, fold_from)
            run = []
        run.append(item)
    return [*lines, *_lines(run, fold_from)]


def _lines(run: list[E], fold_from: Callable[[str], int]) -> list[Line[E]]:
    least = fold_from(run[0].group) if run else 0
    if least and len(run) >= least:
        return [Line(tuple(run))]
    return [Line((item,)) for item in run]
