from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from dangol.core.behavior.commerce.models import Touch
from dangol.core.behavior.commerce.queries import looked_at, product_figures
from dangol.core.behavior.commerce.services import meet_again
from dangol.core.behavior.commerce.tests.test_rules import ORDER
from dangol.core.behavior.visitors.tests.telling import a_source, minutes, told, work_off
from dangol.core.catalog.products.services import create_product
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.core.purchases.orders.models import Line, Order
from dangol.core.purchases.orders.services.writing import create_order
from dangol.platform.access.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def touches() -> list[Any]:
    return list(Touch.objects.for_system("test").order_by("pk"))


def orders() -> list[Any]:
    return list(Order.objects.for_system("test").order_by("pk"))


def bought(source: Any, number: str = "50314b8e", **more: Any) -> Any:
    return told(source, minutes(3), "track", "Order Completed", properties={**ORDER, "order_id": number}, **more)


def test_products_meet_the_catalog_and_unknown_ones_stay_unknown(system: Actor) -> None:
    known = create_product(actor=system, values={"code": "G-32", "name": "Monopoly"})
    work_off(
        told(a_source(), minutes(0), "track", "Product Viewed", properties={"product_id": "g-32"}),
        told(a_source(), minutes(0), "track", "Product Viewed", properties={"sku": "nobody knows", "name": "Thing"}),
    )
    assert [(t.product_id, t.code, t.name) for t in touches()] == [
        (known.pk, "G-32", ""),
        (None, "NOBODY KNOWS", "Thing"),
    ]


def test_an_order_links_to_the_shops_own_and_makes_none(system: Actor) -> None:
    values = {"source": "shop", "number": "50314b8e", "ordered_at": minutes(3), "currency": "KRW", "lines": []}
    order = create_order(actor=system, values=values)
    work_off(bought(a_source()))
    assert [(t.kind, t.order_id) for t in touches()] == [(k, order.pk) for k in ("ordered", "bought", "bought")]
    assert (touches()[0].value, touches()[2].value) == (Decimal("27.5"), Decimal(6))
    assert len(orders()) == 1


def test_an_order_that_comes_later_is_linked_then(system: Actor) -> None:
    work_off(bought(a_source()))
    assert {t.order_id for t in touches()} == {None}
    values = {"source": "shop", "number": "50314b8e", "ordered_at": minutes(3), "currency": "KRW", "lines": []}
    order = create_order(actor=system, values=values)
    create_product(actor=system, values={"code": "G-32", "name": "Monopoly"})
    assert meet_again() == (3, 1)
    assert {t.order_id for t in touches()} == {order.pk}
    assert meet_again() == (0, 0)


def test_a_source_may_make_orders_once_each_and_exact(system: Actor) -> None:
    person = create_person(actor=system, values={"name": "Minji", "customer_number": "C1"})
    source = a_source(believes="everything", makes_orders=True, shop="web-shop")
    work_off(told(source, minutes(0), "identify", user_id="C1"), bought(source), bought(source))
    work_off(bought(source))
    [order] = orders()
    assert (order.source, order.number, order.person_id, order.currency) == ("web-shop", "50314b8e", person.pk, "KRW")
    assert (order.amount, order.line_count) == (Decimal("27.5"), 5)
    lines = Line.objects.for_system("test").filter(order=order)
    assert sum(line.amount for line in lines) == order.amount
    assert {t.order_id for t in touches()} == {order.pk}


def test_two_shops_with_the_same_number_are_not_mixed_up(system: Actor) -> None:
    for shop in ("one", "two"):
        values = {"source": shop, "number": "50314b8e", "ordered_at": minutes(3), "currency": "KRW", "lines": []}
        create_order(actor=system, values=values)
    work_off(bought(a_source()))
    assert {t.order_id for t in touches()} == {None}
    assert meet_again()[0] == 0
    work_off(bought(a_source(shop="two")))
    assert touches()[-1].order_id == orders()[1].pk


def test_what_they_looked_at_stands_with_the_person_and_the_product(cast: Cast) -> None:
    from django.utils import timezone

    admin, now = cast.actor("admin"), timezone.now()
    person = create_person(actor=cast.actor("owner"), values={"name": "Minji", "customer_number": "C1"})
    product = create_product(actor=admin, values={"code": "G-32", "name": "Monopoly"})
    source = a_source(believes="everything")
    work_off(
        told(source, now, "track", "Product Viewed", user_id="C1", properties={"sku": "G-32"}),
        told(source, now, "track", "Product Viewed", user_id="C1", properties={"sku": "G-32"}),
        told(source, now, "track", "Products Searched", user_id="C1", properties={"query": "board game"}),
    )
    record: Any = Person.objects.for_system("test").get(pk=person.pk)
    products, searched = looked_at(admin, record)
    assert [(p.name, p.viewed, p.bought) for p in products] == [("Monopoly", 2, 0)]
    assert searched == ["board game"]
    figures = product_figures(admin, product.pk)
    assert figures is not None
    assert (figures["views"], figures["visitors"]) == (2, 1)
    assert product_figures(cast.actor("owner"), product.pk) is None
    client = Client()
    client.force_login(cast.admin)
    assert "board game" in client.get(f"/people/{person.pk}").content.decode()
    assert "views by 1 visitor" in client.get(f"/products/{product.pk}").content.decode()
