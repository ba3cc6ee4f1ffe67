from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import sees_fields


def orders_of(
    actor: Actor, person_ids: Sequence[int], *, before: datetime | None = None, limit: int = 30
) -> list[Order]:
    """The newest orders of people that `actor` may see, before a moment. One query."""
    rows = Order.objects.visible_to(actor).filter(deleted_at=None)
    # Of one person the index gives the order; of several it is sorted.
    rows = rows.filter(person_id=person_ids[0]) if len(person_ids) == 1 else rows.filter(person_id__in=person_ids)
    if before is not None:
        rows = rows.filter(ordered_at__lt=before)
    return list(rows.order_by("-ordered_at", "-pk")[:limit])


def lines_of(actor: Actor, order_ids: Sequence[int]) -> dict[int, list[Line]]:
    """The lines of several orders, in their places. One query."""
    found: dict[int, list[Line]] = {i: [] for i in order_ids}
    for line in Line.objects.visible_to(actor).filter(order_id__in=list(order_ids)).order_by("order_id", "position"):
        found[line.order_id].append(line)
    return found


def lines_context(actor: Actor, order: Any) -> dict[str, Any]:
    """What the panel with an order's lines shows. Prices add up to the amount, so they go where that is hidden."""
    return {
        "lines": lines_of(actor, [order.pk])[order.pk], "order": order, "has_amount": sees_amount(actor),
        "has_value": sees_amount(actor) and sees_fields(actor, "order", "value", "rate", "rate_on"),
    }  # fmt: skip


def sees_amount(actor: Actor) -> bool:
    """Whether `actor` may see what orders amount to: value and amount tell each other by the rate."""
    return sees_fields(actor, "order", "amount", "value", "currency")
