from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.object import title
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_addresses_are_kept_in_one_form(system: Actor) -> None:
    person = create_person(
        actor=system, values={"name": " Kim ", "email": " Jiwoo@Narae.TEST", "phone": "010-1234-5678"}
    )
    assert (person.name, person.email, person.phone) == ("Kim", "jiwoo@narae.test", "+821012345678")
    british = create_person(actor=system, values={"name": "Webb", "phone": "020 7946 0000", "country": "GB"})
    assert british.phone == "+442079460000"


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "name"), ({"name": " "}, "name"), ({"name": "K", "email": "no"}, "email"),
     ({"name": "K", "phone": "12"}, "phone"), ({"name": "K", "company": 999}, "company"),
     ({"name": "K", "born_on": "yesterday"}, "born_on")],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field(system: Actor, values: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        create_person(actor=system, values=values)
    assert field in caught.value.message_dict


def test_a_person_known_by_number_alone_has_a_title(system: Actor) -> None:
    person = create_person(actor=system, values={"customer_number": "12347"})
    assert title(person) == "Customer 12347"
    with translation.override("ko"):
        assert "12347" in title(person)


def test_a_name_is_shown_as_the_reader_reads() -> None:
    from dangol.core.customers.people.models import Person

    person = Person(name="김지우", latin_name="Kim Jiwoo")
    assert title(person) == "Kim Jiwoo"
    with translation.override("ko"):
        assert title(person) == "김지우"


def test_a_person_cannot_be_put_into_a_company_that_one_may_not_see(cast: Cast) -> None:
    theirs = create_company(actor=cast.actor("stranger"), values={"name": "Theirs"})
    with pytest.raises(ValidationError) as caught:
        create_person(actor=cast.actor("owner"), values={"name": "K", "company": theirs.pk})
    assert "company" in caught.value.message_dict


def test_editors_of_different_fields_both_win(system: Actor) -> None:
    person = create_person(actor=system, values={"name": "Kim", "city": "Seoul"})
    change_person(actor=system, record_id=person.pk, values={"city": "Busan"}, expected={"city": "Seoul"})
    change_person(actor=system, record_id=person.pk, values={"name": "Lee"}, expected={"name": "Kim"})
    person.refresh_from_db()
    assert (person.name, person.city) == ("Lee", "Busan")
    assert EventRecord.objects.filter(name="person.changed").count() == 2


def test_the_database_stamps_every_change_however_it_was_made(system: Actor) -> None:
    from dangol.core.customers.people.models import Person
    from dangol.platform.db.models import Tombstone

    person = create_person(actor=system, values={"name": "Kim"})
    Person.objects.for_system("t").update(changed_xid=3)
    person.refresh_from_db()
    assert person.changed_xid > 3
    pk = person.pk
    Person.objects.for_system("t").all().delete()
    assert Tombstone.objects.filter(table="customers_person", key=pk).exists()


def test_half_a_character_sent_by_a_program_is_refused_with_a_sentence(cast: Cast) -> None:
    from django.test import Client

    client = Client()
    client.force_login(cast.admin)
    answer = client.post("/api/v1/people", '{"name": "\\ud83d"}', content_type="application/json")
    assert answer.status_code == 400
    assert "half" in answer.json()["detail"]
