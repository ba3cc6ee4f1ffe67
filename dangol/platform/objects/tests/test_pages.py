"""The generic pages over the four objects, as the cast sees them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.platform.objects.address import Address, conditions, with_condition, without_part
from dangol.platform.objects.models import SavedView
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def people(cast: Cast) -> list[Person]:
    """Two people of the owner, one of the stranger."""
    owner, stranger = cast.actor("owner"), cast.actor("stranger")
    narae = create_company(actor=owner, values={"name": "나래 스튜디오"})
    return [
        create_person(
            actor=owner, values={"name": "김지우", "email": "jiwoo@narae.test", "country": "KR", "company": narae.pk}
        ),
        create_person(actor=owner, values={"name": "Emma O'Hara", "email": "emma@hara.test", "country": "GB"}),
        create_person(actor=stranger, values={"name": "Lucas Vermeer", "country": "NL"}),
    ]


def signed_in(cast: Cast, name: str = "owner") -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def asked(**tree: Any) -> str:
    return quote(json.dumps(tree))


def test_a_list_shows_what_one_may_see_and_nothing_else(cast: Cast, people: list[Person]) -> None:
    page = text(signed_in(cast).get("/people"))
    assert "김지우" in page
    assert "Emma O&#x27;Hara" in page
    assert "Lucas Vermeer" not in page


def test_who_is_not_signed_in_is_asked_to(db: None) -> None:
    assert Client().get("/people?sort=name").headers["Location"] == "/login?next=%2Fpeople%3Fsort%3Dname"
    assert Client().get("/people", headers=HTMX).status_code == 401


def test_an_unknown_object_or_record_is_not_found(cast: Cast, people: list[Person]) -> None:
    client = signed_in(cast)
    assert client.get("/dragons").status_code == 404
    assert client.get("/people/999999").status_code == 404
    assert client.get(f"/people/{people[2].pk}").status_code == 404


def test_a_filter_in_the_address_is_said_in_chips(cast: Cast, people: list[Person]) -> None:
    page = text(signed_in(cast).get(f"/people?filter={asked(field='country', op='is', value='KR')}"))
    assert "김지우" in page
    assert "Emma" not in page
    assert "South Korea" in page


@pytest.mark.parametrize("query", ["filter=nonsense", "sort=nothing", "after=xyz", "filter=%7B%22field%22:%22x%22%7D"])
def test_an_address_that_means_nothing_is_answered_with_a_sentence(
    cast: Cast, people: list[Person], query: str
) -> None:
    answer = signed_in(cast).get(f"/people?{query}")
    assert answer.status_code == 400
    assert 'href="/people"' in text(answer)


def test_a_list_takes_at_most_twelve_queries(cast: Cast, people: list[Person]) -> None:
    client = signed_in(cast)
    client.get("/people")
    with CaptureQueriesContext(
        connection,
    ) as asked_now:
        client.get("/people")
    assert len(asked_now) <= 12, [q["sql"][:90] for q in asked_now]


def test_the_filter_builder_works_as_a_plain_form(cast: Cast, people: list[Person]) -> None:
    client = signed_in(cast)
    first = text(client.get("/people/condition?field=country"))
    assert 'name="op"' in first
    assert 'name="value"' in first
    added = client.get("/people/condition?field=name&op=contains&value=지우&apply=1")
    assert added.status_code == 302
    found = text(client.get(added.headers["Location"]))
    assert "김지우" in found
    assert "Emma" not in found
    wrong = client.get("/people/condition?field=born_on&op=within&value=soon&apply=1")
    assert wrong.status_code == 422
    assert "error-note" in text(wrong)


def test_columns_may_be_chosen_by_ticks(cast: Cast, people: list[Person]) -> None:
    page = text(signed_in(cast).get("/people?columns=email&columns=country"))
    assert "jiwoo@narae.test" in page


def test_a_view_is_saved_shown_as_a_tab_pinned_and_deleted(cast: Cast, people: list[Person]) -> None:
    client = signed_in(cast)
    tree = json.dumps({"field": "country", "op": "is", "value": "GB"})
    client.post("/people/views", {"name": "British", "filter": tree, "audience": "mine", "is_pinned": "on"})
    view = SavedView.objects.get()
    page = text(client.get(f"/people?view={view.pk}"))
    assert page.count("British") >= 2
    assert "김지우" not in page
    assert "British" not in text(signed_in(cast, "stranger").get("/people"))
    client.post(f"/people/views/{view.pk}/delete")
    assert not SavedView.objects.exists()


def test_the_count_comes_after_the_rows(cast: Cast, people: list[Person]) -> None:
    assert text(signed_in(cast).get("/people/count")).strip() == "2"


def test_a_record_shows_facts_story_and_what_belongs_to_it(cast: Cast, people: list[Person]) -> None:
    page = text(signed_in(cast).get(f"/people/{people[0].pk}"))
    for part in ("jiwoo@narae.test", "나래 스튜디오", "South Korea", "Added", "/orders?filter="):
        assert part in page


def test_a_fact_is_edited_in_place(cast: Cast, people: list[Person]) -> None:
    client, at = signed_in(cast), f"/people/{people[0].pk}/edit?field=city"
    assert 'name="city"' in text(client.get(at, headers=HTMX))
    answer = client.post(at, {"city": "부산", "expected_city": ""}, headers=HTMX)
    assert answer.status_code == 200
    assert "부산" in text(answer)
    assert Person.plain.get(pk=people[0].pk).city == "부산"


def test_a_wrong_value_comes_back_with_the_error_beside_the_field(cast: Cast, people: list[Person]) -> None:
    at = f"/people/{people[0].pk}/edit?field=email"
    answer = signed_in(cast).post(at, {"email": "not an address"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'value="not an address"' in text(answer)
    assert "error-note" in text(answer)


def test_somebody_elses_change_is_not_overwritten(cast: Cast, people: list[Person]) -> None:
    client, at = signed_in(cast), f"/people/{people[0].pk}/edit?field=city"
    client.post(at, {"city": "서울", "expected_city": ""}, headers=HTMX)
    answer = client.post(at, {"city": "대구", "expected_city": ""}, headers=HTMX)
    assert answer.status_code == 409
    assert "서울" in text(answer)
    assert Person.plain.get(pk=people[0].pk).city == "서울"


def test_the_whole_form_works_without_script(cast: Cast, people: list[Person]) -> None:
    client = signed_in(cast)
    assert 'name="name"' in text(client.get("/people/new"))
    made = client.post("/people/new", {"name": "박성훈", "country": "KR"})
    assert made.status_code == 302
    at = made.headers["Location"]
    assert "박성훈" in text(client.get(at))
    assert client.post(f"{at}/edit", {"name": "박성훈", "job_title": "대표"}).status_code == 302
    assert "대표" in text(client.get(at))
    bad = client.post("/people/new", {"name": "X", "email": "nope"})
    assert bad.status_code == 422


def test_the_owner_alone_may_edit(cast: Cast, people: list[Person]) -> None:
    at = f"/people/{people[0].pk}/edit"
    assert signed_in(cast, "stranger").get(at).status_code == 404
    assert signed_in(cast, "admin").get(at).status_code == 200


def test_the_trash_gives_back_what_it_took(cast: Cast, people: list[Person]) -> None:
    client, at = signed_in(cast), f"/people/{people[0].pk}"
    page = text(client.post(f"{at}/trash", follow=True))
    assert 'action="/undo/' in page
    assert "김지우</a>" not in page
    assert "김지우" in text(client.get("/people?trash=1"))
    client.post(f"{at}/restore")
    assert "김지우" in text(client.get("/people"))


def test_a_bulk_change_is_shown_first_then_done_then_undone(cast: Cast, people: list[Person]) -> None:
    client, ids = signed_in(cast), [people[0].pk, people[1].pk]
    sent = {"id": ids, "field": "city", "city": "세종"}
    assert "세종" in text(client.post("/people/bulk", {**sent, "step": "preview"}))
    assert set(Person.plain.filter(pk__in=ids).values_list("city", flat=True)) == {""}
    done = text(client.post("/people/bulk", {**sent, "step": "apply"}, follow=True))
    assert set(Person.plain.filter(pk__in=ids).values_list("city", flat=True)) == {"세종"}
    undo = done.split('action="/undo/')[1].split('"')[0]
    client.post(f"/undo/{undo}")
    assert set(Person.plain.filter(pk__in=ids).values_list("city", flat=True)) == {""}


def test_a_bulk_change_leaves_what_one_may_not_change(cast: Cast, people: list[Person]) -> None:
    sent = {"id": [people[0].pk, people[2].pk], "field": "city", "city": "세종", "step": "apply"}
    signed_in(cast).post("/people/bulk", sent)
    assert Person.plain.get(pk=people[2].pk).city == ""


def test_the_command_menu_finds_pages_commands_and_records(cast: Cast, people: list[Person]) -> None:
    client = signed_in(cast)
    assert f"/people/{people[0].pk}" in text(client.get("/_menu?q=지우", headers=HTMX))
    assert "/people/new" in text(client.get("/_menu?q=new", headers=HTMX))
    assert "Lucas" not in text(client.get("/_menu?q=Lucas", headers=HTMX)).replace("“Lucas”", "")


def test_history_names_who_changed_what(cast: Cast, people: list[Person]) -> None:
    client, at = signed_in(cast), f"/people/{people[0].pk}"
    client.post(f"{at}/edit?field=city", {"city": "부산"})
    page = text(client.get(f"{at}/history"))
    assert "부산" in page
    assert "Owner" in page


def test_conditions_are_added_and_taken_away() -> None:
    a, b, c = ({"field": name, "op": "is", "value": 1} for name in "abc")
    both = with_condition(with_condition({}, a), b)
    assert both == {"and": [a, b]}
    assert without_part(both, 0) == b
    assert without_part(b, 0) == {}
    either = {"or": [a, b]}
    assert with_condition(either, c) == {"and": [either, c]}
    assert conditions(either) == ("or", [a, b])


def test_a_list_address_holds_only_what_differs(db: None) -> None:
    from dangol.platform.objects.registry import object_type

    assert Address(object_type("person")).url() == "/people"
    assert Address(object_type("person")).url(sort="-name", in_trash=True) == "/people?sort=-name&trash=1"


def test_an_order_is_written_by_hand_with_its_lines(cast: Cast, people: list[Person]) -> None:
    client = signed_in(cast, "admin")
    assert 'name="unit_price"' in text(client.get(f"/orders/new?person={people[0].pk}"))
    head = {"number": "M-1", "ordered_at": "2026-03-31T14:00", "currency": "KRW", "person": people[0].pk}
    lines = {
        "code": ["YIR", ""],
        "description": ["Yirgacheffe", ""],
        "quantity": ["2", ""],
        "unit_price": ["43,000", ""],
    }
    empty = client.post("/orders/new", head)
    assert empty.status_code == 422
    assert "error-note" in text(empty)
    made = client.post("/orders/new", {**head, **lines})
    assert made.status_code == 302
    page = text(client.get(made.headers["Location"]))
    assert "₩86,000" in page
    assert "Yirgacheffe" in page
