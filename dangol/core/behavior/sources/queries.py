from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dangol.core.behavior.sources.models import Source, WriteKey
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.writing import NotFound

OBJECT = "event_source"


@dataclass(frozen=True, slots=True)
class DoorSource:
    """What the door must know of a source to judge a request."""

    id: int
    allowed_origins: tuple[str, ...]
    keeps_address: str
    honours_refusal: bool
    consent_category: str
    needs_consent: bool
    most_per_second: int


def sources(actor: Actor) -> list[Any]:
    """All sources that are not deleted, by name."""
    return list(Source.objects.visible_to(actor).filter(deleted_at=None).order_by("name", "id")[:200])


def find_source(actor: Actor, source_id: int, *, action: str = "see") -> Any:
    """One source that is not deleted. Raises Forbidden, NotFound."""
    require(actor, action, OBJECT)
    rows = Source.objects.visible_to(actor, action).filter(deleted_at=None)
    found = rows.filter(pk=source_id).first() if 0 < source_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such source, or you may not see it."))
    return found


def keys_of(actor: Actor, source_id: int) -> list[Any]:
    """The keys of a source, those in use first, then the newest."""
    rows = WriteKey.objects.visible_to(actor).filter(source_id=source_id)
    return sorted(rows.order_by("-id")[:50], key=lambda key: key.revoked_at is not None)


def open_doors() -> dict[str, DoorSource]:
    """Which keys let whom in now. One query."""
    rows = WriteKey.objects.for_system("whose events come in").filter(
        revoked_at=None, source__deleted_at=None, source__is_active=True
    )
    names = [f"source__{name}" for name in DoorSource.__slots__ if name != "id"]
    return {
        key: DoorSource(pk, tuple(origins), *rest)
        for key, pk, origins, *rest in rows.values_list("key", "source_id", *names)
    }
