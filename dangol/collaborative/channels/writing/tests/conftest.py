from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dangol.analytical.segments.tiers.models import CustomerTier
from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.services import create_person
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Workspace


@dataclass
class Customers:
    jiwoo: int
    emma: int
    number: int


@pytest.fixture
def customers(cast: Any, system: Actor) -> Customers:
    """Three customers of the owner: one with everything, one with a Latin name alone, one with a number alone."""
    Workspace.objects.update_or_create(
        pk=1,
        defaults={
            "name": "화로 커피", "email": "hello@hwaro.test", "phone": "02-1234-5678",
            "address": "서울시 종로구 율곡로 1",
            "country": "KR", "time_zone": "Asia/Seoul",
        },
    )  # fmt: skip
    narae = create_company(actor=system, values={"name": "나래 & 친구", "owner": cast.owner.pk})
    people = [
        create_person(actor=system, values={**values, "owner": cast.owner})
        for values in (
            {"name": "김지우", "latin_name": "Jiwoo Kim", "company": narae, "city": "서울", "country": "KR"},
            {"name": "Emma O'Hara", "country": "GB"},
            {"customer_number": "C-77"},
        )
    ]
    jiwoo, emma, number = (person.pk for person in people)
    CustomerTier(
        person_id=jiwoo, tier="top", value=1, value_12m=1, value_in_window=1, months=[],
        first_order_on=date(2026, 1, 1),
        last_order_on=date(2026, 5, 14), order_count=1234, purchase_days=1,
        recency=1, frequency=1, money=1, segment="x",
    ).save(force_insert=True)  # fmt: skip
    for place, (day, kind) in enumerate(((13, "order"), (14, "order"), (20, "cancellation"))):
        Order(
            source="shop", number=str(place), kind=kind, person_id=jiwoo, currency="KRW", amount=Decimal(42800),
            ordered_at=datetime(2026, 5, day, 16, 0, tzinfo=UTC),
        ).save(force_insert=True)  # fmt: skip
    return Customers(jiwoo, emma, number)
