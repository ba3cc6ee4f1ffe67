from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.core.behavior.visitors.tests.telling import a_source, minutes, told, work_off
from dangol.core.behavior.visits.models import Visit
from dangol.core.behavior.visits.object import visit_story
from dangol.core.behavior.visits.tests.test_rules import runs
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def standing() -> list[tuple[datetime, datetime, int]]:
    rows = Visit.objects.for_system("test").order_by("started_at")
    return list(rows.values_list("started_at", "ended_at", "event_count"))


@pytest.mark.parametrize("seed", range(4))
def test_the_table_holds_the_same_visits_in_any_order_and_batches(db: None, seed: int) -> None:
    chance, source = Random(seed), a_source()
    moments = [minutes(chance.randrange(0, 900)) for _ in range(60)]
    expected = runs(moments)
    while moments:
        batch, moments = moments[:7], moments[7:]
        work_off(*(told(source, at) for at in batch))
    assert standing() == expected


def test_a_visit_knows_where_it_landed_even_when_that_came_late(db: None) -> None:
    source = a_source()
    agent = "Mozilla/5.0 (iPhone) Mobile"
    work_off(told(source, minutes(9), path="/second"), told(source, minutes(10), "track", "Clicked"))
    work_off(
        told(source, minutes(3), path="/first", title="Hello", referrer="https://www.search.test/q", agent=agent,
             context={"campaign": {"name": "autumn", "source": "kakao"}})
    )  # fmt: skip
    visit: Any = Visit.objects.for_system("test").get()
    assert (visit.landing, visit.landing_title, visit.device) == ("https://shop.test/first", "Hello", "phone")
    assert (visit.page_count, visit.event_count, visit.campaign["source"]) == (2, 3, "kakao")


def test_what_a_server_says_of_itself_is_no_visit(db: None) -> None:
    source = a_source(believes="everything")
    work_off(told(source, minutes(0), "track", "Invoice Paid", device="", user_id="C1"))
    work_off(told(source, minutes(0), "identify", user_id="C1"), told(source, minutes(0), "group", group_id="g"))
    assert standing() == []


@pytest.fixture
def person(cast: Cast) -> Person:
    return create_person(actor=cast.actor("owner"), values={"name": "Minji", "customer_number": "C1"})


def fresh(person: Person) -> Any:
    return Person.objects.for_system("test").get(pk=person.pk)


def test_the_story_has_one_entry_a_visit_with_what_mattered(cast: Cast, person: Person) -> None:
    source = a_source(believes="everything")
    work_off(
        told(source, minutes(0), "identify", user_id="C1"),
        *(told(source, minutes(n), path=f"/p{n}") for n in range(40)),
        told(source, minutes(5), "track", "Products Searched", properties={"query": "dripper"}),
        told(source, minutes(6), "track", "Product Viewed", properties={"sku": "K-1", "name": "Kettle"}),
        told(source, minutes(200)),
    )
    items = visit_story(cast.actor("admin"), fresh(person), None, 30)
    assert [item.data["visit"].page_count for item in items] == [1, 40]
    assert [(m.icon, m.names) for m in items[1].data["marks"]] == [("search", "dripper"), ("eye", "Kettle")]
    assert [i.data["visit"].page_count for i in visit_story(cast.actor("admin"), fresh(person), minutes(200), 30)] == [
        40
    ]
    assert visit_story(cast.actor("stranger"), fresh(person), None, 30) == []


def test_the_cost_of_the_story_does_not_grow_with_visits_and_is_nothing_without(cast: Cast, person: Person) -> None:
    source, admin = a_source(believes="everything"), cast.actor("admin")
    other = create_person(actor=admin, values={"name": "Jun"})
    work_off(*(told(source, minutes(n * 60), user_id="C1") for n in range(35)))
    with CaptureQueriesContext(connection) as asked:
        assert len(visit_story(admin, fresh(person), None, 30)) == 30
    assert len(asked) <= 4 + 1  # presence, visitors, visits, what mattered; the person itself
    with CaptureQueriesContext(connection) as asked:
        assert visit_story(admin, fresh(other), None, 30) == []
    assert len(asked) <= 2


def test_pages_of_a_visit_open_for_who_may_see_the_person(cast: Cast, person: Person) -> None:
    source = a_source(believes="everything")
    work_off(told(source, minutes(0), "identify", user_id="C1"), told(source, minutes(1), path="/tea", title="Tea"))
    visit: Any = Visit.objects.for_system("test").get()
    for who, status in (("admin", 200), ("stranger", 404)):
        client = Client()
        client.force_login(cast.users[who])
        for address in (f"/visits/{visit.pk}", f"/visits/{visit.pk}/pages"):
            assert client.get(address).status_code == status, (who, address)
        assert client.get("/visits/999999999999999999999").status_code == 404
    assert Client().get(f"/visits/{visit.pk}").status_code == 302
