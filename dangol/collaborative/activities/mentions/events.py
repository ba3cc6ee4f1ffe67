from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class MentionTold(Event):
    """A note names members of staff who had not been told of it."""

    NAME = "mention.told"
    SUBJECT = "mention"

    note_id: int = 0
    users: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MentionSeen(Event):
    """Somebody opened mentions of their own."""

    NAME = "mention.seen"
    SUBJECT = "mention"

    rows: int = 0
