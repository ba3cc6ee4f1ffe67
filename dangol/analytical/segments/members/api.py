"""REST beside the generic one: a segment's rules, its members, refreshing it, and trying rules out.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from dangol.analytical.segments.definitions.object import SEGMENT
from dangol.analytical.segments.definitions.queries import preview
from dangol.analytical.segments.definitions.services import save_rules
from dangol.analytical.segments.members.queries import member_page
from dangol.analytical.segments.members.services import Refreshed, refresh
from dangol.platform.access.checks import require
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.api.schemas import Link
from dangol.platform.objects.reading import find

router = Router(tags=["segment"])
ERRORS: Any = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}


class Rules(Schema):
    """The rules of a segment: a filter of people; {} is everybody."""

    filter: dict[str, Any]


class Found(Schema):
    """Whom rules find, of the people that one may see, and the most valuable of them."""

    count: int
    people: list[Link]


class Member(Schema):
    """One member."""

    id: int
    title: str
    entered_at: datetime


class Members(Schema):
    """A page of members; `next` is the `after` of the following one, 0 at the end."""

    rows: list[Member]
    next: int = 0


class Moved(Schema):
    """What a refresh did."""

    entered: int
    left: int
    members: int


class Asked(Schema):
    """Which members."""

    after: int = Field(0, ge=0, lt=2**63)
    limit: int = Field(100, ge=1, le=1000)


@router.post("/preview", response={200: Found, **ERRORS}, operation_id="preview_segment")
def preview_segment(request: HttpRequest, rules: Rules) -> Any:
    actor = actor_of(request)
    require(actor, "see", "segment")
    found = preview(actor, rules.filter)
    return {"count": found.count, "people": [{"id": p.person.pk, "title": str(p.person)} for p in found.people]}


@router.get("/{segment_id}/rules", response={200: Rules, **ERRORS}, operation_id="get_segment_rules")
def get_rules(request: HttpRequest, segment_id: int) -> Any:
    return {"filter": find(SEGMENT, actor_of(request), segment_id).filter}


@router.put("/{segment_id}/rules", response={200: Rules, **ERRORS}, operation_id="save_segment_rules")
def put_rules(request: HttpRequest, segment_id: int, rules: Rules) -> Any:
    actor = actor_of(request)
    find(SEGMENT, actor, segment_id)
    return {"filter": save_rules(actor=actor, segment_id=segment_id, tree=rules.filter).filter}


@router.get("/{segment_id}/members", response={200: Members, **ERRORS}, operation_id="list_segment_members")
def list_members(request: HttpRequest, segment_id: int, asked: Query[Asked]) -> Any:
    actor = actor_of(request)
    require(actor, "see", "person")
    segment = find(SEGMENT, actor, segment_id)
    rows = member_page(actor, segment.pk, after=asked.after, limit=asked.limit)
    last = rows[-1][0] if len(rows) == asked.limit else 0
    return {"rows": [{"id": pk, "title": title, "entered_at": at} for pk, title, at in rows], "next": last}


@router.post("/{segment_id}/refresh", response={200: Moved, **ERRORS}, operation_id="refresh_segment")
def refresh_members(request: HttpRequest, segment_id: int) -> Any:
    actor = actor_of(request)
    find(SEGMENT, actor, segment_id)
    found: Refreshed = refresh(actor=actor, segment_id=segment_id)
    return {"entered": found.entered, "left": found.left, "members": found.members}
