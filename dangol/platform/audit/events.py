from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class AuditExported(Event):
    """Somebody took entries of the audit log out of the house; `filter` says which."""

    NAME = "audit.exported"
    IS_PLACED = True
    SUBJECT = "audit"

    filter: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AuditKeptFor(Event):
    """How long the audit log is kept was set; `changes` has the months, None for good."""

    NAME = "audit.kept_for"
    SUBJECT = "audit"


@dataclass(frozen=True, kw_only=True)
class AuditRemoved(Event):
    """Entries older than `until` were removed: how many, and how many rows of bulk changes with them."""

    NAME = "audit.removed"
    SUBJECT = "audit"

    count: int
    rows: int
    until: str
