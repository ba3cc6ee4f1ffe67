from __future__ import annotations

from dangol.core.consent.rights.events import PersonErased
from dangol.core.consent.rights.models import Erasure
from dangol.core.consent.rights.tasks import finish
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe(PersonErased.NAME, name="rights.finish")
def finish_erasure(event: EventRecord) -> None:
    """Have lake, files and last traces done by a job of its own."""
    rows = Erasure.objects.for_system("the erasure that was just told").filter(
        person_number=event.subject_id or 0, finished_at=None
    )
    for pk in rows.values_list("pk", flat=True):
        finish.defer(once=f"rights.finish:{pk}", erasure_id=pk)
