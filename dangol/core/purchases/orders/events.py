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


@dataclass(frozen=True, kw_only=True)
class OrdersImported(Event):
    """A file of orders was taken in. What each row was and became stands beside it."""

    NAME = "orders.imported"
    SUBJECT = "order"

    run_id: str = ""
    rows: int = 0
    orders: int = 0
    people: int = 0
    products: int = 0


@dataclass(frozen=True, kw_only=True)
class OrdersRevalued(Event):
    """Orders in one currency were valued anew because a rate became known."""

    NAME = "orders.revalued"
    SUBJECT = "order"

    currency: str = ""
    orders: int = 0
