from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class ProductCreated(Event):
    NAME = "product.created"
    SUBJECT = "product"


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event):
    NAME = "product.changed"
    SUBJECT = "product"


@dataclass(frozen=True, kw_only=True)
class ProductTrashed(Event):
    NAME = "product.trashed"
    SUBJECT = "product"


@dataclass(frozen=True, kw_only=True)
class ProductRestored(Event):
    NAME = "product.restored"
    SUBJECT = "product"
