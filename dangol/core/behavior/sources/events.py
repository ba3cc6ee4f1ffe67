from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class SourceCreated(Event):
    NAME = "event_source.created"
    SUBJECT = "event_source"


@dataclass(frozen=True, kw_only=True)
class SourceChanged(Event):
    NAME = "event_source.changed"
    SUBJECT = "event_source"


@dataclass(frozen=True, kw_only=True)
class KeyMade(Event):
    NAME = "event_source.key_made"
    SUBJECT = "event_source"

    key_id: int = 0


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(Event):
    NAME = "event_source.key_revoked"
    SUBJECT = "event_source"

    key_id: int = 0


@dataclass(frozen=True, kw_only=True)
class SourceTrashed(Event):
    NAME = "event_source.trashed"
    SUBJECT = "event_source"
