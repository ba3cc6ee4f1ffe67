from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from dangol.backoffice.webhooks.deliveries.models import Attempt, Message
from dangol.backoffice.webhooks.endpoints.queries import out_of_reach
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import actor_for

LOG_PAGE = 50
WHY = "messages are sent"


@dataclass(frozen=True)
class Numbers:
    """How many messages of an endpoint stand where."""

    waiting: int
    delivered: int
    failed: int


def log_of(
    actor: Actor, endpoint_id: int, *, state: str = "", before: UUID | None = None, limit: int = LOG_PAGE
) -> list[Any]:
    """Messages of an endpoint, newest first; one more than a page when there are older ones."""
    rows = Message.objects.visible_to(actor).filter(endpoint_id=endpoint_id)
    if state in Message.State.values:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.defer("body").order_by("-id")[: limit + 1])


def numbers_of(actor: Actor, endpoint_id: int) -> Numbers:
    """How many messages of an endpoint wait, arrived, were given up."""
    rows = Message.objects.visible_to(actor).filter(endpoint_id=endpoint_id)
    by_state = {name: Count("pk", filter=Q(state=name)) for name in Message.State.values}
    return Numbers(**rows.aggregate(**by_state))


def find_message(actor: Actor, endpoint_id: int, message_id: UUID) -> Any:
    """One message of an endpoint, None when there is none or `actor` may not see it."""
    return Message.objects.visible_to(actor).filter(endpoint_id=endpoint_id, pk=message_id).first()


def may_read(actor: Actor, endpoint: Any, message: Any) -> bool:
    """Whether `actor` may read what a message holds: what the endpoint's owner sees of that object."""
    if not actor.may("change", "webhook"):
        return False
    return not out_of_reach(actor, actor_for(endpoint.owner), [message.type])


def attempts_of(actor: Actor, message: Any) -> list[Any]:
    """The attempts of a message, newest first."""
    return list(Attempt.objects.visible_to(actor).filter(message_id=message.pk).order_by("-id")[:50])


def due() -> Any:
    """Messages that may be sent, of endpoints that are on and do not rest."""
    is_awake = Q(endpoint__rest_until=None) | Q(endpoint__rest_until__lte=timezone.now())
    rows = Message.objects.for_system(WHY).filter(state=Message.State.WAITING)
    return rows.filter(is_awake, endpoint__is_active=True, endpoint__deleted_at=None)


def due_endpoints(besides: set[int], limit: int) -> list[int]:
    """Endpoints that have a message due now, those that wait longest first."""
    rows = due().filter(next_at__lte=timezone.now()).exclude(endpoint_id__in=besides)
    return list(rows.order_by("endpoint_id").values_list("endpoint_id", flat=True).distinct()[:limit])


def next_moment() -> datetime | None:
    """When the next message is due, None when none waits. Resting endpoints count by their rest."""
    rows = Message.objects.for_system(WHY).filter(
        state=Message.State.WAITING, endpoint__is_active=True, endpoint__deleted_at=None
    )
    found = rows.order_by("next_at").values_list("next_at", "endpoint__rest_until")[:20]
    return min((max(at, rest or at) for at, rest in found), default=None)
