from __future__ import annotations

from dangol.core.purchases.orders.tasks import revalue
from dangol.platform.events.models import EventRecord
from dangol.platform.events.stream import subscribe


@subscribe("exchange_rate.set", name="orders.revalue")
def value_orders_anew(record: EventRecord) -> None:
    """A rate became known: orders in that currency get their value."""
    revalue(currency=str(record.payload["currency"]))
