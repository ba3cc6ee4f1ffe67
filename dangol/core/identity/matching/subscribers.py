from __future__ import annotations

from dangol.core.identity.matching.models import MatchRun
from dangol.core.identity.matching.tasks import match_now
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("matching.asked", name="identity.match")
def match_when_asked(record: EventRecord) -> None:
    row = MatchRun.objects.filter(pk=record.payload["run_id"]).first()
    if row is not None:
        match_now.defer(run_id=str(row.pk), object_name=row.object_name)
