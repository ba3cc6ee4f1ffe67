"""REST of webhooks: which addresses are told what, in whose name; their secrets.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema, Status
from pydantic import Field

from dangol.backoffice.webhooks.endpoints import queries, services
from dangol.backoffice.webhooks.rest import LISTS, MOST_ID, ONE, WRITES, OneWebhook
from dangol.platform.access.checks import require
from dangol.platform.api.answers import actor_of
from dangol.platform.api.schemas import Written

router = Router(tags=["webhook"])
EVENTS = "Names (person.changed) or whole objects (person.*); none means all. /events lists them"


class WebhookRead(Schema):
    """An address that is told. `stopped` says why one is off; what it is told is what its owner may see."""

    id: int
    url: str
    description: str
    events: list[str] = Field(description=EVENTS)
    owner_id: int
    owner: str
    is_active: bool
    stopped: Literal["", "hand", "gone", "failing", "owner"]
    failing_since: datetime | None
    last_success_at: datetime | None
    created_at: datetime


class WebhookMade(WebhookRead):
    """A new webhook with its secret, which is shown here and not again."""

    secret: str


class WebhookPage(Schema):
    """All webhooks, newest first; there are at most 50."""

    rows: list[WebhookRead]


class Secret(Schema):
    """A new secret; the old one signs beside it until `old_signs_until`."""

    secret: str
    old_signs_until: datetime


class Tellable(Schema):
    """What can be told of one object: `all` stands for every event of it."""

    all: str
    names: list[str]


class WebhookWrite(Written):
    """A new webhook. Without an owner: who calls."""

    url: str = Field(max_length=2000)
    description: str = Field("", max_length=200)
    events: list[str] = Field(default_factory=list, max_length=200, description=EVENTS)
    owner_id: int | None = Field(None, ge=1, le=MOST_ID)


class WebhookChange(Written):
    """What is changed; what is left out stays."""

    url: str = Field(None, max_length=2000)  # type: ignore[assignment]
    description: str = Field(None, max_length=200)  # type: ignore[assignment]
    events: list[str] = Field(None, max_length=200, description=EVENTS)  # type: ignore[arg-type]
    owner_id: int = Field(None, ge=1, le=MOST_ID)  # type: ignore[assignment]
    is_active: bool = Field(None, description="What waited while it was off is sent after it")  # type: ignore[assignment]


@router.get("", response={200: WebhookPage, **LISTS}, operation_id="webhooks", summary="Webhooks")
def list_webhooks(request: HttpRequest) -> Any:
    """Newest first."""
    actor = actor_of(request)
    require(actor, "see", "webhook")
    return {"rows": [answer(endpoint) for endpoint in queries.endpoints(actor)]}


@router.post("", response={201: WebhookMade, **WRITES}, operation_id="create_webhook", summary="Add a webhook")
def create_webhook(request: HttpRequest, values: WebhookWrite, response: HttpResponse) -> Any:
    """The secret is in the answer, this once; `Idempotency-Key` brings it again for a day."""
    actor = actor_of(request)
    given = values.model_dump()
    endpoint, secret = services.create_endpoint(
        actor=actor, values={**given, "owner_id": given["owner_id"] or actor.user_id}
    )
    response["Location"], response["Cache-Control"] = f"{request.path.rstrip('/')}/{endpoint.pk}", "no-store"
    return Status(201, {**answer(queries.seen_endpoint(actor, endpoint.pk)), "secret": secret})


@router.get("/events", response={200: list[Tellable], **LISTS}, operation_id="webhook_events",
            summary="What can be told")  # fmt: skip
def list_events(request: HttpRequest) -> Any:
    """The events of every object."""
    require(actor_of(request), "see", "webhook")
    return [{"all": group.name, "names": [c.name for c in group.choices]} for group in queries.event_groups()]


@router.get("/{webhook_id}", response={200: WebhookRead, **ONE}, operation_id="get_webhook", summary="One webhook")
def get_webhook(request: HttpRequest, at: Path[OneWebhook]) -> Any:
    """As it stands now."""
    return answer(queries.seen_endpoint(actor_of(request), at.webhook_id))


@router.patch("/{webhook_id}", response={200: WebhookRead, **ONE}, operation_id="change_webhook",
              summary="Change a webhook, switch it on or off")  # fmt: skip
def change_webhook(request: HttpRequest, at: Path[OneWebhook], values: WebhookChange) -> Any:
    """What is left out stays."""
    actor, given = actor_of(request), values.model_dump(exclude_unset=True)
    is_active = given.pop("is_active", None)
    with transaction.atomic():
        services.change_endpoint(actor=actor, endpoint_id=at.webhook_id, values=given)
        if is_active is not None:
            services.switch_endpoint(actor=actor, endpoint_id=at.webhook_id, is_active=is_active)
    return answer(queries.seen_endpoint(actor, at.webhook_id))


@router.delete("/{webhook_id}", response={204: None, **ONE}, operation_id="delete_webhook",
               summary="Delete a webhook")  # fmt: skip
def delete_webhook(request: HttpRequest, at: Path[OneWebhook]) -> Any:
    """For good; what waited for it is not sent."""
    services.trash_endpoint(actor=actor_of(request), endpoint_id=at.webhook_id)
    return Status(204, None)


@router.post("/{webhook_id}/rotate", response={200: Secret, **ONE}, operation_id="rotate_webhook",
             summary="Exchange the secret")  # fmt: skip
def rotate(request: HttpRequest, at: Path[OneWebhook], response: HttpResponse) -> Any:
    """For a day each message carries two signatures, one of each secret."""
    actor = actor_of(request)
    secret = services.rotate_secret(actor=actor, endpoint_id=at.webhook_id)
    response["Cache-Control"] = "no-store"
    return {"secret": secret, "old_signs_until": queries.seen_endpoint(actor, at.webhook_id).old_secret_until}


def answer(endpoint: Any) -> dict[str, Any]:
    """An endpoint for JSON, without its secrets."""
    names = ("url", "description", "events", "owner_id", "is_active", "stopped", "failing_since", "last_success_at",
             "created_at")  # fmt: skip
    return {"id": endpoint.pk, "owner": endpoint.owner.name, **{name: getattr(endpoint, name) for name in names}}
