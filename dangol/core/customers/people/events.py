from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class PersonCreated(Event):
    NAME = "person.created"
    SUBJECT = "person"


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    NAME = "person.changed"
    SUBJECT = "person"


@dataclass(frozen=True, kw_only=True)
class PersonTrashed(Event):
    NAME = "person.trashed"
    SUBJECT = "person"


@dataclass(frozen=True, kw_only=True)
class PersonRestored(Event):
    NAME = "person.restored"
    SUBJECT = "person"
