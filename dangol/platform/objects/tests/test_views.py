"""Saved views: who has which, what they hold, what a list opens with; nested filters and sums of the same lists."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.services import create_person
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import Role
from dangol.platform.objects import listing, saved_views, sums
from dangol.platform.objects.grouping import groupable, grouped
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.models import DefaultView, SavedView
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.saved_views import ViewNotShared
from tests.cast import Cast

KOREAN = {"field": "country", "op": "is", "value": "KR"}


def signed_in(cast: Cast, name: str = "owner") -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def view(cast: Cast, who: str = "owner", **more: Any) -> SavedView:
    values = {"name": "Koreans", "filter": KOREAN, "audience": "team", **more}
    return saved_views.save_view(actor=cast.actor(who), declared=object_type("person"), **values)


def test_a_view_keeps_layout_groups_and_sums(cast: Cast) -> None:
    kept = view(cast, layout="board", group_by="country", sums=["value", "nonsense"], columns=["city"])
    page = text(signed_in(cast).get(f"/people?view={kept.pk}"))
    assert "data-board" in page or "filter-off" in page
    assert (kept.layout, kept.group_by) == ("board", "country")
    assert text(signed_in(cast).get(f"/people?view={kept.pk}&layout=table&by=-")).count("data-board") == 0


def test_a_view_of_the_team_is_for_the_team_alone(cast: Cast) -> None:
    kept = view(cast)
    address = f"/people?view={kept.pk}"
    assert "Koreans" in text(signed_in(cast, "mate").get(address))
    answer = signed_in(cast, "stranger").get(address)
    assert answer.status_code == 404
    assert "not shared with you" in text(answer)
    assert signed_in(cast, "stranger").get("/people?view=99999999").status_code == 404
    with pytest.raises(ViewNotShared):
        saved_views.copy_view(actor=cast.actor("stranger"), declared=object_type("person"), view_id=kept.pk)


def test_only_maker_and_administrator_change_or_delete_a_view(cast: Cast) -> None:
    kept, people = view(cast, audience="team"), object_type("person")
    for act in (saved_views.delete_view, lambda **kw: saved_views.change_view(declared=people, values={}, **kw)):
        with pytest.raises(Forbidden):
            act(actor=cast.actor("mate"), view_id=kept.pk)
    renamed = saved_views.change_view(
        actor=cast.actor("owner"), declared=people, view_id=kept.pk, values={"name": "KR", "sort": "-name"}
    )
    assert (renamed.name, renamed.filter, renamed.sort) == ("KR", KOREAN, "-name")
    with pytest.raises(Forbidden):
        saved_views.change_view(actor=cast.actor("owner"), declared=people, view_id=kept.pk, values={"audience": "all"})
    saved_views.delete_view(actor=cast.actor("owner"), view_id=kept.pk)
    assert not SavedView.objects.exists()


def test_changes_are_kept_by_a_plain_form_and_wrong_ones_come_back(cast: Cast) -> None:
    client, kept = signed_in(cast), view(cast)
    at = f"/people/views/{kept.pk}/change"
    state = {"filter": json.dumps({}), "sort": "-name", "columns": "city", "layout": "board", "group_by": "city"}
    assert client.post(at, state).status_code == 302
    kept.refresh_from_db()
    assert (kept.filter, kept.sort, kept.columns, kept.layout, kept.group_by) == (
        {},
        "-name",
        ["city"],
        "board",
        "city",
    )
    answer = client.post(at, {"name": "   ", "filter": json.dumps(KOREAN)})
    assert answer.status_code == 422
    assert "error-note" in text(answer)
    assert "KR" in text(answer)
    assert client.post("/people/views", {"name": "", "filter": "{}"}).status_code == 422
    assert client.post("/people/views", {"name": "x", "filter": "{"}).status_code == 400


def test_a_copy_is_ones_own(cast: Cast) -> None:
    kept = view(cast, layout="board", group_by="country")
    assert signed_in(cast, "mate").post(f"/people/views/{kept.pk}/copy").status_code == 302
    made = SavedView.objects.get(user=cast.mate)
    assert (made.name, made.audience, made.layout, made.filter) == ("Koreans (copy)", "mine", "board", KOREAN)


def test_pins_are_everybodys_own_and_stand_in_order(cast: Cast) -> None:
    first, second = view(cast), view(cast, name="Second", is_pinned=True)
    mate = signed_in(cast, "mate")
    mate.post(f"/people/views/{first.pk}/pin", {"act": "pin"})
    known = saved_views.views_of(cast.actor("mate"))
    assert [v.name for v in saved_views.pinned(cast.actor("mate"), list(known))] == ["Second", "Koreans"]
    mate.post(f"/people/views/{first.pk}/pin", {"act": "up"})
    known = saved_views.views_of(cast.actor("mate"))
    assert [v.name for v in saved_views.pinned(cast.actor("mate"), list(known))] == ["Koreans", "Second"]
    mate.post(f"/people/views/{second.pk}/pin", {"act": "unpin"})
    known = saved_views.views_of(cast.actor("mate"))
    assert [v.name for v in saved_views.pinned(cast.actor("mate"), list(known))] == ["Koreans"]
    owners = saved_views.views_of(cast.actor("owner"))
    assert [v.name for v in saved_views.pinned(cast.actor("owner"), list(owners))] == ["Second"]


def test_a_list_opens_with_ones_own_choice_before_that_of_the_role(cast: Cast) -> None:
    people = object_type("person")
    for_all = view(cast, "admin", name="For all", audience="all")
    role = cast.owner.roles.get()
    saved_views.set_default(actor=cast.actor("admin"), declared=people, view_id=for_all.pk, role=role.name)
    client = signed_in(cast)
    assert client.get("/people").headers["Location"] == f"/people?view={for_all.pk}"
    assert client.get("/people?view=all").status_code == 200
    assert signed_in(cast, "mate").get("/people").status_code == 200
    mine = view(cast, name="Mine", audience="mine")
    client.post("/people/views/default", {"view": mine.pk})
    assert client.get("/people").headers["Location"] == f"/people?view={mine.pk}"
    client.post("/people/views/default", {"view": ""})
    assert client.get("/people").headers["Location"] == f"/people?view={for_all.pk}"
    saved_views.change_view(actor=cast.actor("admin"), declared=people, view_id=for_all.pk, values={"audience": "mine"})
    assert not DefaultView.objects.exclude(role=None).exists()
    assert client.get("/people").status_code == 200


def test_the_frame_knows_the_same_views_as_the_pages_of_views(cast: Cast) -> None:
    people = object_type("person")
    kept = [
        view(cast, who, name=f"{who} {audience}", audience=audience, is_pinned=audience == "team")
        for who in ("owner", "stranger", "admin")
        for audience in ("mine", "team", "all")
        if audience != "all" or who == "admin"
    ]
    saved_views.pin_view(actor=cast.actor("mate"), view_id=kept[-1].pk, is_pinned=True)
    saved_views.pin_view(actor=cast.actor("owner"), view_id=kept[1].pk, is_pinned=False)
    saved_views.set_default(actor=cast.actor("owner"), declared=people, view_id=kept[0].pk)
    role = cast.owner.roles.get().name
    saved_views.set_default(actor=cast.actor("admin"), declared=people, view_id=kept[-1].pk, role=role)
    said = ("pk", "name", "filter", "columns", "is_pinned_here", "pin_place", "is_own_default", "is_role_default")
    for who in (*cast.users, "nobody"):
        actor = Actor.anonymous() if who == "nobody" else cast.actor(who)
        one, other = saved_views.known_views(actor), list(saved_views.views_of(actor))
        assert [[getattr(v, n) for n in said] for v in one] == [[getattr(v, n) for n in said] for v in other], who
    assert len(saved_views.known_views(cast.actor("owner"))) > 1


def test_only_who_may_change_users_sets_what_a_role_opens_with(cast: Cast) -> None:
    people, team = object_type("person"), view(cast)
    name = Role.objects.first().name  # type: ignore[union-attr]
    with pytest.raises(Forbidden):
        saved_views.set_default(actor=cast.actor("owner"), declared=people, view_id=team.pk, role=name)
    own = view(cast, "admin", audience="team")
    with pytest.raises(ValidationError):
        saved_views.set_default(actor=cast.actor("admin"), declared=people, view_id=own.pk, role=name)
    with pytest.raises(ValidationError):
        saved_views.set_default(actor=cast.actor("admin"), declared=people, view_id=None, role="no-such-role")


def test_a_view_over_a_hidden_field_neither_breaks_nor_tells(cast: Cast) -> None:
    create_person(actor=cast.actor("mate"), values={"name": "Kim", "city": "Geheimstadt"})
    tree = {
        "and": [
            {"field": "city", "op": "is", "value": "Geheimstadt"},
            {"field": "name", "op": "contains", "value": "K"},
        ]
    }
    kept = view(cast, filter=tree, sort="city", columns=["city", "email"], group_by="city")
    role = cast.mate.roles.get()
    role.fields = {"person": {"city": "hidden"}}
    role.save()
    page = text(signed_in(cast, "mate").get(f"/people?view={kept.pk}"))
    assert "Geheimstadt" not in page
    assert "1 condition is left out" in page
    assert "Kim" in page
    signed_in(cast, "mate").post(f"/people/views/{kept.pk}/copy")
    assert "Geheimstadt" not in json.dumps(SavedView.objects.get(user=cast.mate).filter)
    assert sums.summed_fields(object_type("person"), cast.actor("mate"), ["city"]) == []


def test_the_page_of_views_is_for_everybody_and_names_no_others(cast: Cast) -> None:
    view(cast, audience="mine", name="Private thing")
    assert "Private thing" in text(signed_in(cast).get("/people/views"))
    assert "Private thing" not in text(signed_in(cast, "mate").get("/people/views"))
    assert "scope-own" in text(signed_in(cast, "admin").get("/people/views")) or not SavedView.objects.filter(
        audience="all"
    )


# ---- Nested filters ------------------------------------------------------------------------------------------------


def test_a_nested_filter_through_a_relation_is_built_by_plain_forms(cast: Cast) -> None:
    shop = create_company(actor=cast.actor("owner"), values={"name": "Narae", "industry": "Coffee"})
    for name, more in (("Kim", {"company": shop.pk}), ("Lee", {"city": "Busan"}), ("Park", {})):
        create_person(actor=cast.actor("owner"), values={"name": name, **more})
    client = signed_in(cast)
    assert 'value="add:g:company.industry"' in text(client.get("/people/filter"))
    sent = {
        "g.join": "any", "g-0.field": "company.industry", "g-0.op": "is", "g-0.v.value": "Coffee",
        "g-1.join": "all", "g-1-0.field": "city", "g-1-0.op": "is", "g-1-0.v.value": "Busan",
    }  # fmt: skip
    drawn = text(client.post("/people/filter", {**sent, "act": "add:g-1:name"}))
    assert 'name="g-1-1.field"' in drawn
    assert '<span class="big num" data-count="2">' in text(client.post("/people/filter/found", sent))
    answer = client.post("/people/filter?sort=-name", sent)
    page = text(client.get(answer.headers["Location"]))
    assert [name in page for name in (">Kim<", ">Lee<", ">Park<")] == [True, True, False]
    assert "sort=-name" in answer.headers["Location"]
    assert "#g-0" in page
    unfinished = client.post("/people/filter", {**sent, "g-0.v.value": ""})
    assert unfinished.status_code == 422
    assert "error-note" in text(unfinished)


def test_the_builder_offers_no_hidden_field_and_a_strange_form_breaks_nothing(cast: Cast) -> None:
    role = cast.mate.roles.get()
    role.fields = {"company": {"industry": "hidden"}}
    role.save()
    client = signed_in(cast, "mate")
    assert "company.industry" not in text(client.get("/people/filter"))
    sent = {"g.join": "all", "g-0.field": "company.industry", "g-0.op": "is", "g-0.v.value": "Coffee"}
    assert client.post("/people/filter", sent).status_code == 422
    assert client.post("/people/filter", {f"g-{n}.field": "name" for n in range(250)}).status_code == 400
    assert client.get("/companies/values?field=industry").status_code == 404


def test_values_are_offered_from_what_is_there_and_may_be_seen(cast: Cast) -> None:
    create_company(actor=cast.actor("owner"), values={"name": "A", "industry": "Coffee"})
    create_company(actor=cast.actor("stranger"), values={"name": "B", "industry": "Secret"})
    offered = text(signed_in(cast).get("/companies/values?field=industry"))
    assert "Coffee" in offered
    assert "Secret" not in offered


# ---- Sums ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def orders(cast: Cast) -> None:
    """Orders of the owner's customer in two currencies, and one that only the administrator sees."""
    mine = create_person(actor=cast.actor("owner"), values={"name": "Kim"})
    for n, (currency, amount, person) in enumerate(
        [("KRW", 1000, mine), ("KRW", 3000, mine), ("USD", 5, mine), ("KRW", 9, None)]
    ):
        money = {"currency": currency, "amount": amount, "value": amount * 2, "rate": 1}
        Order.plain.create(number=f"N{n}", person=person, ordered_at="2026-01-01T00:00Z", kind="sale", **money)


