from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.core.behavior.visitors.models import Visitor
from dangol.core.behavior.visitors.queries import secret_of, trust_of
from dangol.core.behavior.visitors.rules import hash_of
from dangol.core.behavior.visitors.services.links import signed_address, token_for
from dangol.core.behavior.visitors.tests.telling import a_source, minutes, told, work_off
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person, trash_person
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(system: Actor) -> Person:
    return create_person(actor=system, values={"name": "Minji", "customer_number": "C1", "email": "minji@a.test"})


def visitors() -> list[Any]:
    return list(Visitor.objects.for_system("test").order_by("pk"))


def test_a_page_before_signing_in_and_one_after_are_one_known_visitor(person: Person) -> None:
    source = a_source(believes="everything")
    work_off(told(source, minutes(0)))
    assert [v.person_id for v in visitors()] == [None]
    first, second = work_off(told(source, minutes(1), "identify", user_id="C1"), told(source, minutes(2)))
    assert first.visitor_id == second.visitor_id == visitors()[0].pk
    assert [(v.person_id, v.how, v.known_at) for v in visitors()] == [(person.pk, "sign_in", minutes(1))]
    record = EventRecord.objects.get(name="visitor.known")
    assert (record.about_id, record.payload["how"]) == (person.pk, "sign_in")


def test_by_default_a_name_counts_only_when_it_is_signed_and_then_stays(person: Person) -> None:
    source = a_source()
    secret = secret_of(trust_of([source.pk])[source.pk])
    work_off(told(source, minutes(0), "identify", user_id="C1"))
    work_off(told(source, minutes(0), "identify", user_id="C1", context={"user_hash": hash_of("C1", "guessed")}))
    assert [v.person_id for v in visitors()] == [None]
    work_off(told(source, minutes(1), "identify", user_id="C1", context={"user_hash": hash_of("C1", secret)}))
    work_off(told(source, minutes(2), "track", "x", user_id="C1"))
    assert [(v.person_id, v.last_at) for v in visitors()] == [(person.pk, minutes(2))]


def test_a_source_that_is_not_believed_makes_nobody_known(person: Person) -> None:
    source = a_source(believes="nothing")
    secret = secret_of(trust_of([source.pk])[source.pk])
    work_off(told(source, minutes(1), "identify", user_id="C1", context={"user_hash": hash_of("C1", secret)}))
    work_off(told(source, minutes(1), "track", "x", device="", user_id="C1"))
    assert {v.person_id for v in visitors()} == {None}
    assert {v.anonymous_id for v in visitors()} == {"a", "user:C1"}


def test_an_address_names_somebody_only_where_it_is_believed_and_one_alone_has_it(
    person: Person, system: Actor
) -> None:
    plain, trusting = a_source(believes="everything"), a_source(believes="everything", believes_address=True)
    for source in (plain, trusting):
        work_off(told(source, minutes(0), "identify", user_id="x9", traits={"email": " Minji@A.test"}))
    assert [(v.person_id, v.how) for v in visitors()] == [(None, ""), (person.pk, "address")]
    create_person(actor=system, values={"name": "Twin", "email": "minji@a.test"})
    work_off(told(trusting, minutes(0), "identify", device="b", user_id="x8", traits={"email": "minji@a.test"}))
    assert visitors()[-1].person_id is None


def test_somebody_in_the_trash_is_not_found(person: Person, system: Actor) -> None:
    trash_person(actor=system, record_id=person.pk)
    work_off(told(a_source(believes="everything"), minutes(0), "identify", user_id="C1"))
    assert visitors()[0].person_id is None


def test_a_name_that_nobody_has_waits_with_its_traits_or_becomes_a_person() -> None:
    waiting, making = a_source(believes="everything"), a_source(believes="everything", makes_people=True)
    traits = {"firstName": "민지", "lastName": "김", "email": "kim@a.test"}
    work_off(told(waiting, minutes(0), "identify", user_id="N1", traits=traits))
    assert (visitors()[0].person_id, visitors()[0].traits["email"]) == (None, "kim@a.test")
    work_off(told(making, minutes(0), "identify", user_id="N2", traits={**traits, "email": "no address"}))
    work_off(told(making, minutes(0), "identify", user_id="N3", traits=traits, device="b"))
    people = Person.objects.for_system("test").order_by("customer_number")
    assert [(p.customer_number, p.name, p.source) for p in people] == [("N2", "", "web"), ("N3", "김민지", "web")]
    assert [v.person_id for v in visitors()[1:]] == [p.pk for p in people]


