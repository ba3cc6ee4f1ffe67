"""Where people work, for programs. Annotations are evaluated here: the API describes itself by them."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Path, Router, Schema, Status

from dangol.core.customers.employments import queries, services
from dangol.core.customers.ends.queries import record_of
from dangol.platform.access.actor import Actor
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.objects.writing import NotFound

router = Router(tags=["employment"])
ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}
_ALL, _ONE = "/people/{person_id}/employments", "/people/{person_id}/employments/{employment_id}"
MOST_ID = 2**63 - 1


class EmploymentsOf(Schema):
    """Of which person."""

    person_id: int = Field(ge=1, le=MOST_ID)


class OneEmployment(EmploymentsOf):
    """Which of them."""

    employment_id: int = Field(ge=1, le=MOST_ID)


class EmploymentRead(Schema):
    """Work for a company; `id` is empty for the person's own company of which nothing more is known."""

    id: int | None
    company_id: int
    company: str
    role: str
    started_on: date | None
    ended_on: date | None
    is_main: bool
    is_current: bool


class EmploymentChange(Schema):
    """What is changed; what is left out stays."""

    role: str = Field(None, max_length=services.MOST_ROLE)  # type: ignore[assignment]
    started_on: date | None = Field(None)
    ended_on: date | None = Field(None)


class EmploymentWrite(EmploymentChange):
    """A new one; `is_main` makes the company the person's own."""

    company_id: int = Field(ge=1, le=MOST_ID)
    is_main: bool = False


@router.get(_ALL, response={200: list[EmploymentRead], **ERRORS}, operation_id="list_employments",
            summary="Where a person works and worked")  # fmt: skip
def list_employments(request: HttpRequest, at: Path[EmploymentsOf]) -> Any:
    """The main one first."""
    actor = actor_of(request)
    return [_answer(job) for job in queries.jobs_of(actor, record_of(actor, "person", at.person_id, "see"))]


@router.post(_ALL, response={201: EmploymentRead, **ERRORS}, operation_id="create_employment",
             summary="Add work for a company")  # fmt: skip
def create_employment(request: HttpRequest, at: Path[EmploymentsOf], values: EmploymentWrite) -> Any:
    """The first one that goes on is the main one by itself."""
    actor, given = actor_of(request), values.model_dump(exclude_unset=True)
    company, is_main = given.pop("company_id"), given.pop("is_main", False)
    made = services.add_job(actor=actor, person_id=at.person_id, company_id=company, values=given, is_main=is_main)
    return Status(201, _answer(_found(actor, at.person_id, made.pk)))


@router.patch(_ONE, response={200: EmploymentRead, **ERRORS}, operation_id="change_employment",
              summary="Change role or time")  # fmt: skip
def change_employment(request: HttpRequest, at: Path[OneEmployment], values: EmploymentChange) -> Any:
    """An end that has passed makes the newest other one the main one."""
    actor = actor_of(request)
    _found(actor, at.person_id, at.employment_id)
    services.change_job(actor=actor, record_id=at.employment_id, values=values.model_dump(exclude_unset=True))
    return _answer(_found(actor, at.person_id, at.employment_id))


@router.post(f"{_ONE}/main", response={200: EmploymentRead, **ERRORS}, operation_id="lead_employment",
             summary="Make it the main one")  # fmt: skip
def lead_employment(request: HttpRequest, at: Path[OneEmployment]) -> Any:
    """The company becomes the person's own; the one that was stays written down."""
    actor = actor_of(request)
    _found(actor, at.person_id, at.employment_id)
    services.make_main(actor=actor, record_id=at.employment_id)
    return _answer(_found(actor, at.person_id, at.employment_id))


@router.delete(_ONE, response={204: None, **ERRORS}, operation_id="trash_employment", summary="Remove it")
def trash_employment(request: HttpRequest, at: Path[OneEmployment]) -> Any:
    """An undo brings it back."""
    actor = actor_of(request)
    _found(actor, at.person_id, at.employment_id)
    services.trash_job(actor=actor, record_id=at.employment_id)
    return Status(204, None)


def _found(actor: Actor, person_id: int, employment_id: int) -> queries.Job:
    for job in queries.jobs_of(actor, record_of(actor, "person", person_id, "see")):
        if job.id == employment_id:
            return job
    raise NotFound(_("There is no such record, or you may not see it."))


def _answer(job: queries.Job) -> dict[str, Any]:
    return {
        "id": job.id, "company_id": job.company.pk, "company": job.company.name, "role": job.role,
        "started_on": job.started_on, "ended_on": job.ended_on, "is_main": job.is_main, "is_current": job.is_current,
    }  # fmt: skip
