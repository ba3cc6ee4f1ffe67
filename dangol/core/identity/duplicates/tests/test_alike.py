"""Who is shown when somebody is added that is known already; and who is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person, trash_person
from dangol.core.identity.duplicates.object import find
from dangol.core.identity.duplicates.queries import alike
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Role
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
JIWOO = {
    "name": "김지우", "email": "jiwoo@example.com", "phone": "010-1234-5678", "born_on": "1990-04-02", "city": "서울",
}  # fmt: skip


def add(**values: Any) -> Any:
    return create_person(actor=SYSTEM, values={**JIWOO, **values})


def asked(actor: Actor = SYSTEM, **values: Any) -> list[tuple[int, dict[str, str], bool]]:
    return [(a.record.pk, a.likeness.reasons, a.likeness.is_sure) for a in alike(actor, "person", values)]


def test_the_same_address_in_any_notation_is_told_with_its_reason() -> None:
    jiwoo = add()
    found = asked(name="Someone", email=" JIWOO@Example.com ")[0]
    assert found[:2] == (jiwoo.pk, {"email": "same", "name": "different"})
    assert asked(phone="+82 10 1234 5678") == [(jiwoo.pk, {"phone": "same"}, False)]
    assert find(SYSTEM, "person", {"phone": "010 1234 5678", "name": "김지우"})[0].reasons == [
        "same phone", "same name",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "written", ["김지우", "김 지우", "Kim Jiwoo", "Jiwoo Kim", "KIM Ji-woo", "Kim Ji Woo", "Gim Jiu"]
)
def test_a_name_is_known_in_korean_and_latin_letters(written: str) -> None:
    jiwoo = add()
    found = asked(name=written, born_on="1990-04-02")
    assert [pk for pk, _reasons, _sure in found] == [jiwoo.pk]
    assert found[0][1]["name"] in ("same", "alike")
    assert found[0][2]


def test_a_name_in_latin_letters_is_known_when_it_is_written_in_korean() -> None:
    minsu = create_person(actor=SYSTEM, values={"name": "Minsoo Kim", "born_on": "1985-01-09"})
    assert [pk for pk, _r, _s in asked(name="김민수", born_on="1985-01-09")] == [minsu.pk]


def test_the_same_name_alone_is_shown_and_holds_nothing_back() -> None:
    jiwoo = add()
    assert asked(name="김지우") == [(jiwoo.pk, {"name": "same"}, False)]
    assert asked(name="김지우", born_on="1971-12-30") == []


def test_what_lies_in_the_trash_or_cannot_be_read_is_not_told() -> None:
    jiwoo = add()
    assert asked(email="no address", phone="12", born_on="yesterday", name="\x00") == []
    trash_person(actor=SYSTEM, record_id=jiwoo.pk)
    assert asked(email="jiwoo@example.com") == []


def test_a_match_that_one_may_not_see_is_nowhere(cast: Cast, client: Client) -> None:
    hidden = add(owner=cast.owner.pk)
    stranger = cast.actor("stranger")
    assert asked(stranger, **JIWOO) == []
    assert [pk for pk, _r, _s in asked(cast.actor("owner"), **JIWOO)] == [hidden.pk]
    client.force_login(cast.stranger)
    sent = {"name": "김지우", "email": "jiwoo@example.com"}
    fragment = client.post("/people/alike", sent)
    assert (fragment.status_code, fragment.content.strip()) == (200, b"")
    assert client.post("/people/new", sent).status_code == 302
    assert Person.objects.for_system("test").filter(email="jiwoo@example.com").count() == 2


def test_invisible_ones_do_not_push_visible_ones_out(cast: Cast) -> None:
    for _ in range(50):
        add(owner=cast.owner.pk)
    mine = add(owner=cast.stranger.pk)
    assert [pk for pk, _r, _s in asked(cast.actor("stranger"), name="김지우")] == [mine.pk]


def test_a_hidden_field_is_neither_looked_for_nor_told(cast: Cast) -> None:
    add(owner=cast.owner.pk)
    Role.objects.filter(name="scope-own").update(fields={"person": {"email": "hidden"}})
    owner = cast.actor("owner")
    assert asked(owner, email="jiwoo@example.com") == []
    assert "email" not in asked(owner, email="jiwoo@example.com", phone="010-1234-5678")[0][1]


def test_a_form_is_held_back_once_and_goes_through_when_one_is_sure(cast: Cast, client: Client) -> None:
    jiwoo = add(owner=cast.owner.pk)
    client.force_login(cast.owner)
    sent = {"name": "Kim Jiwoo", "email": "jiwoo@example.com"}
    for url in ("/people/new", "/people/quick?columns=email"):
        held = client.post(url, sent)
        assert held.status_code == 422
        assert f"/people/{jiwoo.pk}" in held.content.decode()
        assert 'name="_sure"' in held.content.decode()
        assert client.post(url, {**sent, "_sure": "1"}).status_code == 302
    shown = client.post("/people/alike", sent).content.decode()
    assert "same e-mail" in shown
    assert "_sure" not in shown


def test_a_company_is_known_with_and_without_its_legal_form() -> None:
    hanbit = create_company(actor=SYSTEM, values={"name": "(주)한빛", "city": "서울", "phone": "02-123-4567"})
    for written in ("한빛", "주식회사 한빛", "한빛(주)"):
        found = alike(SYSTEM, "company", {"name": written, "city": "서울"})
        assert [(a.record.pk, a.likeness.reasons["name"]) for a in found] == [(hanbit.pk, "same")]


def test_a_program_asks_before_it_writes(cast: Cast, client: Client) -> None:
    jiwoo = add(owner=cast.owner.pk)
    client.force_login(cast.owner)
    answer = client.post(
        "/api/v1/people/alike", {"email": "jiwoo@example.com", "name": "김지우"}, content_type="application/json"
    )
    row = answer.json()["rows"][0]
    assert (row["id"], row["likely"], row["reasons"]) == (jiwoo.pk, True, {"email": "same", "name": "same"})
    client.force_login(cast.stranger)
    answer = client.post("/api/v1/people/alike", {"email": "jiwoo@example.com"}, content_type="application/json")
    assert answer.json() == {"rows": []}


def test_so_many_questions_are_asked_of_the_database_and_no_more(django_assert_max_num_queries: Any) -> None:
    add()
    alike(SYSTEM, "person", JIWOO)
    with django_assert_max_num_queries(6):
        alike(SYSTEM, "person", {**JIWOO, "customer_number": "C1"})
