"""What a list may tell, and what may be done to many of its rows: no oracle through relations, views or bulk."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person, trash_person
from dangol.platform.accounts.models import Role
from dangol.platform.objects import grouping, listing
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.saved_views import save_view
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


@pytest.fixture
def firms(cast: Cast) -> tuple[Company, Company]:
    """A firm of the owner's with one of the stranger's people in it, and one that is nobody's customer."""
    narae = Company.plain.create(name="Narae", city="Gangneung", owner=cast.owner)
    Person.plain.create(name="Kim", company=narae, owner=cast.stranger)
    return narae, Company.plain.create(name="Haru", city="Sokcho", owner=cast.owner)


def count(cast: Cast, who: str, tree: Any) -> int:
    return listing.count(object_type("person"), cast.actor(who), ListQuery(filter=tree)).number


@pytest.mark.parametrize("turned", [False, True])
def test_nothing_of_an_unseen_company_can_be_guessed_through_its_people(
    cast: Cast, firms: tuple[Company, Company], turned: bool
) -> None:
    """Whatever is asked of it, right or wrong, in any form: the answer is the same."""
    narae, haru = firms
    trees = [
        {"field": "company", "op": "where", "value": {"field": "city", "op": "is", "value": city}}
        for city in ("Gangneung", "Sokcho", "Nowhere")
    ] + [{"field": "company", "op": "is", "value": pk} for pk in (narae.pk, haru.pk, haru.pk + 999)]
    trees += [{"field": "company", "op": "in", "value": [pk]} for pk in (narae.pk, haru.pk, haru.pk + 999)]
    answers = [count(cast, "stranger", {"not": tree} if turned else tree) for tree in trees]
    assert answers == [1 if turned else 0] * len(trees)
    Person.plain.update(owner=cast.owner)
    answers = [count(cast, "owner", {"not": tree} if turned else tree) for tree in trees]
    assert answers == [int(found is not turned) for found in (True, False, False) * 3]


def test_groups_do_not_tell_of_an_unseen_company(cast: Cast, firms: tuple[Company, Company]) -> None:
    declared, actor = object_type("person"), cast.actor("stranger")
    by = grouping.groupable(declared, actor)["company"]
    groups = grouping.grouped(declared, actor, ListQuery(), by, first=5)
    assert [(g.key, g.count.number, len(g.rows)) for g in groups] == [("other", 1, 1)]
    shown = browser(cast, "stranger").get("/people", {"columns": "name,company", "by": "company"}).content.decode()
    assert "Narae" not in shown
    assert f"/companies/{firms[0].pk}" not in shown


def test_a_view_of_a_colleague_is_the_same_list_for_export_and_bulk(cast: Cast) -> None:
    """Its condition on a hidden field is left out everywhere alike, and what it asks for is told nowhere."""
    create_person(actor=cast.actor("mate"), values={"name": "Kim", "email": "zugvogel@narae.test"})
    create_person(actor=cast.actor("mate"), values={"name": "Lee", "email": "other@narae.test"})
    tree = {"and": [{"field": "email", "op": "contains", "value": "zugvogel"},
                    {"field": "name", "op": "is_not_empty"}]}  # fmt: skip
    view = save_view(actor=cast.actor("mate"), declared=object_type("person"), name="Birds", filter=tree,
                     audience="team", columns=["name", "email"], sort="email")  # fmt: skip
    Role.objects.filter(name="scope-own").update(
        grants={"*": {"see": "all", "export": "all", "bulk": "all", "change": "all"}},
        fields={"person": {"email": "hidden"}},
    )
    client = browser(cast, "owner")
    addresses = [f"/people?view={view.pk}", f"/people/export?view={view.pk}", f"/people/filter?view={view.pk}",
                 "/people/views", f"/people?view={view.pk}&layout=board", f"/people/count?view={view.pk}",
                 f"/people/bulk?view={view.pk}&all=1&of=%2Fpeople%3Fview%3D{view.pk}"]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "zugvogel" not in answer.content.decode().casefold(), address
    file = b"".join(client.post("/people/export", {"view": view.pk}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Kim" in file
    assert "Lee" in file
    assert "narae.test" not in file
    copied = client.post(f"/people/views/{view.pk}/copy", follow=True)
    assert "zugvogel" not in copied.content.decode().casefold()


def test_rows_in_the_trash_are_not_changed_in_bulk(cast: Cast) -> None:
    kim, lee = (create_person(actor=cast.actor("admin"), values={"name": n, "city": "Seoul"}) for n in ("Kim", "Lee"))
    trash_person(actor=cast.actor("admin"), record_id=kim.pk)
    client = browser(cast, "admin")
    asked = {"field": "city", "city": "Busan", "step": "apply"}
    refused = client.post("/people/bulk", {**asked, "id": [kim.pk], "of": "/people?trash=1"})
    assert refused.status_code == 400
    assert "lie in the trash" in refused.content.decode()
    shown = client.post("/people/bulk", {**asked, "id": [kim.pk, lee.pk], "step": "preview"}).content.decode()
    assert "1 lies in the trash" in shown
    client.post("/people/bulk", {**asked, "id": [kim.pk, lee.pk]})
    assert dict(Person.plain.values_list("name", "city")) == {"Kim": "Seoul", "Lee": "Busan"}


def test_bulk_reaches_no_further_than_the_right_to_it(cast: Cast) -> None:
    for who in ("owner", "mate"):
        create_person(actor=cast.actor(who), values={"name": who, "city": "Seoul"})
    Role.objects.filter(name="scope-own").update(
        grants={"*": {"see": "all", "change": "all", "delete": "all", "bulk": "own"}}
    )
    client = browser(cast, "owner")
    client.post("/people/bulk", {"field": "city", "city": "Busan", "step": "apply", "all": "1", "of": "/people"})
    assert dict(Person.plain.values_list("name", "city")) == {"owner": "Busan", "mate": "Seoul"}
    client.post("/people/bulk/trash", {"all": "1", "of": "/people", "step": "apply"})
    assert list(Person.plain.filter(deleted_at=None).values_list("name", flat=True)) == ["mate"]


def test_a_condition_that_would_tell_of_a_hidden_field_goes_with_it(cast: Cast) -> None:
    """What was spent, and when, is asked of people; hidden in orders it cannot be asked for either."""
    asked = {"spent": {"op": "gte", "value": {"amount": "1"}}, "purchases": {"op": "at_least", "value": {"times": 1}},
             "cohort": {"value": "2026-01"}, "bought_between": {"value": "2026-01-01..2026-01-31"},
             "tier_move": {"value": "2026-01:top>2026-02:none"}}  # fmt: skip
    client = browser(cast, "admin")

    def answers() -> dict[str, int]:
        trees = {name: json.dumps({"field": name, **more}) for name, more in asked.items()}
        return {n: client.get("/api/v1/people/count", {"filter": tree}).status_code for n, tree in trees.items()}

    assert set(answers().values()) == {200}
    cast.admin.roles.update(fields={"order": {"value": "hidden"}})
    assert answers() == {**dict.fromkeys(asked, 200), "spent": 400, "purchases": 400}
    cast.admin.roles.update(fields={"order": {"ordered_at": "hidden"}, "person": {"tier": "hidden"}})
    assert set(answers().values()) == {400}
