from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class OrderCreated(Event):
    NAME = "order.created"
    SUBJECT = "order"


@dataclass(frozen=True, kw_only=True)
class OrderChanged(Event):
    NAME = "order.changed"
    SUBJECT = "order"


@dataclass(frozen=True, kw_only=True)
class OrderTrashed(Event):
    NAME = "order.trashed"
    SUBJECT = "order"


@dataclass(frozen=True, kw_only=True)
class OrderRestored(Event):
    NAME = "order.restored"
    SUBJECT = "order"
