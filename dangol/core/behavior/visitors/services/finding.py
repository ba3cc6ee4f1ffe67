"""Which person a believed name is, and people made of names that nobody has."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_people
from dangol.platform.access.actor import Actor
from dangol.platform.api.models import ExternalId

WHY = "the people of visitors are found"
SOURCE = "web"
_HANGUL = re.compile(r"[가-힣]")


class Found(NamedTuple):
    """A believed name, the address told with it where the source's addresses are believed, and the system whose own
    numbers are names too ("" where there is none)."""

    name: str
    address: str = ""
    system: str = ""


def find_people(asked: Collection[Found]) -> dict[Found, tuple[int, bool]]:
    """(person, whether by the address) of each name that somebody has.

    By customer number, else by what another system calls a person, else by e-mail address; an address that two people
    have names nobody. A query for each way that is asked.
    """
    numbers = {one.name for one in asked if one.name}
    addresses = {one.address for one in asked if one.address}
    by_number = _by_number(numbers) if numbers else {}
    by_system = _by_system({(one.system, one.name) for one in asked if one.system and one.name not in by_number})
    by_address = _by_address(addresses) if addresses else {}
    found: dict[Found, tuple[int, bool]] = {}
    for one in set(asked):
        person = by_number.get(one.name) or by_system.get((one.system, one.name))
        if person is not None:
            found[one] = (person, False)
        elif one.address in by_address:
            found[one] = (by_address[one.address], True)
    return found


def _by_system(names: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not names:
        return {}
    rows = ExternalId.objects.filter(object_name="person", external_id__in=sorted({name for _system, name in names}))
    known = {(s, n): pk for s, n, pk in rows.values_list("system", "external_id", "record_id") if (s, n) in names}
    here = Person.objects.for_system(WHY).filter(pk__in=set(known.values()), deleted_at=None)
    standing = set(here.values_list("pk", flat=True))
    return {key: pk for key, pk in known.items() if pk in standing}


def _by_number(numbers: Collection[str]) -> dict[str, int]:
    rows = Person.objects.for_system(WHY).filter(customer_number__in=sorted(numbers), deleted_at=None)
    return {str(number): pk for number, pk in rows.values_list("customer_number", "pk")}


def _by_address(addresses: Collection[str]) -> dict[str, int]:
    rows = Person.objects.for_system(WHY).filter(email__in=sorted(addresses), deleted_at=None)
    found: dict[str, list[int]] = {}
    for email, pk in rows.values_list("email", "pk"):
        found.setdefault(email, []).append(pk)
    return {email: pks[0] for email, pks in found.items() if len(pks) == 1}


def make_people(told: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """A person for each name, with what was told of them; where that cannot be kept, with the number alone."""
    if not told:
        return {}
    actor, names = Actor.system(WHY), sorted(told)
    made = create_people(actor=actor, values=[_values(name, told[name]) for name in names])
    found = {name: one.pk for name, one in zip(names, made, strict=True) if isinstance(one, Person)}
    left = [name for name in names if name not in found]
    again = create_people(actor=actor, values=[_values(name, {}) for name in left]) if left else []
    found.update({name: one.pk for name, one in zip(left, again, strict=True) if isinstance(one, Person)})
    return found


def _values(name: str, traits: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "customer_number": name, "source": SOURCE, "name": name_of(traits), "email": _text(traits.get("email")),
        "phone": _text(traits.get("phone")),
    }  # fmt: skip


def name_of(traits: Mapping[str, Any]) -> str:
    """What somebody is called after the traits of Segment's spec; a Korean name has its family name first."""
    first, last = _text(traits.get("firstName")), _text(traits.get("lastName"))
    if whole := _text(traits.get("name")):
        return whole
    return f"{last}{first}" if _HANGUL.search(first + last) else f"{first} {last}".strip()


def _text(value: Any) -> str:
    return value.strip()[:200] if isinstance(value, str) else ""
