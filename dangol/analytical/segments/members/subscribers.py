from __future__ import annotations

from dangol.analytical.segments.members.tasks import refresh_segment
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subjects_of, subscribe


@subscribe("segment.rules_saved", name="segments.refresh")
def refresh_when_saved(record: EventRecord) -> None:
    refresh_segment.defer(once=f"segment-{record.subject_id}", segment_id=record.subject_id)


@subscribe("segment.restored", name="segments.refresh")
def refresh_when_restored(record: EventRecord) -> None:
    for segment_id in subjects_of(record):
        refresh_segment.defer(once=f"segment-{segment_id}", segment_id=segment_id)
