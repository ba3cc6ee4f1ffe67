from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.core.customers.demographics.models import PersonFact
from dangol.core.customers.demographics.queries import details_of, fact_of
from dangol.core.customers.demographics.services import note_fact
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.rules import band_of
from dangol.core.customers.people.services import change_person, create_person, let_age
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects import listing
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ONE = {"name": "김지우", "gender": "female", "region": "서울특별시", "occupation": "교사", "born_on": "1990-05-01"}


def again(person: Any) -> Any:
    return Person.objects.for_system("test").get(pk=person.pk)


def test_details_are_kept_in_one_form_and_can_be_asked_for(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    person = again(person)
    assert (person.region, person.gender) == ("KR-11", "female")
    assert person.age_band == band_of(date(1990, 5, 1), date.today())
    for field, value in (("region", "KR-11"), ("gender", "female"), ("age_band", person.age_band)):
        asked = ListQuery(filter={"field": field, "op": "is", "value": value})
        assert [r.id for r in listing.page(object_type("person"), owner, asked).rows] == [person.pk], field
    with pytest.raises(ValidationError) as refused:
        change_person(actor=owner, record_id=person.pk, values={"gender": "robot"})
    assert "gender" in refused.value.message_dict
    change_person(actor=owner, record_id=person.pk, values={"age_band": "70"})
    assert again(person).age_band == person.age_band
    change_person(actor=owner, record_id=person.pk, values={"born_on": None})
    change_person(actor=owner, record_id=person.pk, values={"age_band": "70"})
    assert again(person).age_band == "70"


def test_the_band_follows_the_birthday_at_night_and_the_statement_counts_as_the_rule_does(cast: Cast) -> None:
    owner = cast.actor("owner")
    days = [date(2012, 11, 22), date(2004, 2, 29), date(1956, 11, 23), date(1900, 1, 1), date(1996, 12, 31)]
    people = [create_person(actor=owner, values={"name": "x", "born_on": day}) for day in days]
    told = create_person(actor=owner, values={"name": "y", "age_band": "40"})
    for today in (date(2024, 2, 28), date(2025, 2, 28), date(2026, 11, 21), date(2026, 11, 22), date(2030, 1, 1)):
        let_age(today)
        assert [again(p).age_band for p in people] == [band_of(day, today) for day in days], today
        assert let_age(today) == 0
    assert again(told).age_band == "40"


def test_a_fact_holds_for_the_value_of_which_it_was_said(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    note_fact(actor=owner, person_id=person.pk, field="occupation", source="명함", basis="consent")
    assert fact_of(owner, again(person), "occupation").basis == "consent"
    change_person(actor=owner, record_id=person.pk, values={"occupation": "간호사"})
    assert fact_of(owner, again(person), "occupation") is None
    change_person(actor=owner, record_id=person.pk, values={"occupation": "교사"})
    assert fact_of(owner, again(person), "occupation").source == "명함"
    assert PersonFact.objects.for_system("test").count() == 1


def test_rights_and_bad_input(cast: Cast) -> None:
    owner = cast.actor("owner")
    person = create_person(actor=owner, values=ONE)
    wrong: list[tuple[str, dict[str, str]]] = [("shoe", {}), ("language", {}), ("gender", {"basis": "whim"})]
    for field, more in [*wrong, ("gender", {"source": "x" * 300})]:
        with pytest.raises(ValidationError):
            note_fact(actor=owner, person_id=person.pk, field=field, **more)
    with pytest.raises(NotFound):
        note_fact(actor=cast.actor("stranger"), person_id=person.pk, field="gender")
    cast.owner.roles.update(fields={"person": {"gender": "read", "occupation": "hidden"}})
    reader = cast.actor("owner")
    with pytest.raises(Forbidden):
        note_fact(actor=reader, person_id=person.pk, field="gender", basis="consent")
    assert "occupation" not in {d.field for d in details_of(reader, again(person))}


def test_the_page_works_without_script(cast: Cast) -> None:
    person = create_person(actor=cast.actor("owner"), values=ONE)
    client, at = Client(), f"/people/{person.pk}/details"
    client.force_login(cast.owner)
    assert client.get(f"{at}/gender").status_code == 200
    assert client.post(f"{at}/gender", {"source": "counter", "basis": "whim"}).status_code == 422
    assert client.post(f"{at}/gender", {"source": "counter", "basis": "consent"}).status_code == 302
    assert "counter" in client.get(f"/people/{person.pk}").content.decode()
    assert client.get(f"{at}/language").status_code == 404
    assert client.get(f"/companies/{person.pk}/details/gender").status_code == 404
