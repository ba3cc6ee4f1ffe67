"""docs/rights.md says what the house does."""

from __future__ import annotations

import os
from typing import Any

import pytest

from dangol.analytical.segments.definitions.models import Segment
from dangol.core.catalog.products.models import Product
from dangol.core.customers.companies.models import Company
from dangol.core.customers.households.models import Household
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Order
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.platform.objects.registry import object_types
from tests.cast import Cast
from tests.rights import FILE, WRITE
from tests.rights_page import lines


@pytest.fixture
def records(cast: Cast) -> dict[str, Any]:
    """One record of each object, of the owner's where records have owners."""
    person = Person.plain.create(name="Kim", owner=cast.owner)
    return {
        "person": person,
        "company": Company.plain.create(name="Narae", owner=cast.owner),
        "product": Product.plain.create(code="YIRGA", name="Ethiopia"),
        "order": Order.plain.create(number="1", person=person, ordered_at="2026-10-01T00:00Z", currency="KRW"),
        "household": Household.plain.create(name="Kims", owner=cast.owner),
        "segment": Segment.plain.create(name="Best", owner=cast.owner),
        "campaign": Campaign.plain.create(name="Autumn", owner=cast.owner),
    }


@pytest.mark.django_db
def test_the_page_about_rights_says_what_the_house_does(cast: Cast, records: dict[str, Any]) -> None:
    assert records.keys() == {declared.name for declared in object_types()}, "give every object a record here"
    now = "\n".join(lines(cast, records)) + "\n"
    if os.environ.get(WRITE):
        FILE.write_text(now, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == now, "rights have changed; if that is meant: python -m tests.rights"
