"""Reading the ledger: what holds now, how it came to be, and the purposes and wordings."""

from __future__ import annotations

from dangol.core.consent.ledger.models import ConsentRecord, ConsentState, Purpose, Wording
from dangol.platform.access.actor import Actor


def active_purposes() -> list[Purpose]:
    """The purposes for which we write now, in order. One query."""
    return list(Purpose.objects.filter(is_active=True))


def current_wording(purpose: Purpose | int, language: str) -> Wording | None:
    """The newest words of a purpose in a language, None where there are none."""
    purpose_id = purpose if isinstance(purpose, int) else purpose.pk
    return Wording.objects.filter(purpose_id=purpose_id, language=language).order_by("-version").first()


def state_of(actor: Actor, person_id: int) -> list[ConsentState]:
    """What holds now for a person, every purpose and channel ever asked; nothing when `actor` may not see her."""
    return list(
        ConsentState.objects.visible_to(actor)
        .filter(person_id=person_id)
        .order_by("purpose_id", "channel", "is_for_night")
    )


def history_of(actor: Actor, person_id: int, limit: int = 200) -> list[ConsentRecord]:
    """The lines of a person's ledger, newest first."""
    rows = ConsentRecord.objects.visible_to(actor).filter(person_id=person_id)
    return list(rows.order_by("-at", "-pk")[:limit])