def test_sums_and_averages_count_what_one_sees_by_currency(cast: Cast, orders: None) -> None:
    declared, actor = object_type("order"), cast.actor("owner")
    asked = sums.summed_fields(declared, actor, ["amount", "value:avg", "nonsense"])
    amount, value = sums.add_up(declared, actor, ListQuery(), asked)
    assert [(p.currency, int(p.total), p.number) for p in amount.parts] == [("KRW", 4000, 2), ("USD", 5, 1)]
    assert (int(value.parts[0].total), value.parts[0].number, value.is_exact) == (8010, 3, True)
    page = text(signed_in(cast).get("/orders/sums?sums=amount,value:avg"))
    assert "₩4,000" in page
    assert "2,670" in page


def test_a_hidden_field_is_never_added_up(cast: Cast, orders: None) -> None:
    role = cast.owner.roles.get()
    role.fields = {"order": {"amount": "hidden"}}
    role.save()
    assert "4,000" not in text(signed_in(cast).get("/orders/sums?sums=amount"))
    assert 'class="sums-row"' not in text(signed_in(cast).get("/orders?sums=amount"))


def test_groups_have_their_sums(cast: Cast, orders: None) -> None:
    page = text(signed_in(cast).get("/orders?by=currency&sums=value"))
    assert "₩8,000" in page
    assert "₩10" in page


