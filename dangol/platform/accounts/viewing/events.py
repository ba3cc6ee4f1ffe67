from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class ViewStarted(Event):
    """An administrator began to look through the eyes of the subject; at `until` it ends by itself."""

    NAME = "user.view_started"
    IS_PLACED = True
    SUBJECT = "user"

    until: str


@dataclass(frozen=True, kw_only=True)
class ViewEnded(Event):
    """It is over: stopped, expired, signed_out or not_allowed any more."""

    NAME = "user.view_ended"
    IS_PLACED = True
    SUBJECT = "user"

    how: str
