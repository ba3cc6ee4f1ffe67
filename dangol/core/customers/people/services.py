from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dangol.core.customers.contact_points.rules import clean_email, clean_phone
from dangol.core.customers.people import events
from dangol.core.customers.people.models import Person
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
    if person.pk is None and not any(
        str(values.get(n) or "").strip() for n in ("name", "email", "phone", "customer_number")
    ):
        errors["name"] = _("Give a name, an e-mail, a phone number or a customer number.")
    if errors:
        raise ValidationError(errors)
    return values


def search_texts(person: Person) -> tuple[str, dict[str, str]]:
    """What the search knows of a person: what they are called, and the text of each field."""
    texts = {
        "name": person.name,
        "latin_name": person.latin_name,
        "email": person.email,
        "phone": person.phone,
        "customer_number": person.customer_number or "",
    }
    return person.name or person.latin_name or texts["customer_number"] or person.email, texts


PEOPLE = RecordWriter(
    model=Person,
    writable=(
        "name", "latin_name", "email", "phone", "company", "job_title", "country", "city", "address", "language",
        "born_on", "source", "customer_number", "owner",
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
