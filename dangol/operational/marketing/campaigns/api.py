"""REST beside the generic one: what a campaign says, its moves from draft to result, and how far it is.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from dangol.operational.marketing.campaigns.object import CAMPAIGN
from dangol.operational.marketing.campaigns.queries.results import reached
from dangol.operational.marketing.campaigns.services import moves
from dangol.operational.marketing.campaigns.services.records import save_text
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.objects.reading import find

router = Router(tags=["campaign"])
ERRORS: Any = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}


class Text(Schema):
    """What a draft says in one language; everything empty takes the language out."""

    language: str = Field(max_length=2)
    subject: str = Field("", max_length=1_000)
    preheader: str = Field("", max_length=1_000)
    html: str = Field("", max_length=500_000)
    text: str = Field("", max_length=500_000)


class Beginning(Schema):
    """When it begins; without a moment: now."""

    at: datetime | None = None


class Standing(Schema):
    """Where a campaign stands: its state, its recipients by group and reason, its messages."""

    state: str
    members: int = 0
    treated: int = 0
    control: int = 0
    left_out: int = 0
    reasons: dict[str, int] = {}
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    opened: int = 0
    clicked: int = 0
    unsubscribed: int = 0
    bounced: int = 0
    bought: int = 0


NUMBERS = ("sent", "waiting", "failed", "opened", "clicked", "unsubscribed", "bounced", "bought")


@router.get("/{record_id}/standing", response={200: Standing, **ERRORS}, operation_id="standing_of_campaign")
def standing(request: HttpRequest, record_id: int) -> Any:
    return _standing(request, record_id)


@router.put("/{record_id}/text", response={200: Standing, **ERRORS}, operation_id="save_text_of_campaign")
def text(request: HttpRequest, record_id: int, said: Text) -> Any:
    find(CAMPAIGN, actor_of(request), record_id)
    save_text(actor=actor_of(request), campaign_id=record_id, **said.model_dump())
    return _standing(request, record_id)


@router.post("/{record_id}/schedule", response={200: Standing, **ERRORS}, operation_id="schedule_campaign")
def schedule(request: HttpRequest, record_id: int, when: Beginning) -> Any:
    find(CAMPAIGN, actor_of(request), record_id)
    moves.schedule(actor=actor_of(request), campaign_id=record_id, at=_aware(when.at))
    return _standing(request, record_id)


@router.post("/{record_id}/move/{move}", response={200: Standing, **ERRORS}, operation_id="move_campaign")
def move(request: HttpRequest, record_id: int, move: Literal["unschedule", "pause", "resume", "stop"]) -> Any:
    find(CAMPAIGN, actor_of(request), record_id)
    getattr(moves, move)(actor=actor_of(request), campaign_id=record_id)
    return _standing(request, record_id)


def _aware(at: datetime | None) -> datetime | None:
    """A moment without a zone is UTC; one outside of what a calendar holds is refused."""
    if at is None or at.tzinfo:
        return at
    try:
        return timezone.make_aware(at, timezone.get_default_timezone())
    except (OverflowError, ValueError) as error:
        raise ValidationError({"at": str(error)}) from error


def _standing(request: HttpRequest, record_id: int) -> Standing:
    actor = actor_of(request)
    campaign = find(CAMPAIGN, actor, record_id)
    if campaign.set_up_at is None:
        return Standing(state=campaign.state)
    found = reached(actor, campaign)
    numbers: dict[str, Any] = {name: found.numbers[name].value for name in NUMBERS}
    return Standing(state=campaign.state, **found.totals.as_event(), **numbers)
