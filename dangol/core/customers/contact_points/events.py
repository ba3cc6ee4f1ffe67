from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class ContactPointAdded(Event):
    NAME = "contact_point.added"
    SUBJECT = "contact_point"


@dataclass(frozen=True, kw_only=True)
class ContactPointChanged(Event):
    NAME = "contact_point.changed"
    SUBJECT = "contact_point"


@dataclass(frozen=True, kw_only=True)
class ContactPointTrashed(Event):
    NAME = "contact_point.trashed"
    SUBJECT = "contact_point"


@dataclass(frozen=True, kw_only=True)
class ContactPointRestored(Event):
    NAME = "contact_point.restored"
    SUBJECT = "contact_point"


@dataclass(frozen=True, kw_only=True)
class ReachabilityNoted(Event):
    """Mail to an address came back, or arrived after all: noted for everybody who has it, with `rows`."""

    NAME = "contact_points.reached"
    SUBJECT = "contact_point"

    kind: str = ""
    is_reachable: bool = False
