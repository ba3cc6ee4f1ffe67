from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from dangol.core.behavior.visitors.models import Cut, Visitor
from dangol.core.behavior.visitors.services.cutting import cut_visitor, rejoin_visitor
from dangol.core.behavior.visitors.services.links import token_for
from dangol.core.behavior.visitors.tests.telling import a_source, minutes, told, work_off
from dangol.core.behavior.visits.queries import visits_of
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    return create_person(actor=cast.actor("owner"), values={"name": "Minji", "customer_number": "C1"})


def visitor() -> Any:
    return Visitor.objects.for_system("test").get()


def fresh(person: Person) -> Any:
    return Person.objects.for_system("test").get(pk=person.pk)


def test_a_cut_visitor_takes_its_visits_along_and_stays_away(cast: Cast, person: Person) -> None:
    source, admin = a_source(believes="everything"), cast.actor("admin")
    work_off(told(source, minutes(0), "identify", user_id="C1"), told(source, minutes(1)))
    assert len(visits_of(admin, fresh(person))) == 1
    cut = cut_visitor(actor=admin, visitor_id=visitor().pk, reason="her sister's")
    assert visits_of(admin, fresh(person)) == []
    work_off(told(source, minutes(2), "identify", user_id="C1"), told(source, minutes(3)))
    assert (visitor().person_id, visits_of(admin, fresh(person))) == (None, [])
    told_of = EventRecord.objects.get(name="visitor.cut")
    assert (told_of.about_id, told_of.changes["person"]) == (person.pk, [person.pk, None])
    rejoin_visitor(actor=admin, cut_id=cut.pk)
    assert (visitor().person_id, visitor().how) == (person.pk, "sign_in")
    assert len(visits_of(admin, fresh(person))) == 1
    work_off(told(source, minutes(4), "identify", user_id="C1"))
    assert visitor().person_id == person.pk


def test_a_forwarded_mail_that_was_cut_does_not_join_again(cast: Cast, person: Person) -> None:
    source, link = a_source(), {"link": token_for(person.pk)}
    work_off(told(source, timezone.now(), context=dict(link)))
    cut_visitor(actor=cast.actor("admin"), visitor_id=visitor().pk)
    work_off(told(source, timezone.now(), context=dict(link)))
    assert visitor().person_id is None
    work_off(told(source, timezone.now(), device="her own", context=dict(link)))
    assert Visitor.objects.for_system("test").get(anonymous_id="her own").person_id == person.pk


def test_who_does_not_see_the_person_neither_cuts_nor_joins(cast: Cast, person: Person) -> None:
    work_off(told(a_source(believes="everything"), minutes(0), "identify", user_id="C1"))
    cast.stranger.roles.update(grants={"*": {"see": "own", "change": "own"}})
    with pytest.raises(NotFound):
        cut_visitor(actor=cast.actor("stranger"), visitor_id=visitor().pk)
    cut = cut_visitor(actor=cast.actor("admin"), visitor_id=visitor().pk)
    with pytest.raises(NotFound):
        rejoin_visitor(actor=cast.actor("stranger"), cut_id=cut.pk)
    cast.stranger.roles.update(grants={"person": {"see": "all"}})
    with pytest.raises(Forbidden):
        rejoin_visitor(actor=cast.actor("stranger"), cut_id=cut.pk)


def test_what_belongs_to_nobody_cannot_be_cut_and_a_cut_is_taken_back_once(cast: Cast, person: Person) -> None:
    work_off(told(a_source(believes="everything"), minutes(0), "identify", user_id="C1"))
    admin, pk = cast.actor("admin"), visitor().pk
    cut = cut_visitor(actor=admin, visitor_id=pk)
    with pytest.raises(ValidationError):
        cut_visitor(actor=admin, visitor_id=pk)
    rejoin_visitor(actor=admin, cut_id=cut.pk)
    with pytest.raises(NotFound):
        rejoin_visitor(actor=admin, cut_id=cut.pk)
    assert cut_visitor(actor=admin, visitor_id=pk).pk != cut.pk


def test_the_pages_ask_cut_and_take_back(cast: Cast, person: Person) -> None:
    work_off(told(a_source(believes="everything"), minutes(0), "identify", user_id="C1"), )  # fmt: skip
    client, stranger = Client(), Client()
    client.force_login(cast.admin)
    stranger.force_login(cast.stranger)
    address = f"/visitors/{visitor().pk}/cut"
    assert (Client().get(address).status_code, stranger.get(address).status_code) == (302, 404)
    assert "Minji" in client.get(address).content.decode()
    assert client.post(address, {"reason": "x\x00y"})["Location"] == f"/people/{person.pk}"
    assert "visitor cut off" in client.get(f"/people/{person.pk}").content.decode()
    cut = Cut.objects.for_system("test").get()
    assert stranger.post(f"/visitors/cuts/{cut.pk}/undo").status_code == 404
    assert client.post(f"/visitors/cuts/{cut.pk}/undo")["Location"] == f"/people/{person.pk}"
    assert client.post(f"/visitors/cuts/{cut.pk}/undo").status_code == 404
