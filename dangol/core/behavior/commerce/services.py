"""The steps of the work-off that read what shops and players tell, and that meet the catalog and the orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from dangol.core.behavior.commerce.rules import OF_ORDERS, Item, Told, order_lines, read
from dangol.core.behavior.stream.steps import Batch, StreamEvent
from dangol.core.behavior.visitors.queries import trust_of
from dangol.core.behavior.visitors.services.later import know_by_order
from dangol.core.catalog.products.models import Product
from dangol.core.purchases.orders.models import Order
from dangol.core.purchases.orders.services.writing import create_order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace

WHY = "what shops tell meets the catalog and the orders"
SHOP = "web"
_COPY = (
    "COPY behavior_touch (visitor_id, at, kind, product_id, code, name, category, words, title, order_number, order_id,"
    " quantity, value, currency) FROM STDIN"
)
_LINK = """
UPDATE behavior_touch t SET order_id = o.id
FROM purchases_order o
WHERE t.order_id IS NULL AND t.order_number <> '' AND o.number = t.order_number AND o.deleted_at IS NULL
  AND NOT EXISTS (SELECT FROM purchases_order other WHERE other.number = o.number AND other.id <> o.id
                  AND other.deleted_at IS NULL)
"""
_MEET = """
UPDATE behavior_touch t SET product_id = p.id FROM catalog_product p
WHERE t.product_id IS NULL AND t.code <> '' AND p.code = t.code AND p.deleted_at IS NULL
"""


@dataclass(frozen=True)
class Read:
    """An event of a shop or player, with what it tells."""

    event: StreamEvent
    told: Told


def keep_touches(batch: Batch, cursor: Any) -> None:
    """Write what a batch tells of products, searches, orders and films."""
    tracks = [event for event in batch.events if event.kind == "track" and event.visitor_id]
    found = [Read(event, told) for event in tracks if (told := read(event.name, event.properties))]
    if not found:
        return
    products = _products(item for one in found for item in one.told.items)
    orders = _orders(found, cursor)
    _know_buyers(found, orders)
    with cursor.copy(_COPY) as copy:
        for one in found:
            for row in _rows(one, products, orders.get(_key(one))):
                copy.write_row(row)


def _products(items: Iterable[Item]) -> dict[str, int]:
    """The catalog's products by the names told. One query."""
    codes = {key for item in items for key in item.keys}
    if not codes:
        return {}
    rows = Product.objects.for_system(WHY).filter(code__in=sorted(codes), deleted_at=None)
    return {str(code): pk for code, pk in rows.values_list("code", "pk")}


def _rows(one: Read, products: Mapping[str, int], order: int | None) -> Iterable[tuple[Any, ...]]:
    told = one.told
    if told.kind in OF_ORDERS or not told.items:
        yield _row(one, told.kind, None, Item(category=told.category), order, told.total)
    kind = {"ordered": "bought"}.get(told.kind, told.kind)
    for item in told.items:
        product = next((products[key] for key in item.keys if key in products), None)
        amount = None if item.price is None else item.price * (item.quantity if item.quantity is not None else 1)
        yield _row(one, kind, product, item, order, amount)


def _row(
    one: Read, kind: str, product: int | None, item: Item, order: int | None, value: Decimal | None
) -> tuple[Any, ...]:
    told = one.told
    return (
        one.event.visitor_id, one.event.at, kind, product, item.code, item.name, item.category, told.words, told.title,
        told.order_number, order, item.quantity, value, told.currency,
    )  # fmt: skip


# ---- Orders -------------------------------------------------------------------------------------------------------


def _orders(found: Sequence[Read], cursor: Any) -> dict[tuple[int, str], int]:
    """The orders that are told of, by source and number; made where the source is set so and there is none."""
    told = [one for one in found if one.told.order_number]
    if not told:
        return {}
    trusted = trust_of({one.event.source_id for one in told})
    numbers = sorted({one.told.order_number for one in told})
    rows = Order.objects.for_system(WHY).filter(number__in=numbers, deleted_at=None)
    known = list(rows.values_list("source", "number", "pk"))
    result: dict[tuple[int, str], int] = {}
    for one in told:
        key, trust = _key(one), trusted[one.event.source_id]
        if key not in result and (pk := _known(known, trust.shop, key[1])) is not None:
            result[key] = pk
        if key not in result and trust.makes_orders and one.told.kind == "ordered":
            made = _made(one, trust.shop or SHOP, cursor)
            if made is not None:
                result[key] = made
    return result


def _know_buyers(found: Sequence[Read], orders: Mapping[tuple[int, str], int]) -> None:
    """Whoever completed an order at a source that is believed is the person of that order."""
    told = [one for one in found if one.told.kind == "ordered" and _key(one) in orders]
    trusted = trust_of({one.event.source_id for one in told}) if told else {}
    sure = [one for one in told if trusted[one.event.source_id].believes == "everything"]
    if not sure:
        return
    rows = Order.objects.for_system(WHY).filter(pk__in={orders[_key(one)] for one in sure}, person_id__isnull=False)
    buyers = dict(rows.values_list("pk", "person_id"))
    proofs = {
        one.event.visitor_id: (buyers[orders[_key(one)]], one.event.at)
        for one in sure
        if one.event.visitor_id is not None and orders[_key(one)] in buyers
    }
    know_by_order(proofs)


def _key(one: Read) -> tuple[int, str]:
    return one.event.source_id, one.told.order_number


def _known(known: Sequence[tuple[str, str, int]], shop: str, number: str) -> int | None:
    """The order with this number, of this shop where one is named; without, only if there is no second."""
    fits = [pk for source, found, pk in known if found == number and (not shop or source == shop)]
    return fits[0] if len(fits) == 1 else None


def _made(one: Read, shop: str, cursor: Any) -> int | None:
    cursor.execute("SELECT person_id FROM behavior_visitor WHERE id = %s", [one.event.visitor_id])
    person = cursor.fetchone()
    values = {
        "source": shop, "number": one.told.order_number, "ordered_at": one.event.at, "person": person and person[0],
        "currency": one.told.currency or workspace().currency, "lines": order_lines(one.told),
    }  # fmt: skip
    try:
        with transaction.atomic():
            return int(create_order(actor=Actor.system(WHY), values=values).pk)
    except ValidationError:
        return None


@transaction.atomic
def meet_again() -> tuple[int, int]:
    """Link touches whose order or product came into the house after them; returns how many of each."""
    with connection.cursor() as cursor:
        cursor.execute(_LINK)
        orders = cursor.rowcount
        cursor.execute(_MEET)
        return orders, cursor.rowcount
