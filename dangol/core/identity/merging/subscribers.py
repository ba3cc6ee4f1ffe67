from __future__ import annotations

from dangol.core.identity.merging.queries import into
from dangol.core.identity.merging.tasks import gather_late
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("orders.imported", name="identity.gather")
def after_import(record: EventRecord) -> None:
    """A shop knows a customer by the number of a record that went up in another."""
    gather_late.defer(once="identity.gather", object_name="person")


@subscribe("consent.recorded", name="identity.gather")
def after_consent(record: EventRecord) -> None:
    """Somebody answered by the link of a message to a record that went up in another."""
    if record.about_id is not None and into("person", record.about_id) is not None:
        gather_late.defer(object_name="person", record_ids=[record.about_id])
