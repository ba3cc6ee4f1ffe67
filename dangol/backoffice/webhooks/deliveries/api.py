"""REST of what webhooks were told: the log, one message with its attempts, a test, sending again.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from datetime import datetime
from json import loads
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from dangol.backoffice.webhooks.deliveries import queries
from dangol.backoffice.webhooks.deliveries.services import replaying, telling
from dangol.backoffice.webhooks.endpoints.queries import seen_endpoint
from dangol.backoffice.webhooks.rest import ONE, OneWebhook
from dangol.platform.access.actor import Actor
from dangol.platform.api.answers import actor_of
from dangol.platform.api.schemas import Written
from dangol.platform.objects.writing import NotFound

router = Router(tags=["webhook"])
State = Literal["waiting", "delivered", "failed"]
_ALL, _ONE = "/{webhook_id}/deliveries", "/{webhook_id}/deliveries/{delivery_id}"


class OneDelivery(OneWebhook):
    """Which message of which webhook."""

    delivery_id: UUID


class Paging(Schema):
    """Which page of the log, newest first."""

    model_config = ConfigDict(extra="ignore")

    state: State | None = None
    after: UUID | None = Field(None, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=200)


class Delivery(Schema):
    """A message to a webhook. `message_id` goes into the header `webhook-id`, the same each time."""

    id: UUID
    message_id: str
    type: str
    state: State
    attempts: int
    created_at: datetime
    next_at: datetime | None = Field(description="When it is due, while it waits")
    last_at: datetime | None
    last_status: int | None
    last_error: str


class Attempt(Schema):
    """One attempt, and the beginning of what came back."""

    number: int
    at: datetime
    milliseconds: int
    status: int | None
    error: str
    response_body: str | None


class DeliveryRead(Delivery):
    """A message with what it says and its attempts; both bodies only for who may change webhooks and see all of it."""

    body: dict[str, Any] | None
    tries: list[Attempt]


class DeliveryPage(Schema):
    """Messages, newest first; `next` is empty at the end."""

    rows: list[Delivery]
    next: str


class Again(Written):
    """Which are sent again: those given up, made since a moment."""

    since: AwareDatetime | None = None


class Count(Schema):
    """How many."""

    count: int


@router.get(
    _ALL, response={200: DeliveryPage, **ONE}, operation_id="webhook_deliveries", summary="The log of a webhook"
)
def list_deliveries(request: HttpRequest, at: Path[OneWebhook], paging: Query[Paging]) -> Any:
    """Newest first, kept for thirty days."""
    actor = actor_of(request)
    seen_endpoint(actor, at.webhook_id)
    log = queries.log_of(actor, at.webhook_id, state=paging.state or "", before=paging.after, limit=paging.limit)
    rows = log[: paging.limit]
    return {"rows": [_answer(message) for message in rows], "next": str(rows[-1].pk) if len(log) > len(rows) else ""}


@router.post(f"{_ALL}/replay", response={200: Count, **ONE}, operation_id="replay_webhook_deliveries",
             summary="Send again all that were given up")  # fmt: skip
def replay_deliveries(request: HttpRequest, at: Path[OneWebhook], which: Again) -> Any:
    """Under the same names as before."""
    actor = actor_of(request)
    seen_endpoint(actor, at.webhook_id)
    return {"count": replaying.replay_failed(actor=actor, endpoint_id=at.webhook_id, since=which.since)}


@router.get(_ONE, response={200: DeliveryRead, **ONE}, operation_id="webhook_delivery", summary="One message")
def get_delivery(request: HttpRequest, at: Path[OneDelivery]) -> Any:
    """What it says, and what each attempt brought."""
    actor = actor_of(request)
    endpoint, message = seen_endpoint(actor, at.webhook_id), _message(actor, at)
    is_readable = queries.may_read(actor, endpoint, message)
    return {
        **_answer(message), "body": loads(message.body) if is_readable else None,
        "tries": [_attempt(a, is_readable) for a in queries.attempts_of(actor, message)],
    }  # fmt: skip


@router.post(f"{_ONE}/replay", response={204: None, **ONE}, operation_id="replay_webhook_delivery",
             summary="Send a message again")  # fmt: skip
def replay_delivery(request: HttpRequest, at: Path[OneDelivery]) -> Any:
    """Now, under the same name as before."""
    actor = actor_of(request)
    seen_endpoint(actor, at.webhook_id)
    replaying.replay_one(actor=actor, endpoint_id=at.webhook_id, message_id=at.delivery_id)
    return Status(204, None)


@router.post("/{webhook_id}/ping", response={201: Delivery, **ONE}, operation_id="ping_webhook",
             summary="Send a test message")  # fmt: skip
def ping(request: HttpRequest, at: Path[OneWebhook]) -> Any:
    """What came back stands in the log in a moment."""
    actor = actor_of(request)
    sent = telling.ping(actor=actor, endpoint_id=at.webhook_id)
    return Status(201, _answer(_message(actor, OneDelivery(webhook_id=at.webhook_id, delivery_id=sent.pk))))


def _message(actor: Actor, at: OneDelivery) -> Any:
    message = queries.find_message(actor, at.webhook_id, at.delivery_id)
    if message is None:
        raise NotFound(_("There is no such message, or you may not see it."))
    return message


def _answer(message: Any) -> dict[str, Any]:
    names = ("id", "type", "state", "attempts", "created_at", "last_at", "last_status", "last_error")
    next_at = message.next_at if message.state == message.State.WAITING else None
    return {**{name: getattr(message, name) for name in names}, "message_id": message.webhook_id, "next_at": next_at}


def _attempt(attempt: Any, is_readable: bool) -> dict[str, Any]:
    names = ("number", "at", "milliseconds", "status", "error")
    body = attempt.response_body if is_readable else None
    return {**{name: getattr(attempt, name) for name in names}, "response_body": body}
