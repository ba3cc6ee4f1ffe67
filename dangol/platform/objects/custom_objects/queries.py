from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.registry import declared_types
from dangol.platform.objects.writing import NotFound

RIGHT = "custom_object"
API = "api/v1/"
KEPT_FREE = frozenset({
    "deals", "leads", "quotes", "pipelines", "forecasts", "tickets", "surveys", "happenings", "journeys", "social",
    "threads", "inbox", "conversations", "activities", "todos", "calls", "meetings", "forms", "timeline", "dashboards",
    "reports", "experiments", "offers", "prices", "categories", "relations", "calendar", "knowledge", "portal", "slas",
    "calling", "field", "automation", "help", "static", "media", "new", "views", "api",
})  # fmt: skip
"""Addresses that the house keeps for rooms of its own."""


def objects_of(actor: Actor) -> list[CustomObject]:
    """The company's own objects, removed ones last. Raises Forbidden."""
    require(actor, "see", RIGHT)
    rows = list(CustomObject.objects.order_by("order", "id"))
    return sorted(rows, key=lambda row: row.removed_at is not None)


def find(actor: Actor, number: int) -> CustomObject:
    """One of them. Raises Forbidden, NotFound."""
    require(actor, "see", RIGHT)
    found = CustomObject.objects.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such object."))
    return found


def taken_slugs() -> set[str]:
    """Every address that leads somewhere already, or that the house keeps free."""
    own = set(CustomObject.objects.values_list("slug", flat=True))
    return own | {declared.slug for declared in declared_types()} | _routed() | KEPT_FREE


def taken_names() -> set[str]:
    """The internal names that are or were given: what was told of purged records must not be told of others."""
    purged = EventRecord.objects.filter(name="custom_object.purged").values_list("changes", flat=True)
    gone = {str(changes["name"][0]) for changes in purged if "name" in changes}
    return gone | set(CustomObject.objects.values_list("name", flat=True))


@cache
def _routed() -> set[str]:
    """The first parts of all fixed addresses, of pages and of the API."""
    found = set()
    for route in _routes(get_resolver().url_patterns, ""):
        for start in ("", API):
            if route.startswith(start):
                found.add(route.removeprefix(start).partition("/")[0])
    return {part for part in found if part and "<" not in part and "(" not in part}


def _routes(patterns: Sequence[Any], before: str) -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern).lstrip("^")
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route.rstrip("$")


def count_of(row: CustomObject) -> int:
    """About how many records it has, those in the trash too: exact while they are few."""
    from dangol.platform.objects.custom_objects.making import model_of

    if row.state != CustomObject.State.READY:
        return 0
    rows = model_of(row.name).objects.for_system("how many records would go")
    return int(rows[:10_001].count())
