"""What the tests of the stream give in and take out."""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from dangol.core.behavior.sources.models import Source, WriteKey
from dangol.core.behavior.sources.services import create_source
from dangol.core.behavior.stream.models import Event, Inbox
from dangol.platform.access.actor import Actor

SYSTEM = Actor.system("test")


def source(**values: Any) -> Any:
    """A source that learns no more unless said otherwise."""
    found = create_source(actor=SYSTEM, values={"name": "Shop", "allowed_origins": ["https://shop.test"], **values})
    return found


def key_of(found: Any) -> str:
    """The first key of a source."""
    return str(WriteKey.objects.for_system("test").get(source=found).key)


def done_learning(found: Any) -> None:
    """Let the learning of a source lie in the past."""
    rows = Source.objects.for_system("test").filter(pk=found.pk)
    rows.update(learning_until=timezone.now() - timedelta(days=1))


def give(found: Any, *items: Any, kind: str = "batch", received_at: datetime | None = None, **more: Any) -> Any:
    """Lay a body into the inbox as the door does."""
    text = json.dumps({"batch": list(items), **more} if kind == "batch" else items[0]).encode()
    row = Inbox(source=found, kind=kind, events=len(items), size=len(text), body=zlib.compress(text, 1))
    row.received_at = received_at or timezone.now()
    row.save(force_insert=True)
    return row


def track(name: str = "Viewed", message_id: str | None = None, **more: Any) -> dict[str, Any]:
    """An event."""
    named = {} if message_id is None else {"messageId": message_id}
    return {"type": "track", "event": name, "anonymousId": "a-1", **named, **more}


def events() -> list[Any]:
    """All events, in their order."""
    return list(Event.objects.for_system("test").order_by("pk"))
