from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class DemoLoaded(Event):
    NAME = "demo.loaded"
    SUBJECT = "workspace"

    people: int
    companies: int
    products: int
    orders: int
    lines: int


@dataclass(frozen=True, kw_only=True)
class DemoRemoved(Event):
    NAME = "demo.removed"
    SUBJECT = "workspace"

    people: int
    companies: int
    products: int
    orders: int
    lines: int
    staff: int
    kept_people: int
    kept_companies: int
    kept_products: int
    kept_staff: int
