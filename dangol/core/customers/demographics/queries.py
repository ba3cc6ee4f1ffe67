from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.customers.demographics.models import PersonFact
from dangol.platform.access.actor import Actor

DETAILS = ("born_on", "age_band", "gender", "region", "language", "occupation")


@dataclass(frozen=True)
class Detail:
    """A detail of a person that is known: the field, its value, and the fact about it (None: nothing was noted)."""

    field: str
    value: Any
    fact: Any = None


def as_text(value: Any) -> str:
    """A value as facts keep it."""
    return "" if value is None else str(value)


def details_of(actor: Actor, person: Any) -> list[Detail]:
    """The details of a person that are known and that `actor` may see, with what was noted about them. One query."""
    shown = [n for n in DETAILS if getattr(person, n) not in (None, "") and _sees(actor, n)]
    if person.born_on is not None and "born_on" in shown:
        shown = [n for n in shown if n != "age_band"]  # follows from the birthday
    if not shown:
        return []
    rows = {row.field: row for row in PersonFact.objects.visible_to(actor).filter(person_id=person.pk, field__in=shown)}
    found = []
    for name in shown:
        value, fact = getattr(person, name), rows.get(name)
        found.append(Detail(name, value, fact if fact is not None and fact.value == as_text(value) else None))
    return found


def fact_of(actor: Actor, person: Any, field: str) -> Any:
    """What was noted about one detail as it stands; None for nothing."""
    return next((d.fact for d in details_of(actor, person) if d.field == field), None)


def _sees(actor: Actor, field: str) -> bool:
    return actor.field_right("person", field) != "hidden"
