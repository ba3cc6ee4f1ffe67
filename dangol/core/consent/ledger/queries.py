"""Reading the ledger: what holds now, how it came to be, and the purposes and wordings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from dangol.core.consent.ledger.models import ConsentRecord, ConsentState, Purpose, Wording
from dangol.platform.access.actor import Actor
from dangol.platform.objects.beside import once


def active_purposes() -> list[Purpose]:
    """The purposes for which we write now, in order. One query."""
    return list(Purpose.objects.filter(is_active=True))


def purposes_by_id() -> dict[int, Purpose]:
    """Every purpose, also those for which we do not write any more, in order. One query."""
    return {purpose.pk: purpose for purpose in Purpose.objects.all()}


def purposes_beside(record: Any) -> dict[int, Purpose]:
    """Every purpose, in order, asked once for all parts of the page of a record in hand."""
    return once(record, "purposes", purposes_by_id)


def current_wording(purpose: Purpose | int, language: str) -> Wording | None:
    """The newest words of a purpose in a language, None where there are none."""
    purpose_id = purpose if isinstance(purpose, int) else purpose.pk
    return Wording.objects.filter(purpose_id=purpose_id, language=language).order_by("-version").first()


def wordings_of(purpose_id: int) -> QuerySet[Wording]:
    """All words a purpose ever had, newest first within each language."""
    return Wording.objects.filter(purpose_id=purpose_id).order_by("-language", "-version")


def versions_of(records: Iterable[ConsentRecord]) -> dict[int, int]:
    """{wording: version} of the words behind some lines; no query when none has any."""
    ids = {record.wording_id for record in records if record.wording_id}
    return dict(Wording.objects.filter(pk__in=ids).values_list("pk", "version")) if ids else {}


def state_of(actor: Actor, person_id: int) -> list[ConsentState]:
    """What holds now for a person, every purpose and channel ever asked; nothing when `actor` may not see her."""
    return list(
        ConsentState.objects.visible_to(actor)
        .filter(person_id=person_id)
        .order_by("purpose_id", "channel", "is_for_night")
    )


def history_of(
    actor: Actor, person_id: int, *, before: datetime | None = None, limit: int = 200
) -> list[ConsentRecord]:
    """The lines of a person's ledger, newest first, before a moment."""
    rows = ConsentRecord.objects.visible_to(actor).filter(person_id=person_id)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return list(rows.order_by("-at", "-pk")[:limit])