TREES = st.recursive(
    st.sampled_from(
        [KOREAN, {"field": "city", "op": "is_empty"}, {"field": "name", "op": "contains", "value": "1"},
         {"field": "company", "op": "where", "value": {"field": "industry", "op": "is", "value": "Coffee"}}]
    ),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3).map(lambda parts: {"and": parts}),
        st.lists(inside, min_size=1, max_size=3).map(lambda parts: {"or": parts}),
        inside.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tree=TREES,
    by=st.sampled_from(["country", "city", "owner", "company", "tier", "is_slipping"]),
    who=st.sampled_from(["owner", "mate", "admin"]),
)
def test_groups_add_up_to_the_list_for_any_filter(shop: Cast, tree: Any, by: str, who: str) -> None:
    people, actor = object_type("person"), shop.actor(who)
    query = ListQuery(filter=tree)
    groups = grouped(people, actor, query, groupable(people, actor)[by])
    assert sum(g.count.number for g in groups) == listing.count(people, actor, query).number


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """Thirty people of three owners in a few countries, cities and companies."""
    firms = [
        create_company(actor=cast.actor("admin"), values={"name": f"F{n}", "industry": "Coffee" if n else ""})
        for n in range(3)
    ]
    for n in range(30):
        values = {"name": f"P{n}", "country": ("KR", "US", "")[n % 3], "city": ("", "Seoul")[n % 2],
                  "owner": (cast.owner, cast.mate, cast.stranger)[n % 3].pk}  # fmt: skip
        create_person(actor=cast.actor("admin"), values={**values, **({"company": firms[n % 3].pk} if n % 4 else {})})
    return cast


