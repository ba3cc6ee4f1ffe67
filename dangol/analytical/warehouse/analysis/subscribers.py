from __future__ import annotations

from dangol.analytical.warehouse.analysis.tasks import analyze_now
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe

SETTLE_SECONDS = 5
"""Several files imported one after the other are analysed once."""


@subscribe("orders.imported", name="warehouse.refresh")
def refresh_after_import(record: EventRecord) -> None:
    analyze_now.defer(once="warehouse.analyze", after_seconds=SETTLE_SECONDS)


@subscribe("order.trashed", name="warehouse.refresh")
@subscribe("order.restored", name="warehouse.refresh")
def refresh_after_undo(record: EventRecord) -> None:
    """Many orders went or came back at once: an import was undone, or a whole list put in the trash."""
    if record.subject_id is None:
        analyze_now.defer(once="warehouse.analyze", after_seconds=SETTLE_SECONDS)


@subscribe("analysis.asked", name="warehouse.run")
def run_when_asked(record: EventRecord) -> None:
    analyze_now.defer(progress_id=str(record.payload["progress_id"]))
