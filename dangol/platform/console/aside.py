"""What higher rooms put aside so that it blocks nothing else: returned mail, webhooks, rows. They register it here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dangol.platform.access.actor import Actor


@dataclass(frozen=True)
class Aside:
    """One thing that was put aside: what it is, why, since when."""

    id: int
    at: datetime
    title: str
    reason: Any
    detail: str = ""


@dataclass(frozen=True)
class AsideSource:
    """Where something is put aside.

    `page(actor, before_id, most)` returns the newest first; `count()` how many there are; `retry` works them off again
    (what fails again stays), `discard` throws them away; both return how many.
    """

    name: str
    label: Any
    page: Callable[[Actor, int | None, int], Sequence[Aside]]
    count: Callable[[], int]
    retry: Callable[[Actor, list[int]], int]
    discard: Callable[[Actor, list[int]], int]


_sources: dict[str, AsideSource] = {}


def register_aside(found: AsideSource) -> None:
    """Show what a room puts aside on the console. Raises ValueError when the name is taken."""
    if found.name in _sources:
        raise ValueError(f"{found.name} is registered already.")
    _sources[found.name] = found


def sources() -> list[AsideSource]:
    """Every place where something is put aside."""
    return [_sources[name] for name in sorted(_sources)]


def source(name: str) -> AsideSource:
    """The place called `name`. Raises LookupError."""
    if name not in _sources:
        raise LookupError(name)
    return _sources[name]
