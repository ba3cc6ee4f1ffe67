from __future__ import annotations

from dangol.collaborative.activities.attachments.tasks import draw
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("file.added", name="attachments.draw")
def draw_when_added(record: EventRecord) -> None:
    """A picture gets its small copies."""
    if record.subject_id is not None:
        draw.defer(once=f"activities.draw_views:{record.subject_id}", attachment_id=record.subject_id)
