"""Roll-ups: one figure over the records that lead here, as of now, in one query a page; for who sees all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.objects import listing, reading, sums
from dangol.platform.objects.custom_fields.services import add_field, remove_field
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.past import as_of
from dangol.platform.objects.registry import fields_for, object_type
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def roll(actor: Actor, label: str, **values: Any) -> Any:
    return add_field(actor=actor, object_name="person", values={"kind": "rollup", "label_en": label, **values})


@pytest.fixture
def people(system: Actor) -> list[Person]:
    made = [create_person(actor=system, values={"name": name}) for name in ("A", "B", "C")]
    for n, (person, value) in enumerate([(0, "10.50"), (0, "2"), (1, "-3"), (0, "99")]):
        Order.plain.create(
            number=str(n), person=made[person], ordered_at=datetime(2026, 1, 1, tzinfo=UTC), currency="KRW",
            amount=value, value=value, deleted_at=datetime(2026, 1, 2, tzinfo=UTC) if n == 3 else None,
        )  # fmt: skip
    roll(system, "Orders", what="order.person", adds="count")
    for adds in ("sum", "avg", "max"):
        roll(system, adds, what="order.person", adds=adds, of="order.value", places=2)
    return made


def test_figures_are_those_of_the_living_records_that_lead_here(people: list[Person], system: Actor) -> None:
    columns = ["name", "c_orders", "c_sum", "c_avg", "c_max"]
    declared = object_type("person")
    listing.page(declared, system, ListQuery(columns=["name"]))
    with CaptureQueriesContext(connection) as caught:
        rows = listing.page(declared, system, ListQuery(columns=columns)).rows
    assert len(caught) == 2
    assert [[r.values[n] for n in columns] for r in rows] == [
        ["A", 2, Decimal("12.50"), Decimal("6.25"), Decimal("10.50")],
        ["B", 1, Decimal(-3), Decimal(-3), Decimal(-3)], ["C", 0, 0, None, None],
    ]  # fmt: skip
    for tree, names in (
        ({"field": "c_orders", "op": "gte", "value": 1}, "AB"), ({"field": "c_sum", "op": "is", "value": "12.5"}, "A"),
        ({"field": "c_avg", "op": "is_empty"}, "C"), ({"not": {"field": "c_orders", "op": "is", "value": 0}}, "AB"),
    ):  # fmt: skip
        found = listing.page(declared, system, ListQuery(filter=tree)).rows
        assert "".join(r.record.name for r in found) == names, tree
    known = fields_for(declared, system)
    [total] = sums.add_up(declared, system, ListQuery(), [sums.Sum(known["c_orders"])])
    assert total.parts[0].total == 3
    record = reading.find(declared, system, people[0].pk)
    assert reading.row_of(declared, system, record).values["c_sum"] == record.c_sum == Decimal("12.50")
    assert "c_sum" not in as_of(declared, system, record, record.created_at).values
    with pytest.raises(ValidationError):
        change_person(actor=system, record_id=people[0].pk, values={"c_orders": 7})


def test_only_who_sees_all_of_them_sees_the_figure(people: list[Person], cast: Cast) -> None:
    admin = cast.actor("admin")
    assert "c_orders" in fields_for(object_type("person"), admin)
    assert "c_orders" not in fields_for(object_type("person"), cast.actor("owner"))
    cast.admin.roles.update(fields={"order": {"value": "hidden"}})
    known = fields_for(object_type("person"), cast.actor("admin"))
    assert ("c_orders" in known, "c_sum" in known) == (True, False)


def test_a_custom_relation_can_be_counted_and_is_then_kept(system: Actor) -> None:
    values = {"kind": "relation", "label_en": "Friend", "relation": "person"}
    friend = add_field(actor=system, object_name="person", values=values)
    roll(system, "Friends", what="person.c_friend", adds="count")
    mina = create_person(actor=system, values={"name": "Mina"})
    for name in ("Jiwoo", "Hana"):
        create_person(actor=system, values={"name": name, "c_friend": mina.pk})
    rows = listing.page(object_type("person"), system, ListQuery(columns=["name", "c_friends"])).rows
    assert {r.record.name: r.values["c_friends"] for r in rows} == {"Mina": 2, "Jiwoo": 0, "Hana": 0}
    with pytest.raises(ValidationError, match="made of this"):
        remove_field(actor=system, number=friend.pk)


def test_its_form_and_what_is_wrong_with_it(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)
    at = "/setup/fields/people/new?kind=rollup"
    assert b"order.value" in client.get(at).content
    sent = {"label_en": "Spent", "what": "order.person", "adds": "sum", "of": "", "places": "0"}
    assert client.post(at, sent).status_code == 422
    assert client.post(at, {**sent, "of": "order.value", "what": "order.nothing"}).status_code == 422
    made = client.post(at, {**sent, "of": "order.value"})
    assert made.status_code == 302
    assert b'value="order.value" selected' in client.get(made["Location"]).content
    assert client.post(made["Location"], {**sent, "of": "order.value", "adds": "max"}).status_code == 302
