from __future__ import annotations

from dangol.core.membership.points.tasks import settle, settle_many
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("order.created", name="membership.settle")
@subscribe("order.changed", name="membership.settle")
@subscribe("order.trashed", name="membership.settle")
@subscribe("order.restored", name="membership.settle")
def settle_what_changed(record: EventRecord) -> None:
    if record.subject_id is not None:
        settle.defer(order_id=record.subject_id)
    else:
        settle_many.defer(once="membership.settle_all", after_seconds=5)


@subscribe("orders.imported", name="membership.settle")
@subscribe("orders.revalued", name="membership.settle")
@subscribe("programme.set", name="membership.settle")
@subscribe("grade.saved", name="membership.settle")
def settle_everything(record: EventRecord) -> None:
    settle_many.defer(once="membership.settle_all", after_seconds=5)
