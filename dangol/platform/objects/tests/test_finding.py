from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.services import create_person, trash_person
from dangol.platform.accounts.models import Role
from dangol.platform.objects.finding import Answer, search, searchable
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def jiwoo(cast: Cast) -> Any:
    values = {"name": "김지우", "latin_name": "Kim Jiwoo", "email": "jiwoo@narae.test", "phone": "010-2345-4127"}
    return create_person(actor=cast.actor("owner"), values=values)


def titles(answer: Answer) -> list[str]:
    return [one.title for group in answer.groups for one in group.finds]


def found(cast: Cast, who: str, text: str) -> list[str]:
    actor = cast.actor(who)
    return titles(search(actor, text, among=searchable(actor)))


def page(cast: Cast, who: str, address: str, status: int = 200) -> str:
    client = Client()
    client.force_login(cast.users[who])
    answer = client.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "sees"), [("owner", 1), ("mate", 1), ("stranger", 0), ("manager", 1), ("admin", 1)])
def test_only_who_may_see_a_record_finds_it_or_something_like_it(cast: Cast, jiwoo: Any, who: str, sees: int) -> None:
    for text in ("4127", "jiwoo", "김지우", "김자우", "010-2345-4128", "rlawldn"):
        assert len(found(cast, who, text)) == sees, text


@pytest.mark.django_db
def test_a_hidden_field_neither_finds_nor_shows_while_others_do(cast: Cast, jiwoo: Any) -> None:
    role = Role.objects.get(name="scope-own")
    role.fields = {"person": {"phone": "hidden"}}
    role.save()
    assert found(cast, "owner", "4127") == []
    assert found(cast, "owner", "010-2345-4128") == []
    assert "4127" not in page(cast, "owner", "/search?q=jiwoo@narae")
    assert "jiwoo@narae" in page(cast, "owner", "/search?q=jiwoo@narae")
    assert found(cast, "mate", "4127") != []


@pytest.mark.django_db
def test_what_lies_in_the_trash_is_not_found(cast: Cast, jiwoo: Any) -> None:
    trash_person(actor=cast.actor("owner"), record_id=jiwoo.pk)
    assert found(cast, "owner", "김지우") == []


@pytest.mark.django_db
def test_the_page_groups_by_object_and_tells_where_it_found(cast: Cast, jiwoo: Any) -> None:
    create_company(actor=cast.actor("owner"), values={"name": "Jiwoo Trading"})
    html = page(cast, "owner", "/search?q=jiwoo")
    assert 'id="found-people"' in html
    assert 'id="found-companies"' in html
    assert "010-2345-4127" in page(cast, "owner", "/search?q=4127")
    assert 'id="found-companies"' not in page(cast, "owner", "/search?q=jiwoo&in=people")


@pytest.mark.django_db
def test_the_page_of_one_object_goes_on_to_its_end(cast: Cast) -> None:
    for i in range(33):
        create_person(actor=cast.actor("owner"), values={"name": f"Kim {i:02}"})
    first = page(cast, "owner", "/search?q=kim&in=people")
    assert "Kim 29" in first
    assert "Kim 30" not in first
    more = first.split('<a class="btn btn-line" href="')[1].split('"')[0].replace("&amp;", "&")
    second = page(cast, "owner", more)
    assert "Kim 32" in second
    assert "Kim 29" not in second
    assert 'class="btn btn-line" href' not in second


@pytest.mark.django_db
def test_nothing_found_says_so_and_similar_is_named_as_such(cast: Cast, jiwoo: Any) -> None:
    assert "Nothing holds" in page(cast, "owner", "/search?q=zzzz")
    similar = page(cast, "owner", "/search?q=kim+jiwwo")
    assert "This is similar" in similar
    assert f"/people/{jiwoo.pk}" in similar
    assert page(cast, "owner", "/search")
    client = Client()
    client.force_login(cast.users["owner"])
    menu = client.get("/_menu?q=jiwwo", headers=HTMX).content.decode()
    assert "similar" in menu
    assert "/search?q=jiwwo" in menu


@pytest.mark.django_db
def test_bad_places_and_kinds_are_refused_with_a_sentence(cast: Cast) -> None:
    import base64

    for place in ("x", "W10", base64.urlsafe_b64encode(b'["walk", "1"]').decode(), "W1tdXQ", "é"):
        page(cast, "owner", f"/search?q=kim&in=people&after={place}", status=400)
    page(cast, "owner", "/search?q=kim&in=nonsense", status=403)
    assert Client().get("/search?q=kim").status_code == 302


@pytest.mark.django_db
def test_who_may_see_nothing_is_told_so(cast: Cast) -> None:
    role = Role.objects.get(name="scope-own")
    role.grants = {"*": {}}
    role.save()
    assert "nothing here that you may search" in page(cast, "owner", "/search?q=kim")
