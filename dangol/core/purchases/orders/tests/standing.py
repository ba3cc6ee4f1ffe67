"""What stands in the database after an import."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order


def order(number: str) -> Order:
    return Order.objects.for_system("test").get(number=number)


def lines(number: str) -> list[Line]:
    return list(Line.objects.for_system("test").filter(order=order(number)).order_by("position"))


def stamps() -> list[tuple[str, int, int]]:
    """What every row was last written by."""
    return [
        (model.__name__, *row)
        for model in (Person, Product, Order, Line)
        for row in model.objects.for_system("test").order_by("pk").values_list("pk", "changed_xid")
    ]


def content() -> list[tuple[Any, ...]]:
    """Everything that an import writes, without ids."""
    orders = Order.objects.for_system("test").order_by("number")
    people = Person.objects.for_system("test").in_bulk()
    found: list[tuple[Any, ...]] = [
        (o.number, o.kind, o.ordered_at, o.country, o.amount, o.value, o.line_count,
         people[o.person_id].customer_number if o.person_id else None)
        for o in orders
    ]  # fmt: skip
    found += (
        Line.objects.for_system("test")
        .order_by("order__number", "position")
        .values_list(
            "order__number",
            "position",
            "code",
            "description",
            "kind",
            "quantity",
            "unit_price",
            "amount",
            "occurred_at",
        )
    )
    found += Product.objects.for_system("test").order_by("code").values_list("code", "name", "kind", "price")
    found += sorted((p.customer_number, p.country) for p in people.values())
    return found


def order_sum() -> Decimal:
    return sum((o.amount for o in Order.objects.for_system("test")), Decimal(0))
