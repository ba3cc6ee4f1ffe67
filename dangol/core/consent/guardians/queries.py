"""Who is too young to consent, and which guardians agreed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from dangol.core.consent.guardians.models import Guardian
from dangol.core.consent.law.queries import book
from dangol.core.consent.law.rules.book import years_before
from dangol.platform.access.actor import Actor

WHY = "whether a guardian agreed concerns everybody who sends"


def has_guardian(person_id: int) -> bool:
    """Whether a guardian's agreement is in force."""
    return bool(Guardian.objects.for_system(WHY).filter(person_id=person_id, withdrawn_at=None).exists())


def guardians_of(actor: Actor, person_id: int) -> list[Guardian]:
    """Every agreement of a guardian for a person, newest first."""
    return list(Guardian.objects.visible_to(actor).filter(person_id=person_id).order_by("-agreed_at", "-pk"))


def guardian_age(country: str) -> int:
    """Below which age a guardian must agree for somebody in a country; 0 where nobody need."""
    return book().bound("email", country).guardian_age


def is_minor(person: Any) -> bool:
    """Whether a guardian must agree for this person today."""
    if person.born_on is None:
        return False
    age = guardian_age(person.country)
    return bool(age and person.born_on > years_before(timezone.localdate(), age))
