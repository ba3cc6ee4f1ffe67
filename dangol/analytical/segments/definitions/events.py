from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class SegmentCreated(Event):
    NAME = "segment.created"
    SUBJECT = "segment"


@dataclass(frozen=True, kw_only=True)
class SegmentChanged(Event):
    NAME = "segment.changed"
    SUBJECT = "segment"


@dataclass(frozen=True, kw_only=True)
class SegmentTrashed(Event):
    NAME = "segment.trashed"
    SUBJECT = "segment"


@dataclass(frozen=True, kw_only=True)
class SegmentRestored(Event):
    NAME = "segment.restored"
    SUBJECT = "segment"


@dataclass(frozen=True, kw_only=True)
class RulesSaved(Event):
    """The rules of a segment were set; its members follow with the next refresh, which this asks for."""

    NAME = "segment.rules_saved"
    SUBJECT = "segment"
