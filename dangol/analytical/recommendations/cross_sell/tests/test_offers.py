"""Offers for one person: nothing bought before, nothing while best-sellers do as well."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.analytical.predictions.lifetime_value.models import ModelRun
from dangol.analytical.recommendations.cross_sell.models import ProductPair
from dangol.analytical.recommendations.cross_sell.queries import MODEL, offers_for, strongest_pairs
from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor

SYSTEM = Actor.system("test")
pytestmark = pytest.mark.django_db


def shop(*, is_shown: bool = True) -> tuple[Any, list[Any]]:
    """A person who bought the first of five products; pairs lead from it to the others, the last no longer sold."""
    ModelRun.objects.create(
        model=MODEL, version="1", as_of=date(2026, 1, 1), is_shown=is_shown,
        verdict={"code": "x", "text": "x", "numbers": {}}, parameters={"pairs": 4, "looked_at": 9},
    )  # fmt: skip
    products = [Product.objects.for_system("test").create(code=f"X{n}", name=f"Goods {n}") for n in range(5)]
    who = Person.objects.for_system("test").create(name="Kim")
    buy(who, products[0])
    for n, other in enumerate(products[1:], 1):
        ProductPair.objects.for_system("test").create(
            product=products[0], other=other, together=10 * n, buyers=100, other_buyers=50, people=1000, p=0
        )
    products[4].deleted_at = datetime.now(UTC)
    products[4].save()
    return who, products


def buy(who: Any, product: Any, **more: Any) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    order = Order.objects.for_system("test").create(
        source="t", number=f"{product.pk}{more}", person=who, ordered_at=at, currency="KRW", **more
    )
    Line.objects.for_system("test").create(
        order=order, position=1, product=product, quantity=1, unit_price=1, amount=1, occurred_at=at
    )


def test_the_best_offers_come_first_and_nothing_that_was_bought_or_is_no_longer_sold() -> None:
    who, products = shop()
    with CaptureQueriesContext(connection) as asked:
        found = offers_for(SYSTEM, who.pk)
    assert [offer.product for offer in found] == ["Goods 3", "Goods 2", "Goods 1"]
    assert (found[0].because, found[0].confidence, round(found[0].lift, 6)) == ("Goods 0", 0.3, 6.0)
    assert len(asked) == 3
    buy(who, products[3])
    buy(who, products[2], kind="cancellation")
    assert [offer.product for offer in offers_for(SYSTEM, who.pk)] == ["Goods 2", "Goods 1"]


def test_nothing_is_offered_while_it_would_not_beat_best_sellers_nor_to_who_bought_nothing() -> None:
    who, _products = shop(is_shown=False)
    assert offers_for(SYSTEM, who.pk) == []
    ModelRun.objects.update(is_shown=True)
    assert len(offers_for(SYSTEM, who.pk)) == 3
    assert offers_for(SYSTEM, Person.objects.for_system("test").create(name="New").pk) == []


def test_the_page_shows_offers_with_their_counts_and_the_report_its_pairs(cast: Any) -> None:
    who, _products = shop()
    client = Client()
    client.force_login(cast.admin)
    page = client.get(f"/people/{who.pk}").content.decode()
    assert "30 of 100 who bought that bought this too" in page
    assert "Goods 3" in client.get("/insight/together").content.decode()
    assert len(strongest_pairs(SYSTEM)) == 4
    client.force_login(cast.mate)
    assert client.get("/insight/together").status_code == 403