def test_an_address_with_a_filter_and_a_board_is_the_whole_state(cast: Cast) -> None:
    address = f"/people?filter={quote(json.dumps(KOREAN))}&layout=board&by=country&sort=-name"
    create_person(actor=cast.actor("owner"), values={"name": "Kim", "country": "KR"})
    page = text(signed_in(cast).get(address))
    assert 'data-by="country"' in page
    assert "South Korea" in page
    assert 'name="group_by" value="country"' in page


# ---- A new record in one line --------------------------------------------------------------------------------------


def test_a_record_is_added_in_a_line_and_its_row_comes_back(cast: Cast) -> None:
    create_person(actor=cast.actor("owner"), values={"name": "First"})
    client, htmx = signed_in(cast), {"HX-Request": "true"}
    assert 'hx-get="/people/quick"' in text(client.get("/people"))
    assert 'name="name"' in text(client.get("/people/quick", headers=htmx))
    answer = client.post("/people/quick?columns=email", {"name": "Kim", "email": "kim@firm.test"}, headers=htmx)
    assert "kim@firm.test" in text(answer)
    assert "data-new-row" in text(answer)
    wrong = client.post("/people/quick?columns=email", {"name": "Lee", "email": "nonsense"}, headers=htmx)
    assert wrong.status_code == 422
    assert 'value="nonsense"' in text(wrong)
    assert "error-note" in text(wrong)
    assert client.post("/people/quick", {"name": "Park"}).status_code == 302
    assert client.get("/orders/quick").status_code == 404


def test_who_may_not_create_has_no_line(cast: Cast) -> None:
    role = cast.mate.roles.get()
    role.grants = {"*": {"see": "all"}}
    role.save()
    assert "/people/quick" not in text(signed_in(cast, "mate").get("/people"))
    assert signed_in(cast, "mate").post("/people/quick", {"name": "X"}).status_code == 403


def test_the_condition_of_a_list_offers_known_values_and_leads_to_the_builder(cast: Cast) -> None:
    page = text(signed_in(cast).get("/companies/condition?field=industry"))
    assert 'hx-get="/companies/values?field=industry"' in page
    assert 'href="/companies/filter"' in page
    assert "/values?" not in text(signed_in(cast).get("/companies/condition?field=website"))
