from __future__ import annotations

from dangol.analytical.segments.lifecycle.tasks import place
from dangol.analytical.warehouse.analysis.tasks import analyze_now
from dangol.core.purchases.orders.models import Order
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("order.created", name="lifecycle.place")
@subscribe("order.changed", name="lifecycle.place")
@subscribe("order.trashed", name="lifecycle.place")
@subscribe("order.restored", name="lifecycle.place")
def place_the_buyer(record: EventRecord) -> None:
    """Whoever bought, and whoever was thought to have bought before; many at once are left to the analysis."""
    if record.subject_id is None:
        return
    buyers = {person for person in record.changes.get("person", []) if isinstance(person, int)}
    rows = Order.objects.for_system("whose order it is").filter(pk=record.subject_id)
    for person_id in sorted({*buyers, *rows.exclude(person=None).values_list("person_id", flat=True)}):
        place.defer(once=f"lifecycle-{person_id}", person_id=person_id)


@subscribe("person.created", name="lifecycle.place")
def place_the_newcomer(record: EventRecord) -> None:
    if record.subject_id is not None:
        place.defer(once=f"lifecycle-{record.subject_id}", person_id=record.subject_id)


@subscribe("stage_limits.set", name="lifecycle.analyze")
def analyze_with_new_limits(record: EventRecord) -> None:
    analyze_now.defer(once="warehouse.analyze")
