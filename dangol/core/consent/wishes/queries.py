from __future__ import annotations

from dangol.core.consent.wishes.models import Wish

WHY = "a person's wishes concern everybody who sends"


def wish_of(person_id: int) -> Wish | None:
    """What a person wishes; None for nothing."""
    return Wish.objects.for_system(WHY).filter(person_id=person_id).first()
