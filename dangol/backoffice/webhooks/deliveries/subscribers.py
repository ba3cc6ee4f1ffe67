from __future__ import annotations

from dangol.backoffice.webhooks.deliveries.services.telling import tell_endpoints
from dangol.backoffice.webhooks.deliveries.tasks import send_soon, warn_owner
from dangol.backoffice.webhooks.endpoints.queries import is_wanted
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import EVERY, subscribe


@subscribe(EVERY, name="webhooks.tell", wanted=is_wanted)
def tell(record: EventRecord) -> None:
    """Every event becomes messages to the endpoints that want it."""
    if tell_endpoints(actor=Actor.system("webhooks are told"), record=record):
        send_soon()


@subscribe("webhook.disabled", name="webhooks.warn")
def warn(record: EventRecord) -> None:
    """The owner hears of it."""
    if record.subject_id is not None:
        warn_owner.defer(endpoint_id=record.subject_id)


@subscribe("webhook.pinged", name="webhooks.send_ping")
@subscribe("webhook.replayed", name="webhooks.send_again")
def send_now(record: EventRecord) -> None:
    """Somebody waits for it."""
    send_soon()
