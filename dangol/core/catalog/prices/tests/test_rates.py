from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.core.catalog.prices.models import ExchangeRate
from dangol.core.catalog.prices.queries import known_rate
from dangol.core.catalog.prices.services import set_exchange_rate
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2024, 1, 1), date(2024, 1, 2)


def test_a_rate_holds_from_its_day_until_the_next(system: Actor) -> None:
    set_exchange_rate(actor=system, currency="GBP", to_currency="KRW", on=MONDAY, rate=Decimal(1700))
    set_exchange_rate(actor=system, currency="GBP", to_currency="KRW", on=date(2024, 2, 1), rate=Decimal(1710))
    assert known_rate("GBP", "KRW", date(2023, 12, 31)) == (None, None)
    assert known_rate("GBP", "KRW", TUESDAY) == (Decimal(1700), MONDAY)
    assert known_rate("GBP", "KRW", date(2025, 1, 1))[0] == Decimal(1710)
    assert known_rate("KRW", "KRW", TUESDAY) == (Decimal(1), TUESDAY)


def test_a_correction_replaces_the_rate_of_the_day_and_is_told_once(system: Actor) -> None:
    for rate in (1700, 1705, 1705):
        set_exchange_rate(actor=system, currency="GBP", to_currency="KRW", on=MONDAY, rate=Decimal(rate))
    assert ExchangeRate.objects.get().rate == 1705
    told = list(EventRecord.objects.filter(name="exchange_rate.set").order_by("occurred_at", "id"))
    assert len(told) == 2
    assert [Decimal(rate) for rate in told[1].changes["rate"]] == [1700, 1705]


@pytest.mark.parametrize(
    ("currency", "rate", "field"),
    [("XXZ", 1, "currency"), ("KRW", 1, "currency"), ("GBP", 0, "rate"), ("GBP", -1, "rate"), ("GBP", "NaN", "rate")],
)
def test_a_wrong_rate_is_refused_by_field(system: Actor, currency: str, rate: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        set_exchange_rate(actor=system, currency=currency, to_currency="KRW", on=MONDAY, rate=Decimal(rate))
    assert field in refused.value.message_dict


def test_only_those_who_may_create_orders_set_rates() -> None:
    onlooker = Actor(kind="user", grants={"order": {"see": "all"}})
    with pytest.raises(Forbidden):
        set_exchange_rate(actor=onlooker, currency="GBP", to_currency="KRW", on=MONDAY, rate=Decimal(1))


def test_the_page_takes_a_rate_and_says_what_is_wrong(client: Client, cast: Any) -> None:
    client.force_login(cast.admin)
    assert "GBP" in client.get("/rates?currency=GBP&on=2024-01-01").content.decode()
    wrong = client.post("/rates", {"currency": "gbp", "on": "2024-01-01", "rate": "much"})
    assert wrong.status_code == 422
    assert client.post("/rates", {"currency": "gbp", "on": "2024-01-01", "rate": "1,700"}).status_code == 302
    assert ExchangeRate.objects.get().rate == 1700
    assert "1,700" in client.get("/rates").content.decode()
