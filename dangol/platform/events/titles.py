"""How each event is called and drawn on a timeline; registered by the slice that owns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class EventTitle:
    """Words and icon (Tabler's name) of an event; `group` is the timeline's sieve: messages, orders, changes."""

    label: Any
    icon: str = "point"
    group: str = "changes"
    is_quiet: bool = False


TITLES: dict[str, EventTitle] = {}


def register_title(event_name: str, title: EventTitle) -> None:
    """Say how `event_name` is shown. Raises ValueError when another slice did already."""
    if event_name in TITLES:
        raise ValueError(f"{event_name} has a title already; an event name has one owner.")
    TITLES[event_name] = title
