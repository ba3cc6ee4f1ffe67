from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class CompanyCreated(Event):
    NAME = "company.created"
    SUBJECT = "company"


@dataclass(frozen=True, kw_only=True)
class CompanyChanged(Event):
    NAME = "company.changed"
    SUBJECT = "company"


@dataclass(frozen=True, kw_only=True)
class CompanyTrashed(Event):
    NAME = "company.trashed"
    SUBJECT = "company"


@dataclass(frozen=True, kw_only=True)
class CompanyRestored(Event):
    NAME = "company.restored"
    SUBJECT = "company"
