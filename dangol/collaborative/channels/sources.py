"""Who sends: each kind of source (campaigns, letters) registers what the sending pipeline must ask it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dangol.platform.access.actor import Actor

if TYPE_CHECKING:
    from dangol.core.consent.gate.rules import Asked

Standing = Literal["go", "wait", "stop"]


@dataclass(frozen=True)
class SourceName:
    """What a source is called on a timeline, and where it leads."""

    label: str
    url: str = ""


def _no_names(actor: Actor, ids: Collection[int]) -> Mapping[int, SourceName]:
    return {}


@dataclass(frozen=True)
class SourceRules:
    """A kind of source, by its `name` in `Message.source`. All functions get the source's id.

    `standing` is asked before each batch: "go", "wait" (paused, not yet begun) or "stop" (what waits is cancelled).
    `asked` is the gate's question; its moment is replaced by now for each batch. `on_done` is told when nothing is
    pending, held or handing any more; it may be told again. `names` returns what those ids that the actor may see are
    called, in one query. `per_second` limits this source beside the limit of the way out. `is_tracked`: links are
    signed and opens noticed. `is_bulk`: mail programs are told that it is one of very many (a letter is not).
    """

    name: str
    standing: Callable[[int], Standing]
    asked: Callable[[int], Asked]
    on_done: Callable[[int], None]
    names: Callable[[Actor, Collection[int]], Mapping[int, SourceName]] = _no_names
    per_second: Callable[[int], int | None] = lambda source_id: None
    is_tracked: bool = True
    is_bulk: bool = True
    label: Any = ""


class UnknownSource(LookupError):
    """Messages wait for a source that no slice registered."""


_SOURCES: dict[str, SourceRules] = {}


def register_source(rules: SourceRules) -> None:
    """Add a kind of source. Raises ValueError when its name is taken."""
    if rules.name in _SOURCES:
        raise ValueError(f"A source called {rules.name} is registered already.")
    _SOURCES[rules.name] = rules


def source_rules(name: str) -> SourceRules:
    """The rules of the source called `name`. Raises UnknownSource."""
    if name not in _SOURCES:
        raise UnknownSource(name)
    return _SOURCES[name]


def source_names() -> tuple[str, ...]:
    """Every registered kind of source."""
    return tuple(_SOURCES)
