from __future__ import annotations

from dangol.collaborative.channels.messages.tasks import send_soon
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("sending.asked", name="messages.send")
def send_when_asked(record: EventRecord) -> None:
    """Messages wait: a job sends them."""
    send_soon(str(record.payload["source"]), int(record.payload["source_id"]))
