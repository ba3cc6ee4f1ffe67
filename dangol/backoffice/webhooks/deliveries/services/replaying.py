"""Messages that somebody wants to be sent once more, under the same `webhook-id`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.backoffice.webhooks.deliveries.events import WebhookReplayed
from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound


@transaction.atomic
def replay_one(*, actor: Actor, endpoint_id: int, message_id: UUID) -> None:
    """Send one message again, now. Raises Forbidden, NotFound."""
    if not _again(actor, _rows(actor, endpoint_id).filter(pk=message_id), endpoint_id):
        raise NotFound(_("There is no such message, or you may not see it."))


@transaction.atomic
def replay_failed(*, actor: Actor, endpoint_id: int, since: datetime | None = None) -> int:
    """Send again all that were given up (since a moment); returns how many. Raises Forbidden."""
    rows = _rows(actor, endpoint_id).filter(state=Message.State.FAILED)
    return _again(actor, rows if since is None else rows.filter(created_at__gte=since), endpoint_id)


def _rows(actor: Actor, endpoint_id: int) -> Any:
    require(actor, "change", "webhook")
    return Message.objects.visible_to(actor, "change").filter(endpoint_id=endpoint_id)


def _again(actor: Actor, rows: Any, endpoint_id: int) -> int:
    count = int(rows.update(state=Message.State.WAITING, attempts=0, next_at=timezone.now()))
    if count:
        emit(WebhookReplayed(subject_id=endpoint_id, messages=count), actor=actor)
    return count