def test_two_people_on_one_device_have_their_own_rows(person: Person, system: Actor) -> None:
    other = create_person(actor=system, values={"name": "Jun", "customer_number": "C2"})
    source = a_source(believes="everything")
    events = work_off(
        told(source, minutes(0), "identify", user_id="C1"), told(source, minutes(9), "identify", user_id="C2"),
        told(source, minutes(10)), told(source, minutes(1)),
    )  # fmt: skip
    rows = {v.pk: v.person_id for v in visitors()}
    assert [rows[e.visitor_id or 0] for e in events] == [person.pk, other.pk, other.pk, person.pk]


def test_a_signed_link_makes_known_and_its_token_is_kept_nowhere(person: Person) -> None:
    source = a_source()
    address = signed_address("https://shop.test/sale?x=1", person.pk)
    assert address.startswith("https://shop.test/sale?x=1&dgl=")
    page = {"page": {"url": f"{address}&y=2", "search": f"?{address.partition('?')[2]}"}}
    [event] = work_off(
        told(source, timezone.now(), url=address, kept=(json.dumps({"url": address}), json.dumps(page)))
    )  # fmt: skip
    assert [(v.person_id, v.how) for v in visitors()] == [(person.pk, "link")]
    assert event.url == "https://shop.test/sale?x=1"
    bare = {"page": {"url": "https://shop.test/sale?x=1&y=2", "search": "?x=1"}}
    assert [json.loads(kept) for kept in event.kept] == [{"url": "https://shop.test/sale?x=1"}, bare]


def test_a_link_leads_with_a_token_only_to_sites_of_ours(person: Person) -> None:
    a_source()
    for address in ("https://other.test/", "https://shop.test.evil/", "mailto:a@shop.test", "//shop.test", "x"):
        assert signed_address(address, person.pk) == address


@pytest.mark.parametrize("fault", ["expired", "changed", "refused", "gone"])
def test_a_link_that_does_not_hold_makes_nobody_known(person: Person, system: Actor, fault: str) -> None:
    source = a_source(believes_links=fault != "refused")
    token = token_for(person.pk, days=-1 if fault == "expired" else 30)
    token = f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}" if fault == "changed" else token
    if fault == "gone":
        trash_person(actor=system, record_id=person.pk)
    work_off(told(source, timezone.now(), url=f"https://shop.test/?dgl={token}"))
    work_off(told(source, timezone.now() - timedelta(days=60), context={"link": token}, device="b"))
    assert {v.person_id for v in visitors()} == {None}


def test_an_alias_joins_what_a_device_was_called_before(person: Person) -> None:
    source = a_source(believes="everything")
    work_off(told(source, minutes(0), device="old"))
    work_off(told(source, minutes(1), "alias", device="", previous_id="old", user_id="C1"))
    assert [(v.anonymous_id, v.person_id) for v in visitors()] == [("old", person.pk)]


def test_a_server_that_names_no_device_has_one_visitor_for_each_name(person: Person) -> None:
    source = a_source(believes="everything")
    for minute, name in ((0, "C1"), (1, "C9"), (2, "C1")):
        work_off(told(source, minutes(minute), "track", "x", device="", user_id=name))
    assert [(v.user_id, v.person_id) for v in visitors()] == [("C1", person.pk), ("C9", None)]


def test_the_number_of_statements_does_not_grow_with_the_batch(person: Person) -> None:
    source = a_source(believes="everything")

    def cost(size: int, prefix: str) -> int:
        events = [
            told(source, minutes(n), "page", device=f"{prefix}{n}", user_id="C1" if n % 2 else "") for n in range(size)
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            work_off(*events)
        return len(asked)

    assert cost(400, "b") <= cost(40, "a")
