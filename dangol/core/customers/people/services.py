from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.customers.contact_points.rules import clean_email, clean_phone
from dangol.core.customers.contact_points.rules.points import found_by
from dangol.core.customers.contact_points.rules.regions import clean_region
from dangol.core.customers.people import events
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.rules import band_of
from dangol.core.customers.people.rules.bands import BANDS
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.making_many import create_many
from dangol.platform.objects.writing import RecordWriter


def _clean(values: dict[str, Any], person: Any) -> dict[str, Any]:
    errors = {}
    if "email" in values:
        try:
            values["email"] = clean_email(str(values["email"] or ""))
        except ValueError:
            errors["email"] = _("This is not an e-mail address. Example: jiwoo@example.com.")
    if "phone" in values:
        phone = str(values["phone"] or "")
        country = values.get("country") or person.country or ("KR" if phone[:1] == "+" else workspace().country)
        try:
            values["phone"] = clean_phone(phone, country)
        except ValueError:
            errors["phone"] = _("This is not a phone number. Example: 010-1234-5678 or +44 20 7946 0000.")
    if "region" in values:
        values["region"] = clean_region(str(values["region"] or ""), str(values.get("country") or person.country))
    if "born_on" in values or "age_band" in values:
        _clean_age(values, person)
    if person.pk is None and not any(
        str(values.get(n) or "").strip() for n in ("name", "email", "phone", "customer_number")
    ):
        errors["name"] = _("Give a name, an e-mail, a phone number or a customer number.")
    if errors:
        raise ValidationError(errors)
    return values


def _clean_age(values: dict[str, Any], person: Any) -> None:
    """Let the band follow from the birthday, where that is known."""
    born_on = values.get("born_on", person.born_on)
    try:
        born_on = _BORN_ON.to_python(born_on) if born_on not in ("", None) else None
    except ValidationError:  # told of the birthday itself
        return
    if born_on is not None:
        values["age_band"] = _band_on(born_on, _today(int(time.monotonic())))


@lru_cache(maxsize=1)
def _today(second: int) -> date:
    """Asking for the day costs more than all else of reading a birthday; a million of them come in one import."""
    return timezone.localdate()


_band_on = lru_cache(maxsize=50_000)(band_of)


def search_texts(person: Person) -> tuple[str, dict[str, str | list[str]]]:
    """What the search knows of a person: what they are called, and the text of each field, the further e-mails and
    phones with that of their kind."""
    texts = {
        "name": person.name,
        "latin_name": person.latin_name,
        "email": found_by(person, "email"),
        "phone": found_by(person, "phone"),
        "customer_number": person.customer_number or "",
    }
    return person.name or person.latin_name or person.customer_number or person.email, texts


_BORN_ON: Any = Person._meta.get_field("born_on")

PEOPLE = RecordWriter(
    model=Person,
    writable=(
        "name", "latin_name", "email", "phone", "company", "job_title", "country", "city", "address", "language",
        "born_on", "age_band", "gender", "region", "occupation", "household", "source", "customer_number", "owner",
    ),
    created=events.PersonCreated,
    changed=events.PersonChanged,
    trashed=events.PersonTrashed,
    restored=events.PersonRestored,
    clean=_clean,
    about=lambda person: person.pk,
    search=search_texts,
)  # fmt: skip


def create_person(*, actor: Actor, values: Mapping[str, Any]) -> Person:
    """Add a person; the actor owns them unless `values` names another. Raises Forbidden, ValidationError by field."""
    return PEOPLE.create(actor=actor, values=values)  # type: ignore[no-any-return]


def create_people(*, actor: Actor, values: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Add many people: for each the record, or the error for which it was left out. Raises Forbidden."""
    return create_many(PEOPLE, actor=actor, values=values)


def change_person(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Person:
    """Change some fields of a person. Raises NotFound, Forbidden, Conflict, ValidationError by field."""
    return PEOPLE.change(actor=actor, record_id=record_id, values=values, expected=expected)  # type: ignore[no-any-return]


def trash_person(*, actor: Actor, record_id: int) -> Person:
    """Put a person in the trash; orders stay. Raises NotFound, Forbidden."""
    return PEOPLE.trash(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


def restore_person(*, actor: Actor, record_id: int) -> Person:
    """Take a person out of the trash. Raises NotFound, Forbidden."""
    return PEOPLE.restore(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


_FOLLOWS = """
UPDATE customers_person p SET age_band = v.band FROM (
  SELECT id, (SELECT max(b) FROM unnest(%s::int[]) b WHERE b <= extract(year FROM age(%s::date, born_on)))::text AS band
  FROM customers_person WHERE born_on <= %s) v
WHERE p.id = v.id AND p.age_band IS DISTINCT FROM v.band
"""


def let_age(today: date) -> int:
    """Set every band of age that a birthday tells as of `today`; returns how many moved. One statement, for the system.

    Nothing is told: nobody changed anything, a day has passed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWS, [list(BANDS), today, today])
        return int(cursor.rowcount)
