from __future__ import annotations

from typing import Any

from dangol.core.customers.households.models import Household
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import object_type

MOST_SHOWN = 20


def members(actor: Actor, household_id: int) -> Any:
    """The people of a household whom `actor` sees, by name; without those in the trash. A query to go on with."""
    people: Any = object_type("person").model
    rows = people.objects.visible_to(actor)
    if actor.field_right("person", "household") == "hidden":
        return rows.none()
    return rows.filter(household_id=household_id, deleted_at=None).order_by("name", "pk")


def member_ids(actor: Actor, household_id: int) -> list[int]:
    """Their numbers, for totals over a household that `actor` sees; none for one that they do not."""
    if not Household.objects.visible_to(actor).filter(pk=household_id, deleted_at=None).exists():
        return []
    return list(members(actor, household_id).values_list("pk", flat=True))


def household_of(actor: Actor, person: Any) -> Any:
    """The household of a person, if `actor` may see it and it is not in the trash."""
    if person.household_id is None or actor.field_right("person", "household") == "hidden":
        return None
    return Household.objects.visible_to(actor).filter(pk=person.household_id, deleted_at=None).first()
