"""Ways to reach people and companies, for programs. Annotations are evaluated here, which the API describes."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Path, Router, Schema, Status

from dangol.core.customers.contact_points import queries, services
from dangol.core.customers.contact_points.rules.points import MOST_VALUE
from dangol.core.customers.ends.queries import record_of
from dangol.platform.access.actor import Actor
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.objects.writing import NotFound

router = Router(tags=["contact_point"])
ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}
_ALL, _ONE = "/{slug}/{record_id}/contact-points", "/{slug}/{record_id}/contact-points/{point_id}"
MOST_ID = 2**63 - 1
Kind = Literal["email", "phone", "address", "messenger", "social"]
_OBJECTS = {"people": "person", "companies": "company"}


class ContactPointsOf(Schema):
    """Of which person or company."""

    slug: Literal["people", "companies"]
    record_id: int = Field(ge=1, le=MOST_ID)

    @property
    def object_name(self) -> str:
        """The object."""
        return _OBJECTS[self.slug]


class OneContactPoint(ContactPointsOf):
    """Which of them."""

    point_id: int = Field(ge=1, le=MOST_ID)


class ContactPointRead(Schema):
    """A way to reach somebody; `id` is empty for the record's own value of which nothing more is known."""

    id: int | None
    kind: str
    value: str
    is_primary: bool
    provider: str
    label: str
    line: str = Field(description="Of a phone: mobile, landline, internet, personal, toll_free, representative, …")
    takes_texts: bool = Field(description="Whether text messages reach it; false for what is no phone")
    parts: dict[str, str] = Field(description="Of an address: country, postcode, region, road, …")
    source: str
    verified_at: datetime | None
    reachable: bool | None
    reachable_at: datetime | None
    unreachable_why: str


class ContactPointChange(Schema):
    """What is changed; what is left out stays."""

    value: str = Field(None, max_length=MOST_VALUE)  # type: ignore[assignment]
    provider: str = Field(None, max_length=50)  # type: ignore[assignment]
    label: Literal["", "private", "work", "billing", "delivery", "former", "other"] = Field(None)  # type: ignore[arg-type]
    source: str = Field(None, max_length=200)  # type: ignore[assignment]
    verified_at: datetime | None = Field(None)
    reachable: bool | None = Field(None)
    unreachable_why: str = Field(None, max_length=MOST_VALUE)  # type: ignore[assignment]


class ContactPointWrite(ContactPointChange):
    """A new one: its kind and value; of an address `parts` in place of the value."""

    kind: Kind
    value: str = Field("", max_length=MOST_VALUE)
    parts: dict[str, str] = Field(None, max_length=12)  # type: ignore[arg-type]


@router.get(_ALL, response={200: list[ContactPointRead], **ERRORS}, operation_id="list_contact_points",
            summary="Every way to reach a person or a company")  # fmt: skip
def list_points(request: HttpRequest, at: Path[ContactPointsOf]) -> Any:
    """By kind, the record's own first."""
    actor = actor_of(request)
    record = record_of(actor, at.object_name, at.record_id, "see")
    return [_answer(point) for point in queries.points_of(actor, record)]


@router.post(
    _ALL,
    response={201: ContactPointRead, **ERRORS},
    operation_id="create_contact_point",
    summary="Add a way to reach them",
)
def create_point(request: HttpRequest, at: Path[ContactPointsOf], values: ContactPointWrite) -> Any:
    """What stands there already is returned as it is."""
    given = values.model_dump(exclude_unset=True)
    kind, parts = given.pop("kind"), given.pop("parts", None)
    actor = actor_of(request)
    made = services.add_point(
        actor=actor, object_name=at.object_name, record_id=at.record_id, kind=kind, values=given, parts=parts
    )
    return Status(201, _answer(_found(actor, at, made.pk)))


@router.patch(
    _ONE,
    response={200: ContactPointRead, **ERRORS},
    operation_id="change_contact_point",
    summary="Change what is known",
)
def change_point(request: HttpRequest, at: Path[OneContactPoint], values: ContactPointChange) -> Any:
    """What is left out stays."""
    actor = actor_of(request)
    _found(actor, at, at.point_id)
    services.change_point(actor=actor, record_id=at.point_id, values=values.model_dump(exclude_unset=True))
    return _answer(_found(actor, at, at.point_id))


@router.post(f"{_ONE}/primary", response={200: ContactPointRead, **ERRORS}, operation_id="lead_contact_point",
             summary="Make it the main one")  # fmt: skip
def lead_point(request: HttpRequest, at: Path[OneContactPoint]) -> Any:
    """The one that stood there stays as a further one."""
    actor = actor_of(request)
    _found(actor, at, at.point_id)
    services.make_primary(actor=actor, record_id=at.point_id)
    return _answer(_found(actor, at, at.point_id))


@router.delete(_ONE, response={204: None, **ERRORS}, operation_id="trash_contact_point", summary="Remove it")
def trash_point(request: HttpRequest, at: Path[OneContactPoint]) -> Any:
    """An undo brings it back."""
    actor = actor_of(request)
    _found(actor, at, at.point_id)
    services.trash_point(actor=actor, record_id=at.point_id)
    return Status(204, None)


def _found(actor: Actor, at: ContactPointsOf, point_id: int) -> queries.Point:
    record = record_of(actor, at.object_name, at.record_id, "see")
    for point in queries.points_of(actor, record):
        if point.id == point_id:
            return point
    raise NotFound(_("There is no such record, or you may not see it."))


def _answer(point: queries.Point) -> dict[str, Any]:
    row, line = point.row, point.line
    if row is None:
        known: dict[str, Any] = dict.fromkeys(("verified_at", "reachable", "reachable_at"))
        known |= {"provider": "", "label": "", "parts": {}, "source": "", "unreachable_why": ""}
    else:
        known = {
            n: getattr(row, n) for n in ContactPointRead.model_fields if hasattr(row, n) and n not in ("id", "kind")
        }
    return {
        **known, "id": point.id, "kind": point.kind, "value": point.value, "is_primary": point.is_primary,
        "line": line.line if line else "", "takes_texts": bool(line and line.takes_texts),
    }  # fmt: skip
