from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dangol.core.customers.companies import events
from dangol.core.customers.companies.models import DEEPEST, Company, floors_above
from dangol.core.customers.contact_points.rules import clean_phone, clean_website
from dangol.core.customers.contact_points.rules.points import found_by
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.making_many import create_many
from dangol.platform.objects.writing import RecordWriter


def _clean(values: dict[str, Any], company: Any) -> dict[str, Any]:
    errors = {}
    if "website" in values:
        try:
            values["website"] = clean_website(str(values["website"] or ""))
        except ValueError:
            errors["website"] = _("This is not a web address. Example: https://example.com.")
    if "phone" in values:
        phone = str(values["phone"] or "")
        country = values.get("country") or company.country or ("KR" if phone[:1] == "+" else workspace().country)
        try:
            values["phone"] = clean_phone(phone, country)
        except ValueError:
            errors["phone"] = _("This is not a phone number. Example: 010-1234-5678 or +44 20 7946 0000.")
    if values.get("parent") not in (None, "") and (fault := _misplaced(company, values["parent"])):
        errors["parent"] = fault
    if errors:
        raise ValidationError(errors)
    return values


def _misplaced(company: Any, parent: Any) -> str:
    """Why a company cannot stand below another one; empty where it can. The database watches over it too."""
    key = str(getattr(parent, "pk", parent))
    if company.pk is None or not key.isdigit():
        return ""
    above = floors_above(int(key))
    if company.pk in above:
        return _("This company stands below it: a circle. Choose another one.")
    if len(above) >= DEEPEST:
        return _("A tree of companies has at most %(most)s floors. Choose a company further up.") % {"most": DEEPEST}
    return ""


COMPANIES = RecordWriter(
    model=Company,
    writable=(
        "name", "registration_number", "industry", "website", "phone", "country", "city", "address", "parent", "owner",
    ),
    created=events.CompanyCreated,
    changed=events.CompanyChanged,
    trashed=events.CompanyTrashed,
    restored=events.CompanyRestored,
    clean=_clean,
    search=lambda company: (
        company.name,
        {
            **{n: getattr(company, n) for n in ("name", "registration_number", "city", "website")},
            "phone": found_by(company, "phone"),
            "email": found_by(company, "email"),
        },
    ),
)  # fmt: skip


def create_company(*, actor: Actor, values: Mapping[str, Any]) -> Company:
    """Add a company. Raises Forbidden, ValidationError by field."""
    return COMPANIES.create(actor=actor, values=values)  # type: ignore[no-any-return]


def create_companies(*, actor: Actor, values: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Add many companies: for each the record, or the error for which it was left out. Raises Forbidden."""
    return create_many(COMPANIES, actor=actor, values=values)


def change_company(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Company:
    """Change some fields of a company. Raises NotFound, Forbidden, Conflict, ValidationError by field."""
    return COMPANIES.change(actor=actor, record_id=record_id, values=values, expected=expected)  # type: ignore[no-any-return]


def trash_company(*, actor: Actor, record_id: int) -> Company:
    """Put a company in the trash. Raises NotFound, Forbidden."""
    return COMPANIES.trash(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


def restore_company(*, actor: Actor, record_id: int) -> Company:
    """Take a company out of the trash. Raises NotFound, Forbidden."""
    return COMPANIES.restore(actor=actor, record_id=record_id)  # type: ignore[no-any-return]
