from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class WishSet(Event):
    """A person said what she wishes of messages; `changes` holds what differs."""

    NAME = "wish.set"
    SUBJECT = "wish"
