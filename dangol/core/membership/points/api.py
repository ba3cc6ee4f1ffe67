"""Points for programs: balance, lines, and one more line.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from dangol.core.membership.points.object import TOLD
from dangol.core.membership.points.queries import balance_at, balance_of, entries_of
from dangol.core.membership.points.services.recording import record_points
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.objects.reading import find
from dangol.platform.objects.registry import object_type, sees_fields

router = Router(tags=["points"])
ERRORS: Any = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}
_AT = "/people/{person_id}/points"


class OfPerson(Schema):
    """Whose points."""

    person_id: int = Field(ge=1, le=2**63 - 1)


class Asked(Schema):
    """Which lines, and the balance of which moment."""

    at: datetime | None = Field(None, description="The balance of this moment instead of now")
    before: datetime | None = Field(None, description="Lines before this moment")
    limit: int = Field(50, ge=1, le=500)


class PointsLine(Schema):
    """One line of the ledger."""

    id: int
    kind: str
    points: Decimal
    at: datetime
    reason: str
    order_id: int | None
    expires_on: str
    remaining: Decimal


class Points(Schema):
    """The balance, and the newest lines."""

    balance: Decimal
    lines: list[PointsLine]


class PointsWrite(Schema):
    """A line by hand. With a `key` the same line is written once, however often it is sent."""

    kind: Literal["spend", "adjust"]
    points: Decimal
    reason: str = Field(max_length=500)
    key: str = Field("", max_length=200)


@router.get(_AT, response={200: Points, **ERRORS}, operation_id="get_points", summary="Points of a person")
def get_points(request: HttpRequest, of: Path[OfPerson], asked: Query[Asked]) -> Any:
    """The balance now or at a moment, and the lines, newest first."""
    actor = actor_of(request)
    find(object_type("person"), actor, of.person_id)
    if not sees_fields(actor, "person", *TOLD):
        raise Forbidden("see", "person")
    balance = balance_at(actor, of.person_id, asked.at) if asked.at else balance_of(actor, of.person_id)
    lines = entries_of(actor, of.person_id, before=asked.before, limit=asked.limit)
    return {"balance": balance, "lines": [_line(entry) for entry in lines]}


@router.post(_AT, response={200: PointsLine, **ERRORS}, operation_id="record_points", summary="Spend or adjust points")
def post_points(request: HttpRequest, of: Path[OfPerson], sent: PointsWrite) -> Any:
    """Add a line to the ledger; never below zero."""
    actor = actor_of(request)
    require(actor, "create", "points")
    entry = record_points(
        actor=actor, person_id=of.person_id, kind=sent.kind, points=sent.points, reason=sent.reason, key=sent.key
    )
    return _line(entry)


def _line(entry: Any) -> dict[str, Any]:
    return {
        "id": entry.pk, "kind": entry.kind, "points": entry.points, "at": entry.at, "reason": entry.reason,
        "order_id": entry.order_id, "expires_on": entry.expires_on.isoformat() if entry.expires_on else "",
        "remaining": entry.remaining,
    }  # fmt: skip
