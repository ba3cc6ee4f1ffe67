"""Merge fields of the customers themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.collaborative.channels.writing.rules.fields import MergeField
from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.rules import greeting, parts_of, shown_name
from dangol.platform.access.actor import Actor

_CUSTOMER = {"ko": "고객", "en": "customer"}
_ANYBODY = {"ko": "고객님", "en": "Hello"}
FIELDS = (
    MergeField("name", _("Name"), {"ko": "김지우", "en": "Jiwoo Kim"}, fallback=_CUSTOMER),
    MergeField("first_name", _("First name"), {"ko": "지우", "en": "Jiwoo"}, fallback=_CUSTOMER),
    MergeField("greeting", _("Greeting"), {"ko": "김지우님", "en": "Dear Jiwoo"}, fallback=_ANYBODY),
    MergeField("company", _("Company"), {"ko": "나래 스튜디오", "en": "Narae Studio"}),
    MergeField("job_title", _("Role"), {"ko": "디자이너", "en": "Designer"}),
    MergeField("city", _("City"), {"ko": "서울", "en": "Seoul"}),
    MergeField("customer_number", _("Customer number"), {"en": "10024"}),
    MergeField("owner", _("Who looks after them"), {"ko": "이하린", "en": "Harin Lee"}),
)
_COLUMNS = ("pk", "name", "latin_name", "company__name", "job_title", "city", "customer_number", "owner__name")
# The facts of a person that a field shows; who may not see them gets nothing.
_SHOWS = {"first_name": "name", "greeting": "name"}


def load(
    person_ids: Sequence[int], names: Collection[str], language: str, actor: Actor | None
) -> Mapping[int, Mapping[str, str]]:
    """Values of the customers' own facts. One query."""
    seen = {n for n in names if actor is None or actor.field_right("person", _SHOWS.get(n, n)) != "hidden"}
    rows = _people(actor).filter(pk__in=person_ids).values_list(*_COLUMNS)
    if actor is not None and "company" in seen and actor.scope("see", "company") != "all":
        rows = _without_unseen_companies(list(rows), actor)
    return {row[0]: _values(row, seen, language) for row in rows}


def _without_unseen_companies(rows: Sequence[Any], actor: Actor) -> list[Any]:
    at, pks = _COLUMNS.index("company__name"), [row[0] for row in rows]
    companies = Company.objects.visible_to(actor).values("pk")
    told = set(_people(actor).filter(pk__in=pks, company_id__in=companies).values_list("pk", flat=True))
    return [row if row[0] in told else (*row[:at], None, *row[at + 1 :]) for row in rows]


def _people(actor: Actor | None) -> Any:
    return Person.objects.visible_to(actor) if actor else Person.objects.for_system("fields of a message's receivers")


def _values(row: Sequence[Any], names: Collection[str], language: str) -> dict[str, str]:
    _pk, name, latin_name, company, job_title, city, number, owner = row
    called = shown_name(name, latin_name, language)
    parts = parts_of(called)
    every = {
        "name": called, "first_name": parts.given or parts.full,
        "greeting": greeting(name, latin_name, language) if parts.full else "",
        "company": company, "job_title": job_title, "city": city, "customer_number": number, "owner": owner,
    }  # fmt: skip
    return {name: value for name, value in every.items() if value and name in names}
