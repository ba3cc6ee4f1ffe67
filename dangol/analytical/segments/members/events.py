from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class SegmentRefreshed(Event):
    """People entered or left a segment; beside it stands one row for each of them, about that person."""

    NAME = "segment.refreshed"
    SUBJECT = "segment"

    entered: int = 0
    left: int = 0
    members: int = 0
