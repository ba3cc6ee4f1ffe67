"""An event becomes one message an endpoint, holding what the endpoint's owner may know of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from dangol.backoffice.webhooks.deliveries.events import WebhookPinged
from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.backoffice.webhooks.endpoints.queries import PING, endpoints_wanting, find_endpoint
from dangol.backoffice.webhooks.endpoints.services import stop_endpoint
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import actor_for
from dangol.platform.api.feed import rendered
from dangol.platform.api.feed_reading import Place
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.events.stream import emit
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.writing import NotFound

FEED = "/api/v1/changes"


@transaction.atomic
def tell_endpoints(*, actor: Actor, record: EventRecord) -> int:
    """Write the messages about an event; returns how many. Who owns an endpoint and has left ends it."""
    count = 0
    for endpoint in endpoints_wanting(record.name):
        if not endpoint.owner.is_active:
            stop_endpoint(actor=actor, endpoint_id=endpoint.pk, reason=Endpoint.Stopped.OWNER)
            continue
        owner = actor_for(endpoint.owner, source="api")
        told = rendered(record, owner) if record.subject_id is not None else _bulk(record, owner)
        if told is not None:
            _write(endpoint.pk, record.name, record.occurred_at.isoformat(), told, record.pk)
            count += 1
    return count


@transaction.atomic
def ping(*, actor: Actor, endpoint_id: int) -> Any:
    """Send a test message. Raises Forbidden, NotFound."""
    require(actor, "change", "webhook")
    endpoint = find_endpoint(actor, endpoint_id, action="change")
    if endpoint is None:
        raise NotFound
    message = _write(endpoint.pk, PING, timezone.now().isoformat(), {"webhook": endpoint.pk, "by": actor.name}, None)
    emit(WebhookPinged(subject_id=endpoint.pk), actor=actor)
    return message


def _bulk(record: EventRecord, owner: Actor) -> dict[str, Any] | None:
    """A bulk write is told once, with the way to the feed, which tells each row that the owner may see."""
    seen = {declared.name for declared in object_types() if owner.may("see", declared.name)}
    rows = EventChange.objects.filter(event=record, subject__in=seen)
    names = sorted(set(rows.values_list("subject", flat=True).distinct()[:50]))
    if not names:
        return None
    after = Place(int(record.xid), record.pk, -1).pack()
    return {
        "id": str(record.pk), "at": record.occurred_at, "event": record.name, "kind": "bulk", "objects": names,
        "changes_url": f"{FEED}?{urlencode({'after': after, 'objects': ','.join(names)})}",
        "by": {"id": record.actor_id, "name": record.actor_name} if record.actor_name else None,
        "source": record.source,
    }  # fmt: skip


def _write(endpoint_id: int, kind: str, timestamp: str, data: dict[str, Any], event_id: Any) -> Any:
    body = json.dumps(
        {"type": kind, "timestamp": timestamp, "data": data}, cls=DjangoJSONEncoder, ensure_ascii=False,
        separators=(",", ":"),
    )  # fmt: skip
    message = Message(endpoint_id=endpoint_id, event_id=event_id, type=kind, body=body)
    message.save(force_insert=True)
    return message
