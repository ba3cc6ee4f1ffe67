"""Who looks like a record that a program is about to create: a question, which writes nothing.

Annotations are evaluated here (no postponed evaluation), because the schemas are read by the router.
"""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from dangol.core.identity.duplicates.object import in_words
from dangol.core.identity.duplicates.queries import alike
from dangol.platform.access.checks import require
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem

router = Router(tags=["identity"])


class PersonAsked(Schema):
    """What is known of a person; everything may be left out."""

    name: str = ""
    latin_name: str = ""
    email: str = ""
    phone: str = ""
    customer_number: str = ""
    born_on: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    company: int | None = None


class CompanyAsked(Schema):
    """What is known of a company; everything may be left out."""

    name: str = ""
    registration_number: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    website: str = ""


class LookalikeTold(Schema):
    """A record that looks like the one asked for. `likely` says that a form would ask before it adds another one."""

    id: int
    title: str
    probability: float
    likely: bool
    reasons: dict[str, str]
    words: list[str]


class Lookalikes(Schema):
    """At most five, likeliest first."""

    rows: list[LookalikeTold]


PROBLEMS: dict[int, Any] = dict.fromkeys((401, 403, 422), Problem)


@router.post("/people/alike", response={200: Lookalikes, **PROBLEMS}, operation_id="alike_person",
             summary="Who looks like this person?")  # fmt: skip
def people_alike(request: HttpRequest, asked: PersonAsked) -> Any:
    """The people that whoever asks may see and that look like this one."""
    return _answer(request, "person", asked)


@router.post("/companies/alike", response={200: Lookalikes, **PROBLEMS}, operation_id="alike_company",
             summary="Who looks like this company?")  # fmt: skip
def companies_alike(request: HttpRequest, asked: CompanyAsked) -> Any:
    """The companies that whoever asks may see and that look like this one."""
    return _answer(request, "company", asked)


def _answer(request: HttpRequest, object_name: str, asked: Schema) -> Any:
    actor = actor_of(request)
    require(actor, "see", object_name)
    return {
        "rows": [
            {
                "id": one.record.pk, "title": one.title, "probability": round(one.likeness.probability, 4),
                "likely": one.likeness.is_sure, "reasons": one.likeness.reasons,
                "words": in_words(object_name, one.likeness.reasons),
            }
            for one in alike(actor, object_name, asked.model_dump())
        ]
    }  # fmt: skip
