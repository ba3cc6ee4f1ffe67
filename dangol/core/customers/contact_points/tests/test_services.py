from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.contact_points.models import ContactPoint
from dangol.core.customers.contact_points.queries import people_with, points_of, unreachable
from dangol.core.customers.contact_points.services import (
    add_point,
    change_point,
    make_primary,
    note_reachability,
    restore_point,
    trash_point,
)
from dangol.core.customers.contact_points.subscribers import found_after_undo
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from dangol.platform.objects import listing, reading
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.undoing.services import undo
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ONE = {"name": "김지우", "email": "jiwoo@example.com", "phone": "010-1234-5678", "country": "KR"}


def found(actor: Actor, text: str) -> list[int]:
    return [row.id for row in listing.page(object_type("person"), actor, ListQuery(search=text)).rows]


def add(actor: Actor, person: Any, kind: str, value: str, **more: Any) -> Any:
    values = {"value": value, **more}
    return add_point(actor=actor, object_name="person", record_id=person.pk, kind=kind, values=values)


def again(person: Any) -> Any:
    return Person.objects.for_system("test").get(pk=person.pk)


def test_a_person_is_found_by_every_address_until_it_is_removed(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    email = add(owner, person, "email", " Second@Example.COM ")
    phone = add(owner, person, "phone", "02-555-1234")
    assert (email.value, phone.value) == ("second@example.com", "+8225551234")
    for text in ("second@example.com", "02-555-1234", "025551234", "+82 2 555 1234", "jiwoo@example.com"):
        assert found(owner, text) == [person.pk], text
    trash_point(actor=owner, record_id=email.pk)
    assert found(owner, "second@example.com") == []
    restore_point(actor=owner, record_id=email.pk)
    assert found(owner, "second@example.com") == [person.pk]
    change_point(actor=owner, record_id=phone.pk, values={"value": "031-222-3333"})
    assert found(owner, "025551234") == []
    assert found(owner, "0312223333") == [person.pk]


def test_a_company_is_found_by_its_further_addresses(cast: Cast) -> None:
    owner = cast.actor("owner")
    firm = create_company(actor=owner, values={"name": "나래", "country": "KR"})
    add_point(actor=owner, object_name="company", record_id=firm.pk, kind="email", values={"value": "hi@narae.test"})
    rows = listing.page(object_type("company"), owner, ListQuery(search="hi@narae.test")).rows
    assert [r.id for r in rows] == [firm.pk]


def test_swapping_the_main_one_loses_nothing_and_can_be_undone(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    point = add(owner, person, "email", "second@example.com")
    told = make_primary(actor=owner, record_id=point.pk).told_by
    person = again(person)
    assert person.email == "second@example.com"
    assert [(p.value, p.is_primary) for p in points_of(owner, person) if p.kind == "email"] == [
        ("second@example.com", True), ("jiwoo@example.com", False)]  # fmt: skip
    assert found(owner, "jiwoo@example.com") == [person.pk]
    undo(owner, told)
    assert again(person).email == "jiwoo@example.com"
    assert {p.value for p in points_of(owner, again(person)) if p.kind == "email"} == {
        "second@example.com", "jiwoo@example.com"}  # fmt: skip


def test_the_same_address_is_kept_once(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    first = add(owner, person, "phone", "02-555-1234")
    second = add(owner, person, "phone", "+82 2 555 1234", label="work")
    assert first.pk == second.pk
    assert ContactPoint.objects.for_system("test").get().label == "work"


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("email", {"value": "no address"}, "value"),
        ("phone", {"value": "12"}, "value"),
        ("phone", {"value": ""}, "value"),
        ("address", {"value": ""}, "value"),
        ("address", {"value": "x" * 600}, "value"),
        ("messenger", {"value": "jiwoo"}, "provider"),
        ("messenger", {"value": "@", "provider": "line"}, "value"),
        ("email", {"value": "a@b.kr", "label": "moon"}, "label"),
        ("pigeon", {"value": "a@b.kr"}, "kind"),
        ("email", {"value": "a@b.kr", "person": 5}, "person"),
    ],
)
def test_what_is_no_address_is_refused_by_field(cast: Cast, kind: str, values: dict[str, Any], field: str) -> None:
    person = create_person(actor=cast.actor("owner"), values=ONE)
    with pytest.raises(ValidationError) as refused:
        add_point(actor=cast.actor("owner"), object_name="person", record_id=person.pk, kind=kind, values=values)
    assert field in refused.value.message_dict
    assert ContactPoint.objects.for_system("test").count() == 0


def test_rights_are_those_of_the_record(cast: Cast) -> None:
    person = create_person(actor=cast.actor("owner"), values=ONE)
    point = add(cast.actor("owner"), person, "email", "second@example.com")
    with pytest.raises(NotFound):
        add(cast.actor("stranger"), person, "email", "x@example.com")
    with pytest.raises(NotFound):
        change_point(actor=cast.actor("stranger"), record_id=point.pk, values={"label": "work"})
    assert ContactPoint.objects.visible_to(cast.actor("stranger")).count() == 0
    assert ContactPoint.objects.visible_to(Actor.anonymous()).count() == 0
    assert ContactPoint.objects.visible_to(cast.actor("mate")).count() == 1
    assert people_with(cast.actor("stranger"), "email", ["second@example.com"]) == {"second@example.com": []}
    assert people_with(cast.actor("mate"), "email", ["second@example.com"]) == {"second@example.com": [person.pk]}


def test_a_hidden_field_hides_the_further_ones_at_every_door(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    add(owner, person, "email", "second@example.com")
    add(owner, person, "messenger", "jiwoo.kim", provider="kakaotalk")
    add(owner, person, "address", "서울 강남구 테헤란로 123")
    cast.owner.roles.update(fields={"person": {"email": "hidden"}})
    blind = cast.actor("owner")
    assert {p.kind for p in points_of(blind, again(person))} == {"phone", "address"}
    assert found(blind, "second@example.com") == []
    told = reading.history(object_type("person"), blind, again(person))
    assert "second@example.com" not in str([(i.title, i.detail, i.data) for i in told])
    client = Client()
    client.force_login(cast.owner)
    for path in (f"/people/{person.pk}", f"/people/{person.pk}/history", f"/api/v1/people/{person.pk}/contact-points"):
        page = client.get(path).content.decode()
        assert "테헤란로" in page or "KR-11" in page, path
        assert "second@example.com" not in page, path
        assert "jiwoo.kim" not in page, path
    with pytest.raises(Forbidden):
        add(blind, person, "email", "third@example.com")


def test_a_closed_field_lets_nobody_write_further_ones(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    point = add(owner, person, "email", "second@example.com")
    cast.owner.roles.update(fields={"person": {"email": "read"}})
    reader = cast.actor("owner")
    assert {p.value for p in points_of(reader, again(person))} >= {"second@example.com"}
    for write in (
        lambda: add(reader, person, "email", "third@example.com"),
        lambda: trash_point(actor=reader, record_id=point.pk),
        lambda: make_primary(actor=reader, record_id=point.pk),
    ):
        with pytest.raises(Forbidden):
            write()


def test_an_undo_takes_an_address_back_and_makes_it_unfindable(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    point = add(owner, person, "email", "second@example.com")
    undo(owner, point.told_by)
    told = EventRecord.objects.filter(name="contact_point.trashed").latest("occurred_at")
    found_after_undo(told)
    assert found(owner, "second@example.com") == []
    assert [i.title for i in reading.history(object_type("person"), owner, again(person))]


def test_a_returned_mail_is_noted_for_everybody_who_has_the_address(cast: Cast, system: Actor) -> None:
    owner = cast.actor("owner")
    own = create_person(actor=owner, values=ONE)
    other = create_person(actor=owner, values={"name": "이산"})
    add(owner, other, "email", "jiwoo@example.com")
    noted = note_reachability(actor=system, kind="email", value="jiwoo@example.com", is_reachable=False, why="550 gone")
    assert noted == 2
    for person in (own, other):
        point = next(p for p in points_of(owner, again(person)) if p.kind == "email")
        assert point.is_unreachable
        assert point.row.unreachable_why == "550 gone"
    assert unreachable("email", ["jiwoo@example.com", "a@b.kr"]) == {"jiwoo@example.com"}
    assert note_reachability(actor=system, kind="email", value="jiwoo@example.com", is_reachable=False) == 0
    assert note_reachability(actor=system, kind="email", value="jiwoo@example.com", is_reachable=True) == 2
    assert unreachable("email", ["jiwoo@example.com"]) == set()
    assert EventRecord.objects.filter(name="contact_points.reached").count() == 2


def test_a_korean_address_keeps_its_parts(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    point = add(owner, person, "address", "서울 강남구 테헤란로 123 101동 502호 (역삼동)")
    assert point.value == "서울특별시 강남구 테헤란로 123, 101동 502호 (역삼동)"
    assert point.parts["region"] == "KR-11"
    assert (point.parts["dong"], point.parts["ho"]) == ("101", "502")


def test_the_pages_work_without_script(cast: Cast) -> None:
    person = create_person(actor=cast.actor("owner"), values=ONE)
    client = Client()
    client.force_login(cast.owner)
    at = f"/people/{person.pk}/contact-points"
    assert client.get(f"{at}/new").status_code == 200
    wrong = client.post(f"{at}/new", {"kind": "email", "value": "nonsense"})
    assert wrong.status_code == 422
    assert "nonsense" in wrong.content.decode()
    assert (
        client.post(f"{at}/new", {"kind": "email", "value": "two@example.com", "is_verified": "on"}).status_code == 302
    )
    point = ContactPoint.objects.for_system("test").get()
    assert point.verified_at is not None
    assert client.get(f"{at}/{point.pk}").status_code == 200
    edited = {"value": "two@example.com", "label": "work", "reachable": "no", "unreachable_why": "full"}
    assert client.post(f"{at}/{point.pk}", edited).status_code == 302
    assert client.post(f"{at}/{point.pk}/primary").status_code == 302
    assert again(person).email == "two@example.com"
    assert client.get(f"{at}/about/phone").status_code == 200
    assert client.post(f"{at}/about/phone", {"source": "card"}).status_code == 302
    assert client.get(f"/people/{person.pk}").status_code == 200
    point = ContactPoint.objects.for_system("test").get(value="jiwoo@example.com")
    assert client.post(f"{at}/{point.pk}/trash").status_code == 302
    assert client.get(f"{at}/about/messenger").status_code == 404
    assert client.get("/orders/1/contact-points/new").status_code == 404
    client.force_login(cast.stranger)
    assert client.get(f"{at}/new").status_code == 404
    assert client.get(f"{at}/{point.pk}").status_code == 404


def test_programs_do_the_same(cast: Cast) -> None:
    person = create_person(actor=cast.actor("owner"), values=ONE)
    client = Client()
    client.force_login(cast.owner)
    at = f"/api/v1/people/{person.pk}/contact-points"
    made = client.post(at, {"kind": "phone", "value": "070-1234-5678"}, content_type="application/json")
    assert made.status_code == 201, made.content
    assert (made.json()["line"], made.json()["takes_texts"]) == ("internet", False)
    one = f"{at}/{made.json()['id']}"
    assert client.patch(one, {"reachable": False}, content_type="application/json").json()["reachable"] is False
    assert client.post(f"{one}/primary").json()["is_primary"] is True
    rows = client.get(at).json()
    assert [r["value"] for r in rows if r["kind"] == "phone"] == ["+827012345678", "+821012345678"]
    assert next(r for r in rows if r["kind"] == "email")["id"] is None
    assert client.delete(one).status_code == 204
    assert client.post(at, {"kind": "phone", "value": "x"}, content_type="application/json").status_code == 422
    assert client.get("/api/v1/people/999999/contact-points").status_code == 404
