from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dangol.core.customers.households import events
from dangol.core.customers.households.models import Household
from dangol.platform.access.actor import Actor
from dangol.platform.objects.making_many import create_many
from dangol.platform.objects.writing import RecordWriter

HOUSEHOLDS = RecordWriter(
    model=Household,
    writable=("name", "main_person", "address", "city", "country", "note", "owner"),
    created=events.HouseholdCreated,
    changed=events.HouseholdChanged,
    trashed=events.HouseholdTrashed,
    restored=events.HouseholdRestored,
    search=lambda household: (household.name, {n: getattr(household, n) for n in ("name", "address", "city")}),
)


def create_household(*, actor: Actor, values: Mapping[str, Any]) -> Any:
    """Add a household. Raises Forbidden, ValidationError by field."""
    return HOUSEHOLDS.create(actor=actor, values=values)


def create_households(*, actor: Actor, values: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Add many households: for each the record, or the error for which it was left out. Raises Forbidden."""
    return create_many(HOUSEHOLDS, actor=actor, values=values)


def change_household(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Any:
    """Change some fields of a household. Raises NotFound, Forbidden, Conflict, ValidationError by field."""
    return HOUSEHOLDS.change(actor=actor, record_id=record_id, values=values, expected=expected)


def trash_household(*, actor: Actor, record_id: int) -> Any:
    """Put a household in the trash; its members stay as they are. Raises NotFound, Forbidden."""
    return HOUSEHOLDS.trash(actor=actor, record_id=record_id)


def restore_household(*, actor: Actor, record_id: int) -> Any:
    """Take a household out of the trash. Raises NotFound, Forbidden."""
    return HOUSEHOLDS.restore(actor=actor, record_id=record_id)
