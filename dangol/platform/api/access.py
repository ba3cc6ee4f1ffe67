"""REST of who reaches one record: the shares, giving and taking them back, and the answer for every colleague.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.access.models import Share
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.api.schemas import Link, Written
from dangol.platform.objects import reading, sharing
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.who_sees import ACTIONS, Line, WhoSees

ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}


class Shared(Schema):
    """One record opened to one colleague."""

    user: Link
    level: str
    ends_on: date | None = None
    shared_by: str = ""
    shared_at: datetime


class Sharing(Written):
    """With whom to share, how far, until which day."""

    user: int = Field(..., ge=1, lt=2**63)
    level: Literal["see", "change"] = "see"
    ends_on: date | None = None


class Reach(Schema):
    """Why somebody may do something: the rule (all, own, team, subordinates, shared), in words, and the roles."""

    rule: str
    words: str
    roles: str = ""


class Colleague(Schema):
    """What one member of staff may do with the record; nothing where a list is empty, and then `why_not` says why."""

    user: Link
    see: list[Reach]
    change: list[Reach]
    delete: list[Reach]
    why_not: dict[str, str]


def hang(router: Router, declared: ObjectType) -> None:
    """Add the addresses about access to an object's router."""
    name, label = declared.name, declared.label

    @router.get("/{record_id}/access", response={200: list[Colleague], **ERRORS}, operation_id=f"access_{name}",
                summary=f"Who reaches it, and why: {label}")  # fmt: skip
    def who_reaches(request: HttpRequest, record_id: int) -> Any:
        actor = actor_of(request)
        found = WhoSees(declared, reading.find(declared, actor, record_id), actor.language)
        return [_colleague(line) for line in found.lines]

    @router.get("/{record_id}/shares", response={200: list[Shared], **ERRORS}, operation_id=f"shares_{name}",
                summary=f"Shared with: {label}")  # fmt: skip
    def list_shares(request: HttpRequest, record_id: int) -> Any:
        reading.find(declared, actor_of(request), record_id)
        return [_share(share) for share in sharing.shares_of(declared, record_id)]

    @router.post("/{record_id}/shares", response={201: Shared, **ERRORS}, operation_id=f"share_{name}",
                 summary=f"Share: {label}")  # fmt: skip
    def share(request: HttpRequest, record_id: int, asked: Sharing) -> Any:
        user = sharing.colleague(asked.user)
        found = sharing.share_record(actor=actor_of(request), object_name=name, record_id=record_id, user=user,
                                     level=asked.level, ends_on=asked.ends_on)  # fmt: skip
        found.refresh_from_db()
        return Status(201, _share(found))

    @router.delete("/{record_id}/shares/{user_id}", response={204: None, **ERRORS}, operation_id=f"unshare_{name}",
                   summary=f"Take a share back: {label}")  # fmt: skip
    def unshare(request: HttpRequest, record_id: int, user_id: int) -> Any:
        reading.find(declared, actor_of(request), record_id)
        whose = user_id if 0 < user_id < 2**63 else 0
        sharing.unshare_record(actor=actor_of(request), object_name=name, record_id=record_id, user_id=whose)
        return Status(204, None)


def _share(share: Share) -> dict[str, Any]:
    by = share.shared_by.name if share.shared_by else ""
    user = {"id": share.user_id, "title": share.user.name}
    return {
        "user": user, "level": share.level, "ends_on": share.ends_on, "shared_by": by, "shared_at": share.shared_at,
    }  # fmt: skip


def _colleague(line: Line) -> dict[str, Any]:
    ways = {
        a: [{"rule": way.rule.name, "words": way.words, "roles": way.roles} for way in line.ways[a]] for a in ACTIONS
    }
    return {
        "user": {"id": line.user.pk, "title": line.user.name}, **ways,
        "why_not": {a: why for a, why in line.why_not.items() if why},
    }  # fmt: skip
