"""The page of a record asks for each thing once, and only for what is there."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.collaborative.activities.notes.services import add_note
from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.objects.beside import has, once
from dangol.platform.objects.sharing import share_record
from dangol.platform.objects.tests.test_undo_pages import signed_in, text
from tests.cast import Cast

MOST = 20


@pytest.fixture
def person(cast: Cast) -> Any:
    firm = create_company(actor=cast.actor("admin"), values={"name": "Narae"})
    values = {"name": "Kim", "email": "kim@shop.test", "company": firm.pk}
    return create_person(actor=cast.actor("admin"), values=values)


def asked(cast: Cast, person: Any) -> tuple[int, str]:
    client = signed_in(cast, "admin")
    client.get(f"/people/{person.pk}")
    with CaptureQueriesContext(connection) as caught:
        page = text(client.get(f"/people/{person.pk}"))
    return len(caught), page


def test_the_page_of_a_person_takes_few_queries(cast: Cast, person: Any) -> None:
    for n in range(40):
        change_person(actor=cast.actor("admin"), record_id=person.pk, values={"city": f"City {n}"})
    number, page = asked(cast, person)
    assert number <= MOST
    assert "City 39" in page


def test_what_is_there_is_shown(cast: Cast, person: Any) -> None:
    add_note(actor=cast.actor("admin"), object_name="person", record_id=person.pk, body="likes dark roast")
    share_record(actor=cast.actor("admin"), object_name="person", record_id=person.pk, user=cast.mate)
    number, page = asked(cast, person)
    assert number <= MOST + 3  # the note and its mentions, those with whom it is shared
    assert "likes dark roast" in page
    assert "Mate" in page


def test_one_query_says_what_is_there_and_nothing_is_asked_twice(cast: Cast, person: Any) -> None:
    reads = []
    with CaptureQueriesContext(connection) as caught:
        assert not has(person, "notes")
        assert not has(person, "shares")
        for _ in range(3):
            once(person, "key", lambda: reads.append(1))
    assert (len(caught), reads) == (1, [1])
    add_note(actor=cast.actor("admin"), object_name="person", record_id=person.pk, body="x")
    person.refresh_from_db()
    assert not has(person, "notes")  # this record in hand was asked already
    assert has(type(person).objects.for_system("test").get(pk=person.pk), "notes")
