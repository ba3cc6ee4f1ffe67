"""Money of a customer: the database adds up what plain Python does, to the last digit; numbers open their orders."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.core.purchases.money import queries
from dangol.core.purchases.money.rules import Category, Sum, average_gap, by_year, together, with_shares
from dangol.platform.access.actor import Actor

SYSTEM = Actor.system("test")
SEOUL = ZoneInfo("Asia/Seoul")
KINDS = ("order", "order", "order", "cancellation", "adjustment")


def shop(seed: int) -> tuple[list[Any], list[tuple[Any, list[Any]]]]:
    """Three people of a firm and their orders, as awkward as real ones."""
    from dangol.core.catalog.products.models import Product
    from dangol.core.customers.companies.models import Company
    from dangol.core.customers.people.models import Person
    from dangol.core.purchases.orders.models import Line, Order
    from dangol.platform.accounts.models import Workspace

    Workspace.objects.update_or_create(pk=1, defaults={"currency": "KRW", "time_zone": "Asia/Seoul"})
    chance, firm = random.Random(seed), Company.objects.for_system("test").create(name="Firm")
    people = [Person.objects.for_system("test").create(name=f"P{n}", company=firm) for n in range(3)]
    products = [
        Product.objects.for_system("test").create(
            code=f"X{n}", category=chance.choice(["", "Tea", "Coffee"]), cost=chance.choice([None, Decimal("3.3333")])
        )
        for n in range(5)
    ]
    made = []
    for n in range(40):
        kind, sign = (k := chance.choice(KINDS)), -1 if k == "cancellation" else 1
        value = chance.choice([None, *[Decimal(chance.randint(1, 999_999)) / 10_000 * sign] * 5])
        at = datetime(2024, 12, 31, 14, 59, 59, tzinfo=UTC) + timedelta(
            seconds=chance.choice([0, 1, chance.randint(0, 9**7)])
        )
        order = Order.objects.for_system("test").create(
            source="t", number=str(n), person=chance.choice([*people, None]), kind=kind, ordered_at=at, currency="KRW",
            value=value, amount=value or 0, deleted_at=chance.choice([None, None, None, at]),
        )  # fmt: skip
        lines = [
            Line(order=order, position=i, product=chance.choice([*products, None]), quantity=q, unit_price=1, amount=1,
                 value=None if value is None else Decimal(chance.randint(1, 99_999)) / 10_000 * q, occurred_at=at,
                 kind=chance.choice(["goods", "goods", "fee"]))
            for i, q in enumerate(Decimal(chance.choice([1, 2, -1])) * sign for _ in range(3))
        ]  # fmt: skip
        Line.objects.for_system("test").bulk_create(lines)
        made.append((order, lines))
    return people, made


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_sums_are_those_of_plain_python_to_the_last_digit(seed: int) -> None:
    people, made = shop(seed)
    for who in people:
        found = queries.money_of(SYSTEM, queries.buyers(SYSTEM, "person", who))
        mine = [(o, ls) for o, ls in made if o.person_id == who.pk and o.deleted_at is None]
        net = sum((o.value for o, _ in mine if o.value is not None), Decimal(0))
        assert found.whole.net == net == sum((y.net for y in found.years), Decimal(0))
        for year in found.years:
            here = [o for o, _ in mine if o.ordered_at.astimezone(SEOUL).year == year.year]
            assert (year.orders, year.unvalued) == (
                sum(o.kind == "order" for o in here), sum(o.value is None for o in here))  # fmt: skip
            assert year.returned == -sum((o.value or 0 for o in here if o.kind == "cancellation"), Decimal(0))
        _check_categories(found, [line for _, ls in mine for line in ls])
        days: dict[date, Decimal] = {}
        for order, _ in mine:
            if order.value is not None:
                day = order.ordered_at.astimezone(SEOUL).date()
                days[day] = days.get(day, Decimal(0)) + order.value
        bought = sorted(day for day, value in days.items() if value > 0)
        assert (found.purchase_days, found.gap_days) == (len(bought), average_gap(bought))


def _check_categories(found: Any, lines: list[Any]) -> None:
    goods = [line for line in lines if line.kind == "goods" and line.value is not None]
    names = {line.product.category if line.product else "" for line in goods}
    assert {c.name for c in found.categories} == names
    for each in found.categories:
        mine = [line for line in goods if (line.product.category if line.product else "") == each.name]
        assert each.net == sum((line.value for line in mine), Decimal(0))
        assert each.returned == -sum((line.value for line in mine if line.quantity < 0), Decimal(0))
        costed = [line for line in mine if line.product and line.product.cost is not None]
        expected = sum((line.value - line.product.cost * line.quantity for line in costed), Decimal(0))
        assert each.margin == (expected if costed else None)
    shares = [c.share for c in found.categories if c.share is not None]
    assert not shares or abs(sum(shares) - 1) < Decimal("1e-20")


@pytest.mark.django_db
def test_a_firm_adds_up_its_people_and_asks_the_database_as_often_as_for_one() -> None:
    from dangol.core.customers.companies.models import Company

    people, _made = shop(9)
    firm = Company.objects.for_system("test").get(pk=people[0].company_id)
    parts = [queries.money_of(SYSTEM, queries.buyers(SYSTEM, "person", who)).whole.net for who in people]
    for of in ("own", "tree"):
        met = queries.buyers(SYSTEM, "company", firm, of)  # type: ignore[arg-type]
        with CaptureQueriesContext(connection) as asked:
            whole = queries.money_of(SYSTEM, met).whole
        assert whole.net == sum(parts, Decimal(0))
        assert len(asked) <= 5


@pytest.mark.django_db
def test_each_number_opens_the_orders_behind_it(cast: Any) -> None:
    from dangol.core.purchases.money.views import _doors
    from dangol.platform.objects import listing
    from dangol.platform.objects.filters import parse
    from dangol.platform.objects.registry import object_type

    people, made = shop(4)
    who, declared = people[0], object_type("order")
    for name, record in (("person", who), ("company", _firm(who))):
        found = queries.money_of(SYSTEM, queries.buyers(SYSTEM, name, record))
        doors = _doors(name, record, "own", found, False)

        def count(url: str) -> int:
            tree = parse(parse_qs(urlsplit(url).query)["filter"][0])
            with timezone.override(SEOUL):  # lists go by the reader's clock, the figures by the company's
                return listing.count(declared, SYSTEM, listing.ListQuery(filter=tree)).number

        for year, urls in doors["years"]:
            assert count(urls["order"]) == year.orders
            assert count(urls["cancellation"]) == year.cancellations
        ids = {p.pk for p in people} if name == "company" else {who.pk}
        for category, url in doors["categories"]:
            mine = [o for o, lines in made if o.person_id in ids and o.deleted_at is None and any(
                line.kind == "goods" and (line.product.category if line.product else "") == category.name
                for line in lines)]  # fmt: skip
            assert count(url) == len(mine)


def _firm(who: Any) -> Any:
    from dangol.core.customers.companies.models import Company

    return Company.objects.for_system("test").get(pk=who.company_id)


@pytest.mark.django_db
def test_the_page_and_its_part_are_shown_to_those_who_may_see_orders(cast: Any) -> None:
    from dangol.core.customers.people.services import create_person

    who = create_person(actor=cast.actor("owner"), values={"name": "Kim"})
    client = Client()
    client.force_login(cast.owner)
    assert client.get(f"/people/{who.pk}/money").status_code == 200
    assert b"<html" not in client.get(f"/people/{who.pk}/money", headers={"HX-Request": "true"}).content
    client.force_login(cast.stranger)
    assert client.get(f"/people/{who.pk}/money").status_code == 404


@pytest.mark.django_db
def test_the_cost_of_goods_stays_hidden_where_the_role_hides_it() -> None:
    people, _made = shop(0)
    fields: Any = {"product": {"cost": "hidden"}}
    blind = Actor(kind="user", user_id=1, grants={"*": {"*": "all"}}, fields=fields)
    found = queries.money_of(blind, queries.buyers(blind, "person", people[0]))
    assert found.margin is None


def test_years_are_added_up_by_kind_and_shares_leave_out_what_is_below_zero() -> None:
    years = by_year([Sum(2025, "order", 3, Decimal(300)), Sum(2025, "cancellation", 1, Decimal(-50)),
                     Sum(2024, "adjustment", 1, Decimal(-5))])  # fmt: skip
    assert [(y.year, y.net, y.returned) for y in years] == [(2025, 250, 50), (2024, -5, 0)]
    assert together(years).net == 245
    rows = with_shares([Category("a", 1, Decimal(30), Decimal(0)), Category("b", 1, Decimal(0), Decimal(5)),
                        Category("c", 1, Decimal(10), Decimal(0))])  # fmt: skip
    assert [(r.name, r.share) for r in rows] == [("a", Decimal("0.75")), ("c", Decimal("0.25")), ("b", None)]
