from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class HouseholdCreated(Event):
    NAME = "household.created"
    SUBJECT = "household"


@dataclass(frozen=True, kw_only=True)
class HouseholdChanged(Event):
    NAME = "household.changed"
    SUBJECT = "household"


@dataclass(frozen=True, kw_only=True)
class HouseholdTrashed(Event):
    NAME = "household.trashed"
    SUBJECT = "household"


@dataclass(frozen=True, kw_only=True)
class HouseholdRestored(Event):
    NAME = "household.restored"
    SUBJECT = "household"
