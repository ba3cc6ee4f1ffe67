"""Erasing again whom a restored backup brought back."""

from __future__ import annotations

from dangol.core.consent.rights.models import Erasure
from dangol.core.consent.rights.services import replay_list
from dangol.core.consent.rights.services.erasing import WHY, erase_person, finish_erasure, mark_of
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor


def replay(*, actor: Actor) -> int:
    """Erase everybody in the list who is there (again); who only has the same number is left alone.

    Also finishes erasures that were begun. Returns how many people were erased again.
    """
    known, count = replay_list.noted(), 0
    people = Person.objects.for_system(WHY).filter(pk__in=list(known)) if known else []
    for person in people:
        if mark_of(person.pk, person.created_at) == known[person.pk]:
            erasure = erase_person(
                actor=actor, person_id=person.pk, reason="a restored backup brought the person back", is_replay=True
            )
            finish_erasure(actor=actor, erasure_id=erasure.pk)
            count += 1
    return count


def finish_begun(*, actor: Actor) -> int:
    """Finish erasures whose job did not come to its end. Returns how many."""
    ids = list(Erasure.objects.for_system(WHY).filter(finished_at=None).values_list("pk", flat=True)[:100])
    for pk in ids:
        finish_erasure(actor=actor, erasure_id=pk)
    return len(ids)
