"""The board and the grouped table: their groups add up to the list, for everybody, and cards are moved like edits."""

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
from dangol.platform.access.actor import Actor
from dangol.platform.objects import listing
from dangol.platform.objects.grouping import NONE, OTHER, groupable, grouped
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type, object_types
from tests.cast import Cast
from tests.contract import EVERYONE

FETCH = {"X-Requested-With": "fetch"}
INDUSTRIES = ("커피", "책", "꽃", "")


@pytest.fixture
def companies(cast: Cast) -> list[Any]:
    """Companies of the owner, the mate and the stranger in three industries, and some in none."""
    return [
        create_company(
            actor=cast.actor(who), values={"name": f"{who} {n:02}", "industry": INDUSTRIES[n % 4], "country": "KR"}
        )
        for who, many in (("owner", 9), ("mate", 5), ("stranger", 7))
        for n in range(many)
    ]


def signed_in(cast: Cast, name: str = "owner") -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("who", EVERYONE)
def test_the_groups_of_every_object_add_up_to_the_list(cast: Cast, companies: list[Any], who: str) -> None:
    for n in range(4):
        values = {"name": f"Kim {n}", "city": "Busan" if n % 2 else "", "company": companies[n].pk}
        create_person(actor=cast.actor("owner"), values=values)
    actor = cast.actor(who)
    for declared in object_types():
        if not actor.may("see", declared.name):
            continue
        whole = listing.count(declared, actor, ListQuery()).number
        for f in groupable(declared, actor).values():
            groups = grouped(declared, actor, ListQuery(), f, first=2)
            assert sum(g.count.number for g in groups) == whole, (declared.name, f.name)
            for group in groups:
                alone = listing.count(declared, actor, ListQuery(filter=group.tree)).number
                assert alone == group.count.number, (declared.name, f.name, group.key)
                assert len(group.rows) == min(2, alone)


@pytest.mark.parametrize("who", EVERYONE)
def test_a_board_shows_what_the_list_shows_under_the_same_filter(cast: Cast, companies: list[Any], who: str) -> None:
    actor, declared = cast.actor(who), object_type("company")
    query = ListQuery(filter={"field": "name", "op": "contains", "value": "0"}, sort="-name")
    groups = grouped(declared, actor, query, groupable(declared, actor)["industry"], first=50)
    listed = [r.id for r in listing.page(declared, actor, query).rows]
    assert sorted(r.id for g in groups for r in g.rows) == sorted(listed)
    for group in groups:
        assert [r.id for r in group.rows] == [i for i in listed if i in {r.id for r in group.rows}]


def test_a_hidden_field_makes_no_groups_and_says_nothing(cast: Cast, companies: list[Any]) -> None:
    role = cast.users["mate"].roles.get()
    role.fields = {"company": {"industry": "hidden"}}
    role.save()
    assert "industry" not in groupable(object_type("company"), cast.actor("mate"))
    answer = signed_in(cast, "mate").get("/companies?layout=board&by=industry")
    assert answer.status_code == 400
    assert "커피" not in text(answer)


def test_what_a_relation_leads_to_stays_hidden_in_the_groups_too(cast: Cast, companies: list[Any]) -> None:
    theirs = companies[-1]
    create_person(actor=cast.actor("admin"), values={"name": "Kim", "company": theirs.pk, "owner": cast.owner.pk})
    actor, people = cast.actor("owner"), object_type("person")
    groups = grouped(people, actor, ListQuery(), groupable(people, actor)["company"])
    assert [(g.key, g.count.number) for g in groups] == [(OTHER, 1)]


def test_a_board_costs_at_most_four_queries_beyond_its_frame(cast: Cast, companies: list[Any]) -> None:
    client = signed_in(cast, "admin")
    address = "/companies?layout=board&by=industry"
    client.get(address)
    with CaptureQueriesContext(connection) as whole:
        client.get(address)
    nothing = quote(json.dumps({"field": "name", "op": "is", "value": "nobody"}))
    with CaptureQueriesContext(connection) as frame:
        client.get(f"/companies?filter={nothing}")
    assert len(whole) <= len(frame) - 1 + 4, [q["sql"][:90] for q in whole]
    assert len(whole) <= 12


def test_more_cards_come_by_the_keyset_and_none_twice(cast: Cast) -> None:
    for n in range(53):
        Person.plain.create(name=f"Kim {n:02}", country="KR", owner=cast.admin)
    client = signed_in(cast, "admin")
    page, seen = text(client.get("/people?layout=board&by=country")), []
    while True:
        seen += [part.split('"')[0] for part in page.split('data-id="')[1:]]
        if 'hx-get="/people/cards' not in page:
            break
        more = page.split('hx-get="/people/cards')[1].split('"')[0].replace("&amp;", "&")
        page = text(client.get(f"/people/cards{more}"))
    assert len(seen) == len(set(seen)) == 53


