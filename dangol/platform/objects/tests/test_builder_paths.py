"""Conditions through several relations: offered, made, shown, edited and saved in the builder; in words everywhere."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.services import create_person
from dangol.core.purchases.orders.models import Order
from dangol.platform.objects.builder.conditions import askable
from dangol.platform.objects.filters import compile_filter
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.tests.test_undo_pages import signed_in, text
from tests.cast import Cast

PATH = "person.company.industry"
INDUSTRY = {"field": "industry", "op": "is", "value": "Coffee"}
TREE = {"field": "person", "op": "where", "value": {"field": "company", "op": "where", "value": INDUSTRY}}
SENT = {"g.join": "all", "g-0.field": PATH, "g-0.op": "is", "g-0.v.value": "Coffee"}


def filter_of(url: str) -> Any:
    return json.loads(parse_qs(urlsplit(url).query)["filter"][0])


def test_fields_behind_two_relations_are_offered_to_those_who_may_see_them(cast: Cast) -> None:
    order = object_type("order")
    asked = askable(order, cast.actor("admin"))[PATH]
    assert [step.relation for step in asked.path] == ["person", "company"]
    assert asked.home(order).name == "company"
    role = cast.users["mate"].roles.get()
    role.grants = {name: rights for name, rights in role.grants.items() if name != "company"}
    role.save()
    known = askable(order, cast.actor("mate"))
    assert PATH not in known
    assert "person.city" in known
    role.fields = {"person": {"company": "hidden"}}
    role.grants = cast.users["owner"].roles.get().grants
    role.save()
    assert PATH not in askable(order, cast.actor("mate"))


def test_such_a_condition_is_made_and_opens_again_to_be_edited(cast: Cast) -> None:
    client = signed_in(cast, "admin")
    assert f'value="add:g:{PATH}"' in text(client.get("/orders/filter"))
    drawn = text(client.post("/orders/filter", {"g.join": "all", "act": f"add:g:{PATH}"}))
    assert f'name="g-0.field" value="{PATH}"' in drawn
    made = client.post("/orders/filter", SENT)
    assert made.status_code == 302
    assert filter_of(made["Location"]) == TREE
    page = text(client.get(made["Location"]))
    assert "› Company: Industry" in page
    again = text(client.get("/orders/filter", {"filter": json.dumps(TREE)}))
    assert f'name="g-0.field" value="{PATH}"' in again
    assert 'name="g-0.v.raw"' not in again
    assert 'value="Coffee"' in again
    changed = client.post("/orders/filter", {**SENT, "g-0.v.value": "Books"})
    assert filter_of(changed["Location"])["value"]["value"]["value"] == "Books"
    refused = client.post("/orders/filter", {**SENT, "g-0.v.value": ""})
    assert refused.status_code == 422


def test_a_saved_view_keeps_it_and_says_it(cast: Cast) -> None:
    client = signed_in(cast, "admin")
    sent = {"name": "Coffee houses", "audience": "all", "filter": json.dumps(TREE)}
    client.post("/orders/views", sent)
    page = text(client.get("/orders/views"))
    assert "Coffee houses" in page
    view = SavedView.objects.get(name="Coffee houses")
    assert "› Company: Industry" in text(client.get(f"/orders?view={view.pk}"))


@pytest.mark.parametrize(("value", "found"), [("Coffee", 1), ("Books", 0)])
def test_it_finds_the_orders_of_people_in_such_companies(cast: Cast, value: str, found: int) -> None:
    admin = cast.actor("admin")
    company = create_company(actor=admin, values={"name": "Narae", "industry": "Coffee"})
    person = create_person(actor=admin, values={"name": "Kim", "company": company.pk})
    order = object_type("order")
    Order.objects.for_system("test").create(
        number="1", person=person, ordered_at=timezone.now(), currency="KRW", amount=1
    )
    tree = {"field": "person", "op": "where", "value": {"field": "company", "op": "where",
            "value": {**INDUSTRY, "value": value}}}  # fmt: skip
    rows: Any = order.model.objects.visible_to(admin)
    assert rows.filter(compile_filter(order, admin, tree)).count() == found
