from __future__ import annotations

from dangol.operational.marketing.campaigns.tasks import begin_campaign, measure_now
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("campaign.scheduled", name="marketing.begin")
def begin_at_once(record: EventRecord) -> None:
    """One that begins now need not wait for the clock."""
    if record.payload["is_now"]:
        begin_campaign.defer(once=f"campaign:{record.subject_id}", campaign_id=record.subject_id)


@subscribe("campaign.result_asked", name="marketing.measure")
def measure_when_asked(record: EventRecord) -> None:
    measure_now.defer(once="marketing.measure")
