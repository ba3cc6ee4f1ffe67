"""One router per registered object."""

from __future__ import annotations

from ninja import Router

from dangol.platform.api import access, batches, by_external_id, records, taking
from dangol.platform.api.schemas import read_schema
from dangol.platform.objects.registry import declared_types
from dangol.platform.objects.types import ObjectType


def routers() -> list[tuple[str, Router]]:
    """One router per declared object, with its address; those of the company's own come later (`own_objects`)."""
    return [(f"/{declared.slug}", router_for(declared)) for declared in declared_types()]


def router_for(declared: ObjectType) -> Router:
    """The REST of one object. Named addresses stand before those of single records."""
    router = Router(tags=[declared.name])
    read = read_schema(declared)
    batches.hang(router, declared)
    by_external_id.hang(router, declared, read)
    taking.hang(router, declared)
    access.hang(router, declared)
    records.hang(router, declared, read)
    return router
