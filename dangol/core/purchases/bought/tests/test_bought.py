"""What people bought, asked as conditions: whom it finds, what it refuses, how it is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.purchases.bought.object import often_from_form, spent_from_form
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor
from dangol.platform.objects.explaining import explain
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import Clock
from dangol.platform.objects.words import describe
from dangol.platform.ui.viewer import Viewer

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
CLOCK = Clock(date(2026, 3, 31), ZoneInfo("Asia/Seoul"))
NOON = datetime(2026, 3, 31, 3, tzinfo=UTC)


def order(
    person: Person, number: str, *, days_ago: int = 0, value: Any = 100, kind: str = "order", **lines: Any
) -> Order:
    made = Order.plain.create(
        number=number, person=person, kind=kind, ordered_at=NOON - timedelta(days=days_ago), currency="KRW",
        amount=value or 0, value=value,
    )  # fmt: skip
    for position, (category, quantity) in enumerate(lines.items()):
        product, _ = Product.plain.get_or_create(code=category, defaults={"category": category})
        Line.plain.create(
            order=made, position=position, product=product, quantity=quantity, unit_price=10, amount=10 * quantity,
            value=10 * quantity, occurred_at=made.ordered_at,
        )  # fmt: skip
    return made


def found(field: str, op: str, **value: Any) -> set[str]:
    q = compile_filter(object_type("person"), SYSTEM, {"field": field, "op": op, "value": value}, CLOCK)
    return set(Person.objects.for_system("t").filter(q).values_list("name", flat=True))


@pytest.fixture
def shop(db: None) -> dict[str, Person]:
    people = {name: Person.plain.create(name=name) for name in ("never", "once", "often", "cancelled")}
    order(people["once"], "1", days_ago=10, value=50, tea=1)
    for n, days in enumerate((5, 20, 100)):
        order(people["often"], f"2{n}", days_ago=days, value=100, coffee=2, tea=1)
    order(people["cancelled"], "3", days_ago=8, value=70, coffee=1)
    order(people["cancelled"], "4", days_ago=7, value=-70, kind="cancellation", coffee=-1)
    return people


def test_orders_are_counted_in_the_days_asked_for(shop: Any) -> None:
    assert found("purchases", "at_least", times=2, days=90) == {"often"}
    assert found("purchases", "exactly", times=2, days=90) == {"often"}
    assert found("purchases", "at_least", times=3) == {"often"}
    assert found("purchases", "at_least", times=1, days=9) == {"often", "cancelled"}


def test_at_most_and_none_at_all_hold_for_people_without_orders(shop: Any) -> None:
    assert found("purchases", "at_most", times=0, days=9) == {"never", "once"}
    assert found("purchases", "exactly", times=0) == {"never"}
    assert found("purchases", "at_most", times=1, days=30) == {"never", "once", "cancelled"}


def test_a_cancellation_is_no_order_and_does_not_undo_one_but_money_is_net(shop: Any) -> None:
    assert found("purchases", "exactly", times=1) == {"once", "cancelled"}
    assert found("purchases", "at_least", times=1, where={"kind": "cancellation"}) == {"cancelled"}
    assert found("spent", "lte", amount=0) == {"never", "cancelled"}
    assert found("spent", "between", amount=50, to=300) == {"once", "often"}
    assert found("spent", "gte", amount="100.0001", days=90) == {"often"}


def test_goods_are_those_of_lines_with_a_quantity_above_nought(shop: Any) -> None:
    assert found("purchases", "at_least", times=2, days=90, where={"category": ["coffee"]}) == {"often"}
    assert found("purchases", "at_least", times=1, where={"category": ["coffee"]}) == {"often", "cancelled"}
    tea = Product.plain.get(code="tea").pk
    assert found("purchases", "at_least", times=1, days=15, where={"product": [tea]}) == {"once", "often"}
    assert found("purchases", "at_least", times=1, where={"min_amount": "70.5"}) == {"often"}
    assert found("spent", "gte", amount=40, where={"category": ["coffee"]}) == {"often"}
    assert found("spent", "lte", amount=0, where={"category": ["coffee"]}) == {"never", "once", "cancelled"}


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("purchases", "is", {"times": 1}), ("purchases", "at_least", 3), ("purchases", "at_least", {"often": 3}),
        ("purchases", "at_least", {"times": -1}), ("purchases", "at_least", {"times": True}),
        ("purchases", "at_least", {"times": 1, "days": 0}), ("purchases", "at_least", {"times": 1, "where": [1]}),
        ("purchases", "at_least", {"times": 1, "where": {"category": "tea"}}),
        ("purchases", "at_least", {"times": 1, "where": {"product": ["x"]}}),
        ("purchases", "at_least", {"times": 1, "where": {"kind": "gift"}}),
        ("purchases", "at_least", {"times": 1, "where": {"category": ["\ud83d"]}}),
        ("spent", "gte", {}), ("spent", "gte", {"amount": "much"}), ("spent", "between", {"amount": 1}),
        ("spent", "gte", {"amount": "NaN"}), ("spent", "gte", {"amount": 1, "where": {"kind": "order"}}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(field: str, op: str, value: Any) -> None:
    with pytest.raises(FilterError):
        compile_filter(object_type("person"), SYSTEM, {"field": field, "op": op, "value": value}, CLOCK)


def test_who_may_not_see_orders_may_not_ask_for_them() -> None:
    from dangol.platform.access.errors import Forbidden

    blind = Actor("user", 1, grants={"person": {"see": "all"}})
    with pytest.raises(Forbidden):
        compile_filter(object_type("person"), blind, {"field": "purchases", "op": "at_least", "value": {}}, CLOCK)


def test_they_are_said_in_words_and_why_somebody_is_in(shop: Any) -> None:
    tree = {"and": [
        {"field": "purchases", "op": "at_least", "value": {"times": 2, "days": 90, "where": {"category": ["coffee"]}}},
        {"not": {"field": "spent", "op": "gte", "value": {"amount": 1000}}},
    ]}  # fmt: skip
    viewer = Viewer(actor=SYSTEM)
    said = " ".join(describe(object_type("person"), SYSTEM, viewer, tree["and"][0]))
    assert said == "Purchases at least 2 times, in the last 90 days, coffee"
    why = explain(object_type("person"), SYSTEM, viewer, tree, shop["once"], CLOCK)
    assert not why.is_met
    assert [(part.is_met, part.actual) for part in why.parts] == [(False, "0 times"), (True, "")]
    assert why.parts[1].parts[0].actual.endswith("50")


def test_forms_become_the_same_json() -> None:
    sent = {"times": ["3"], "days": ["90"], "category": ["tea", "coffee"], "min_amount": ["1,000"], "kind": ["order"]}
    where = {"category": ["tea", "coffee"], "min_amount": "1000"}
    assert often_from_form("at_least", sent) == {"times": 3, "days": 90, "where": where}
    assert spent_from_form("between", {"amount": ["1,000"], "to": ["2000"]}) == {"amount": "1000", "to": "2000"}
    assert Decimal(spent_from_form("gte", {"amount": ["5"]})["amount"]) == 5
