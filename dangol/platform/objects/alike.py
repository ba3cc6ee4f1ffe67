"""Records that look like one being added: shown beside the form, and a likely one holds the form back once.

A higher floor, which knows what makes two records alike, registers how they are found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dangol.platform.access.actor import Actor

SURE = "_sure"
"""The name under which a form says that its record is another one, whatever it looks like."""


@dataclass(frozen=True)
class Lookalike:
    """A record that looks like the one being added, with reasons in words; `is_sure` holds the form back."""

    title: str
    subtitle: str
    url: str
    reasons: list[str] = field(default_factory=list)
    is_sure: bool = False


Find = Callable[[Actor, str, Mapping[str, Any]], Sequence[Lookalike]]
_find: dict[str, Find] = {}


def register_lookalikes(object_name: str, find: Find) -> None:
    """Say how records of an object are found that look like one with some values: `find(actor, object name, values)`.

    It tells only of records and fields that `actor` may see. Raises ValueError when somebody said so before.
    """
    if object_name in _find:
        raise ValueError(f"What looks like a {object_name} is found already.")
    _find[object_name] = find


def is_looked_for(object_name: str) -> bool:
    """Whether records of an object are compared with those that are there when they are added."""
    return object_name in _find


def lookalikes(actor: Actor, object_name: str, values: Mapping[str, Any]) -> Sequence[Lookalike]:
    """The records that look like one with `values`, likeliest first; none where nobody looks."""
    return _find[object_name](actor, object_name, values) if object_name in _find else ()


def in_the_way(actor: Actor, object_name: str, values: Mapping[str, Any], sent: Mapping[str, Any]) -> Any:
    """Those that hold a form back: any of them is likely the same, and the form does not say that it is another."""
    if SURE in sent:
        return ()
    found = lookalikes(actor, object_name, values)
    return found if any(one.is_sure for one in found) else ()
