from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class SuppressionAdded(Event):
    """An address was taken out."""

    NAME = "suppression.added"
    SUBJECT = "suppression"

    channel: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SuppressionLifted(Event):
    """An address may be written to again."""

    NAME = "suppression.lifted"
    SUBJECT = "suppression"

    channel: str
