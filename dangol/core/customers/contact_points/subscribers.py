"""Keeps people and companies findable when their further addresses come back or go by an undo."""

from __future__ import annotations

from collections import defaultdict

from dangol.core.customers.contact_points.models import ContactPoint
from dangol.core.customers.contact_points.services import found_again
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subjects_of, subscribe

AT_ONCE = 5_000


def found_after_undo(record: EventRecord) -> None:
    """Make those findable anew whose rows an undo wrote; the services do it themselves."""
    if record.undoes is None and record.part_of is None:
        return
    ids = subjects_of(record)
    for start in range(0, len(ids), AT_ONCE):
        rows = ContactPoint.objects.for_system("whom an undo touched").filter(pk__in=ids[start : start + AT_ONCE])
        touched: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            touched[row.object_name].add(row.record_id)
        for name, records in touched.items():
            found_again(name, records)


for _name in ("changed", "trashed", "restored"):
    subscribe(f"contact_point.{_name}", name=f"contact_points.found_again_{_name}")(found_after_undo)
