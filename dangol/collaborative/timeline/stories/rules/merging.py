"""One order of entries from several sources, page by page, without reading a source to its end.

A source only knows how to give its entries before a moment, newest first. Where many entries share a moment, a source
may break off amid them; so what a source gave counts only down to the last moment that it surely gave in full, and a
page ends there at the latest. Nothing is left out and nothing comes twice, whatever shares a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

ABOVE_ALL = "~"
"""In a mark: above every entry of its moment."""
GROWTH = 4
"""How many times more a source is asked for when all it gave shares one moment."""


class Placed(Protocol):
    """What stands in a story: its moment, and a key that no other entry has."""

    @property
    def at(self) -> datetime: ...
    @property
    def key(self) -> str: ...


E = TypeVar("E", bound=Placed)
Source = Callable[[datetime | None, int], Sequence[E]]
Place = tuple[datetime, str, int, str]


def place(at: datetime, key: str) -> Place:
    """Where an entry stands; of two at one moment the greater number is the later one (`order-10` after `order-9`)."""
    kind, _dash, rest = key.partition("-")
    is_number = rest.isascii() and rest.isdecimal()
    return (at, kind, int(rest) if is_number else -1, "" if is_number else rest)


@dataclass(frozen=True)
class Mark:
    """The last entry of a page: the next one begins below it.

    An empty key stands below all entries of its moment, `ABOVE_ALL` above them.
    """

    at: datetime
    key: str = ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return place(self.at, self.key)


def merged(
    sources: Sequence[Source[E]], mark: Mark | None, limit: int, keep: Callable[[E], bool] = lambda _entry: True
) -> tuple[list[E], Mark | None]:
    """The next entries below a mark, newest first, at most `limit`, and where to go on (None: there are no more).

    Only what one wants to `keep` comes. Fewer than `limit`, even none, may come although there are more.
    """
    parts = [_gathered(source, mark, limit, keep) for source in sources]
    horizon = max((until for _items, until in parts if until is not None), default=None)
    found = [item for items, _until in parts for item in items if horizon is None or item.at > horizon]
    found.sort(key=lambda item: place(item.at, item.key), reverse=True)
    if len(found) > limit:
        return found[:limit], Mark(found[limit - 1].at, found[limit - 1].key)
    return found, None if horizon is None else Mark(horizon, ABOVE_ALL)


def remembered(source: Source[E]) -> Source[E]:
    """The same source, which is not asked again once it gave all it had."""
    rest: list[E] | None = None

    def ask(before: datetime | None, limit: int) -> Sequence[E]:
        nonlocal rest
        if rest is not None:  # marks only go down
            return [item for item in rest if before is None or item.at < before][:limit]
        given = source(before, limit)
        if len(given) < limit:
            rest = list(given)
        return given

    return ask


def _gathered(
    source: Source[E], mark: Mark | None, limit: int, keep: Callable[[E], bool]
) -> tuple[list[E], datetime | None]:
    """Entries of one source below the mark, and the moment at and before which it may have more (None: it has none)."""
    # A source gives what is before a moment; the mark's own moment may have more below the mark, and the mark itself.
    before, asked = (mark.at + timedelta(microseconds=1), limit + 2) if mark else (None, limit + 1)
    while True:
        given = source(before, asked)
        below = [item for item in given if mark is None or place(item.at, item.key) < mark.place]
        if len(given) < asked:
            return [item for item in below if keep(item)], None
        horizon = given[-1].at
        if whole := [item for item in below if item.at > horizon]:
            return [item for item in whole if keep(item)], horizon
        asked *= GROWTH
