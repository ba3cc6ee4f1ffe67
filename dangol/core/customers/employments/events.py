from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class EmploymentAdded(Event):
    NAME = "employment.added"
    SUBJECT = "employment"


@dataclass(frozen=True, kw_only=True)
class EmploymentChanged(Event):
    NAME = "employment.changed"
    SUBJECT = "employment"


@dataclass(frozen=True, kw_only=True)
class EmploymentTrashed(Event):
    NAME = "employment.trashed"
    SUBJECT = "employment"


@dataclass(frozen=True, kw_only=True)
class EmploymentRestored(Event):
    NAME = "employment.restored"
    SUBJECT = "employment"
