from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.catalog.prices.models import ExchangeRate
from dangol.core.catalog.products.services import create_product
from dangol.core.purchases.orders.models import Line
from dangol.core.purchases.orders.services.writing import change_order, create_order, valued
from dangol.platform.access.actor import Actor

LINES = [
    {"code": "yirga", "quantity": "4", "unit_price": "43000"},
    {"code": "POST", "quantity": 1, "unit_price": "2500.5"},
]


def order(system: Actor, **more: Any) -> Any:
    values = {"number": "H-1", "ordered_at": "2026-10-01T10:00:00+09:00", "currency": "krw", "lines": LINES}
    return create_order(actor=system, values={**values, **more})


@pytest.mark.django_db
def test_an_orders_amount_is_the_sum_of_its_lines(system: Actor) -> None:
    create_product(actor=system, values={"code": "yirga", "name": "Yirgacheffe"})
    create_product(actor=system, values={"code": "POST", "name": "Postage", "kind": "fee"})
    made = order(system)
    assert made.amount == made.value == Decimal("174500.5")
    lines = Line.objects.for_system("t").order_by("position")
    assert [(x.code, x.kind, x.description) for x in lines] == [
        ("YIRGA", "goods", "Yirgacheffe"),
        ("POST", "fee", "Postage"),
    ]
    assert sum(x.amount for x in lines) == made.amount


@pytest.mark.django_db
def test_foreign_money_is_valued_by_the_rate_last_known_on_the_day(system: Actor) -> None:
    for day, rate in ((date(2026, 9, 1), "1300"), (date(2026, 10, 1), "1350.5"), (date(2026, 10, 2), "9999")):
        ExchangeRate.objects.create(currency="USD", to_currency="KRW", on=day, rate=Decimal(rate))
    made = order(system, currency="USD", lines=[{"code": "a", "quantity": 2, "unit_price": "1.25"}])
    assert (made.amount, made.value, made.rate_on) == (Decimal("2.50"), Decimal("3376.25"), date(2026, 10, 1))


@pytest.mark.django_db
def test_without_a_rate_the_order_waits_unvalued(system: Actor) -> None:
    made = order(system, currency="EUR")
    assert (made.amount, made.value, made.rate) == (Decimal("174500.5"), None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line", [{"code": "a"}, {"unit_price": "x"}, {"unit_price": "NaN"}, {"unit_price": 1, "quantity": "inf"}]
)
def test_a_wrong_line_is_named(system: Actor, line: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        order(system, lines=[LINES[0], line])
    assert "2" in caught.value.message_dict["lines"][0]


@pytest.mark.django_db
def test_what_was_ordered_stays_as_it_was(system: Actor) -> None:
    made = order(system)
    with pytest.raises(ValidationError):
        change_order(actor=system, record_id=made.pk, values={"currency": "EUR"})


@pytest.mark.django_db
def test_a_number_is_given_once_a_shop(system: Actor) -> None:
    order(system)
    with pytest.raises(ValidationError):
        order(system)


money = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False)


@given(money, st.decimals(min_value=Decimal("0.0001"), max_value=10**5, places=10, allow_nan=False))
def test_valuing_loses_less_than_half_of_the_last_place(amount: Decimal, rate: Decimal) -> None:
    found = valued(amount, rate)
    assert found is not None
    assert abs(found - amount * rate) <= Decimal("0.00005")
    assert valued(-amount, rate) == -found
