"""What one can have rights to. Each room names its own; the editor of roles and the matrix show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from dangol.platform.access.actor import ACTIONS


@dataclass(frozen=True)
class Right:
    """Something one can have rights to, under its `name` in grants.

    `actions` are those that mean something here. Without `has_rows` a right is all or nothing. `fields` are
    (name, label) pairs that can be hidden or closed to writing.
    """

    name: str
    label: Any
    actions: tuple[str, ...] = ACTIONS
    has_rows: bool = True
    fields: tuple[tuple[str, Any], ...] = ()
    order: int = 100


Source = Callable[[], Iterable[Right]]
_rights: dict[str, Right] = {}
_sources: dict[str, Source] = {}


def register_right(right: Right) -> None:
    """Name one thing."""
    _rights[right.name] = right


def register_rights(name: str, source: Source) -> None:
    """Name several that are known late: `source` is asked each time."""
    _sources[name] = source


def known_rights() -> list[Right]:
    """Everything one can have rights to, in order; what a source names stands before what was named singly."""
    found = dict(_rights)
    for source in _sources.values():
        found.update({right.name: right for right in source()})
    return sorted(found.values(), key=lambda right: (right.order, right.name))
