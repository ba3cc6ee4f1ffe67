"""What a batch of events teaches about names and properties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dangol.core.behavior.stream.steps import StreamEvent

MOST_NAMES, MOST_PROPERTIES = 500, 200
"""Of a source and of a name; what comes beyond is kept and not learned, so that a stranger with a public key cannot
fill the tables."""
LONGEST_PROPERTY = 100
Key = tuple[int, str, str]


@dataclass(slots=True)
class Seen:
    """How often something was seen, and when; a property with the types of its values."""

    count: int
    first_at: datetime
    last_at: datetime
    types: set[str] = field(default_factory=set)

    def add(self, at: datetime) -> None:
        """Count once more."""
        self.count += 1
        if at < self.first_at:
            self.first_at = at
        elif at > self.last_at:
            self.last_at = at


def type_of(value: Any) -> str:
    """The type of a value of JSON; "" for null, which tells nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list) else "object"


def key_of(event: StreamEvent) -> Key:
    """Under which name an event is learned: pages under one, since a site may call each of its pages something else."""
    return event.source_id, event.kind, "" if event.kind == "page" else event.name


def names_in(events: Iterable[StreamEvent]) -> dict[Key, Seen]:
    """Names of events, with how often each was seen."""
    found: dict[Key, Seen] = {}
    for event in events:
        key, at = key_of(event), event.received_at
        if (seen := found.get(key)) is None:
            found[key] = Seen(1, at, at)
        else:
            seen.add(at)
    return found


def properties_in(events: Iterable[StreamEvent]) -> dict[tuple[Key, str], Seen]:
    """Properties of events by name, with the types of their values; overlong names are not learned."""
    found: dict[tuple[Key, str], Seen] = {}
    for event in events:
        key, at = key_of(event), event.received_at
        for name, value in event.properties.items():
            kind = type_of(value)
            if not kind or len(name) > LONGEST_PROPERTY:
                continue
            if (seen := found.get((key, name))) is None:
                found[key, name] = Seen(1, at, at, {kind})
            else:
                seen.add(at)
                seen.types.add(kind)
    return found
