from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class GuardianRecorded(Event):
    """A guardian agreed for a child; `method` is the code of how it was confirmed."""

    NAME = "guardian.recorded"
    SUBJECT = "guardian"

    method: str


@dataclass(frozen=True, kw_only=True)
class GuardianWithdrawn(Event):
    """A guardian's agreement holds no more."""

    NAME = "guardian.withdrawn"
    SUBJECT = "guardian"