def test_a_card_is_moved_by_script_and_by_form(cast: Cast, companies: list[Any]) -> None:
    client, at = signed_in(cast), f"/companies/{companies[0].pk}/move?by=industry"
    assert client.post(at, {"value": "책", "was": "커피"}, headers=FETCH).status_code == 204
    assert signed_in(cast).get(f"/companies/{companies[0].pk}").status_code == 200
    page = text(client.get(at, headers={"Referer": "http://testserver/companies?layout=board&by=industry"}))
    assert 'value="꽃"' in page
    sent = {"value": "꽃", "was": "책", "back": "/companies?layout=board&by=industry"}
    moved = client.post(at, sent)
    assert moved.headers["Location"] == "/companies?layout=board&by=industry"
    companies[0].refresh_from_db()
    assert companies[0].industry == "꽃"
    assert client.post(at, {**sent, "was": "꽃", "back": "//evil.test/x"}).headers["Location"] == "/companies"


def test_a_card_that_somebody_moved_meanwhile_goes_back_with_a_sentence(cast: Cast, companies: list[Any]) -> None:
    client, at = signed_in(cast), f"/companies/{companies[0].pk}/move?by=industry"
    client.post(at, {"value": "책", "was": "커피"}, headers=FETCH)
    answer = client.post(at, {"value": "꽃", "was": "커피"}, headers=FETCH)
    assert answer.status_code == 409
    assert "meantime" in text(answer)
    assert client.post(at, {"value": "꽃", "was": "커피"}).status_code == 409
    companies[0].refresh_from_db()
    assert companies[0].industry == "책"


def test_who_may_not_change_moves_nothing(cast: Cast, companies: list[Any]) -> None:
    role = cast.users["mate"].roles.get()
    role.grants = {"company": {"see": "all"}}
    role.save()
    client, at = signed_in(cast, "mate"), f"/companies/{companies[0].pk}/move?by=industry"
    assert client.post(at, {"value": "책"}, headers=FETCH).status_code == 403
    assert 'draggable="true"' not in text(client.get("/companies?layout=board&by=industry"))
    role.fields = {"company": {"industry": "read"}}
    role.grants = {"company": {"see": "all", "change": "all"}}
    role.save()
    assert client.post(at, {"value": "책"}, headers=FETCH).status_code == 403


def test_a_card_that_one_does_not_see_is_not_moved(cast: Cast, companies: list[Any]) -> None:
    at = f"/companies/{companies[0].pk}/move?by=industry"
    assert signed_in(cast, "stranger").post(at, {"value": "책"}, headers=FETCH).status_code == 404
    assert signed_in(cast).get("/companies/1/move?by=name").status_code == 404


def test_a_table_stands_in_groups_with_a_way_to_each(cast: Cast, companies: list[Any]) -> None:
    page = text(signed_in(cast, "admin").get("/companies?by=industry"))
    assert page.count('class="group-head"') == 4
    assert "Without" in page


def test_a_field_that_makes_no_groups_is_a_sentence(cast: Cast, companies: list[Any]) -> None:
    answer = signed_in(cast).get("/companies?layout=board&by=nonsense")
    assert answer.status_code == 400
    assert "grouped by" in text(answer)


def test_an_anonymous_board_asks_to_sign_in(db: None) -> None:
    assert Client().get("/companies?layout=board&by=industry").status_code == 302
    with pytest.raises(Exception, match=r".*"):
        grouped(object_type("company"), Actor.anonymous(), ListQuery(), object_type("company").fields[2])


def test_groups_of_none_and_others_are_told_apart(cast: Cast) -> None:
    for n in range(20):
        create_company(actor=cast.actor("admin"), values={"name": f"C{n}", "industry": f"I{n}" if n else ""})
    actor = cast.actor("admin")
    groups = grouped(object_type("company"), actor, ListQuery(), groupable(object_type("company"), actor)["industry"])
    assert [g.count.number for g in groups if g.key == OTHER] == [7]
    assert [g.count.number for g in groups if g.key == NONE] == [1]
    assert len(groups) == 14


@pytest.mark.parametrize(("sort", "order"), [("-value_12m", ["D", "C", "B", "E"]), ("value_12m", ["C", "D", "B", "E"])])
def test_cards_without_a_tier_are_all_that_have_no_known_one(cast: Cast, sort: str, order: list[str]) -> None:
    """Without a row of figures (B, E), with a tier that nobody knows (C), with a row but no tier (D)."""
    made = {name: create_person(actor=cast.actor("owner"), values={"name": name}).pk for name in "ABCDE"}
    tiers = [(made["A"], "top", 9), (made["C"], "gold", 2), (made["D"], None, 5)]
    with connection.cursor() as cursor:
        for pk, tier, value in tiers:
            cursor.execute(
                "INSERT INTO segments_customer_tier (person_id, tier, rank, value, value_12m, value_in_window, months,"
                " first_order_on, last_order_on, order_count, purchase_days, is_slipping, recency, frequency, money,"
                " segment) VALUES (%s, %s, 1, %s, %s, 1, array_fill(1.0, ARRAY[12]), '2025-01-01', '2026-10-01', 3, 3,"
                " false, 3, 3, 3, 'loyal')",
                [pk, tier, value, value],
            )
    people, actor = object_type("person"), cast.actor("owner")
    by = groupable(people, actor)["tier"]
    groups = {g.key: g for g in grouped(people, actor, ListQuery(sort=sort, columns=["name"]), by, first=10)}
    assert [row.record.name for row in groups[NONE].rows] == order
    assert [row.record.name for row in groups["=top"].rows] == ["A"]
    listed = listing.page(people, actor, ListQuery(filter=groups[NONE].tree, sort=sort, columns=["name"]))
    assert [row.record.name for row in listed.rows] == order
