"""What is done with a batch of events on its way in. Slices register their steps; all run in one transaction.

Steps of an order below `WRITTEN` run before the events are written: they may fill in `visitor_id` and `visit_id`, or
take events out of the batch. Steps above it run after: the rows are there then. One batch is in hand at a time in the
whole installation (a lock), so steps need not fear each other, only what pages write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

WRITTEN = 500
"""The order at which the events are written."""


@dataclass(slots=True)
class StreamEvent:
    """An event that was read, in its own words, with our clock.

    `context` is what the sender sent; `kept` are properties and trimmed context as they will be written, so steps read
    both and change neither. `traits` are those of `identify` and `group`, or of the context. `url`, `path`, `title`,
    `referrer` are the page's. `id` is given before the steps run.
    """

    id: int
    source_id: int
    kind: str
    name: str
    at: datetime
    received_at: datetime
    message_id: str = ""
    anonymous_id: str = ""
    user_id: str = ""
    previous_id: str = ""
    group_id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    path: str = ""
    title: str = ""
    referrer: str = ""
    address: str = ""
    agent: str = ""
    visitor_id: int | None = None
    visit_id: int | None = None
    is_late: bool = False
    kept: tuple[str, str] = ("{}", "{}")


@dataclass(slots=True)
class Batch:
    """Events in hand, in the order in which they came; none of them is a repeat, none is blocked."""

    events: list[StreamEvent]


Step = Callable[[Batch, Any], None]
_steps: dict[str, tuple[int, Step]] = {}


def register_step(name: str, order: int, step: Step) -> None:
    """Let `step(batch, cursor)` take part. It works on the whole batch at once and only by the cursor's transaction.

    Raises:
        ValueError: the name is taken, or the order is `WRITTEN` itself.
    """
    if name in _steps or order == WRITTEN:
        raise ValueError(f"The step {name} is registered already, or its order is {WRITTEN}.")
    _steps[name] = (order, step)


def steps_before() -> list[Step]:
    """Steps before the events are written, in order."""
    return [step for order, step in sorted(_steps.values(), key=lambda s: s[0]) if order < WRITTEN]


def steps_after() -> list[Step]:
    """Steps after the events are written, in order."""
    return [step for order, step in sorted(_steps.values(), key=lambda s: s[0]) if order > WRITTEN]
