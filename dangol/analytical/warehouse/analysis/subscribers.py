from __future__ import annotations

from dangol.analytical.warehouse.analysis.tasks import analyze_now
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe

SETTLE_SECONDS = 5
"""Several files imported one after the other are analysed once."""


@subscribe("orders.imported", name="warehouse.refresh")
def refresh_after_import(record: EventRecord) -> None:
    analyze_now.defer(once="warehouse.analyze", after_seconds=SETTLE_SECONDS)


@subscribe("analysis.asked", name="warehouse.run")
def run_when_asked(record: EventRecord) -> None:
    analyze_now.defer(progress_id=str(record.payload["progress_id"]))
