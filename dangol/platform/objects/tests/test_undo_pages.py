"""The pages of undo: toasts, plan, history, a day in the past, two editors, bulk over a whole list."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from dangol.core.customers.companies.services import create_company, trash_company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.events.models import BulkRun, EventRecord
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def kim(cast: Cast) -> Person:
    return create_person(actor=cast.actor("owner"), values={"name": "김지우", "city": "Seoul"})


def signed_in(cast: Cast, name: str = "owner") -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def fresh(record: Person) -> Person:
    return Person.objects.for_system("test").get(pk=record.pk)


def drawn(client: Client, at: str) -> dict[str, str]:
    """What a form would send back as it was drawn."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, str] = {}

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "input" and given.get("name") and given.get("type") not in ("search", "checkbox"):
                self.found[str(given["name"])] = given.get("value") or ""

    reader = Reader()
    reader.feed(text(client.get(at)))
    reader.found.pop("csrfmiddlewaretoken", None)
    return reader.found


def test_an_edit_says_so_and_offers_to_undo_it(cast: Cast, kim: Person) -> None:
    client, at = signed_in(cast), f"/people/{kim.pk}/edit"
    sent = {**drawn(client, at), "city": "Busan"}
    page = text(client.post(at, sent, follow=True))
    undo = "/undo/" + page.split('action="/undo/')[1].split('"')[0]
    plan = text(client.get(undo))
    assert "Busan" in plan
    assert "Seoul" in plan
    client.post(undo)
    assert fresh(kim).city == "Seoul"
    changed = EventRecord.objects.get(name="person.changed", undoes=None)
    assert list(changed.changes) == ["city"]


def test_an_edit_in_place_offers_undo_without_leaving_the_page(cast: Cast, kim: Person) -> None:
    client = signed_in(cast)
    answer = client.post(
        f"/people/{kim.pk}/edit?field=city&cell=1", {"city": "제주", "expected_city": "Seoul"}, headers=HTMX
    )
    told = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert client.post(told["undo"], headers={"X-Requested-With": "fetch"}).status_code == 204
    assert fresh(kim).city == "Seoul"


def test_two_editors_of_different_fields_both_win(cast: Cast, kim: Person) -> None:
    owner, mate, at = signed_in(cast), signed_in(cast, "mate"), f"/people/{kim.pk}/edit"
    first, second = drawn(owner, at), drawn(mate, at)
    assert owner.post(at, {**first, "city": "Busan"}).status_code == 302
    assert mate.post(at, {**second, "job_title": "Buyer"}).status_code == 302
    assert (fresh(kim).city, fresh(kim).job_title) == ("Busan", "Buyer")


@pytest.mark.parametrize(("choice", "stands"), [("theirs", "Busan"), ("mine", "Jeju")])
def test_the_second_editor_of_the_same_field_chooses(cast: Cast, kim: Person, choice: str, stands: str) -> None:
    owner, mate, at = signed_in(cast), signed_in(cast, "mate"), f"/people/{kim.pk}/edit"
    first, second = drawn(owner, at), drawn(mate, at)
    owner.post(at, {**first, "city": "Busan"})
    sent = {**second, "city": "Jeju", "job_title": "Buyer"}
    asked = mate.post(at, sent)
    assert asked.status_code == 409
    assert "Owner changed this" in text(asked)
    assert "Busan" in text(asked)
    assert "Jeju" in text(asked)
    assert (fresh(kim).city, fresh(kim).job_title) == ("Busan", "")
    assert mate.post(at, {**sent, "theirs_city": "Busan"}).status_code == 409
    answer = mate.post(at, {**sent, "theirs_city": "Busan", "choose_city": choice})
    assert answer.status_code == 302
    assert (fresh(kim).city, fresh(kim).job_title) == (stands, "Buyer")


def test_the_second_editor_in_a_list_cell_chooses_too(cast: Cast, kim: Person) -> None:
    change_person(actor=cast.actor("mate"), record_id=kim.pk, values={"city": "Busan"})
    client, at = signed_in(cast), f"/people/{kim.pk}/edit?field=city&cell=1"
    sent = {"city": "Jeju", "expected_city": "Seoul"}
    asked = client.post(at, sent, headers=HTMX)
    assert asked.status_code == 409
    assert 'value="mine"' in text(asked)
    done = client.post(at, {**sent, "theirs_city": "Busan", "choose_city": "mine"}, headers=HTMX)
    assert "Jeju" in text(done)
    assert fresh(kim).city == "Jeju"


def test_history_offers_undo_and_shows_the_record_on_a_day(cast: Cast, kim: Person) -> None:
    client = signed_in(cast)
    before = timezone.now()
    change_person(actor=cast.actor("owner"), record_id=kim.pk, values={"city": "Busan"})
    page = text(client.get(f"/people/{kim.pk}/history"))
    assert page.count('href="/undo/') == 2
    then = text(client.get(f"/people/{kim.pk}/history?at={quote(before.isoformat())}"))
    assert "<mark>Seoul</mark>" in then
    assert "was not there yet" in text(client.get(f"/people/{kim.pk}/history?at=2001-01-01"))
    assert client.get(f"/people/{kim.pk}/history?at=soon").status_code == 400
    role = cast.owner.roles.get()
    role.fields = {"person": {"city": "hidden"}}
    role.save()
    assert "Seoul" not in text(client.get(f"/people/{kim.pk}/history?at={quote(before.isoformat())}"))


def test_all_that_match_are_changed_as_the_preview_says(cast: Cast, kim: Person) -> None:
    for n in range(3):
        create_person(actor=cast.actor("owner"), values={"name": f"P{n}", "city": "Seoul" if n else "Busan"})
    client = signed_in(cast)
    of = "/people?filter=" + quote(json.dumps({"field": "city", "op": "is", "value": "Seoul"}))
    fields = {"all": "1", "of": of, "field": ["city", "job_title"], "city": "Busan", "job_title": "Buyer"}
    assert "Which fields?" in text(client.post("/people/bulk", {"all": "1", "of": of}))
    shown = text(client.post("/people/bulk", {**fields, "step": "preview"}))
    assert "Change 3 records" in shown
    assert Person.plain.filter(city="Seoul").count() == 3
    done = client.post("/people/bulk", {**fields, "step": "apply"}, follow=True)
    assert done.redirect_chain[0][0].startswith("/people?filter=")
    assert "3 records changed." in text(done)
    assert Person.plain.filter(city="Busan", job_title="Buyer").count() == 3
    run = BulkRun.objects.get()
    assert "3 records changed." in text(client.get(f"/bulk/{run.pk}"))
    assert signed_in(cast, "mate").get(f"/bulk/{run.pk}").status_code == 404
    assert client.post("/people/bulk", {**fields, "customer_number": "A", "field": ["customer_number"], "of": "/people",
                                        "step": "preview"}).status_code == 422  # fmt: skip


def test_all_that_match_go_to_the_trash_and_come_back(cast: Cast, kim: Person) -> None:
    client, all_of = signed_in(cast), {"all": "1", "of": "/people"}
    assert "Go to the trash" in text(client.post("/people/bulk/trash", all_of))
    assert fresh(kim).deleted_at is None
    client.post("/people/bulk/trash", {**all_of, "step": "apply"})
    assert fresh(kim).deleted_at is not None
    assert "bulk/restore" in text(client.get("/people?trash=1"))
    client.post("/people/bulk/restore", {"all": "1", "of": "/people?trash=1", "step": "apply"})
    assert fresh(kim).deleted_at is None


def test_bulk_is_for_who_has_the_right(cast: Cast, kim: Person) -> None:
    role = cast.owner.roles.get()
    role.grants = {"person": {"see": "own", "change": "own", "delete": "own"}}
    role.save()
    client = signed_in(cast)
    assert client.post("/people/bulk", {"all": "1", "of": "/people"}).status_code == 403
    assert client.post("/people/bulk/trash", {"all": "1", "of": "/people", "step": "apply"}).status_code == 403
    assert signed_in(cast, "stranger").post("/people/bulk", {"id": kim.pk}).status_code == 400
    assert client.post("/people/bulk", {"all": "1", "of": "/people?filter=nonsense"}).status_code in (400, 403)


def test_trashing_says_what_hangs_on_it_and_links_to_it_say_where_it_is(cast: Cast, kim: Person) -> None:
    owner = cast.actor("owner")
    firm = create_company(actor=owner, values={"name": "나래"})
    change_person(actor=owner, record_id=kim.pk, values={"company": firm.pk})
    client = signed_in(cast)
    gone = text(client.post(f"/companies/{firm.pk}/trash", follow=True))
    assert "People 1" in gone
    assert 'title="in the trash"' in text(client.get(f"/people/{kim.pk}"))
    undo = "/undo/" + gone.split('action="/undo/')[1].split('"')[0]
    client.post(undo)
    assert 'title="in the trash"' not in text(client.get(f"/people/{kim.pk}"))
    assert fresh(kim).company_id == firm.pk
    trash_company(actor=owner, record_id=firm.pk)


def test_an_undo_that_means_nothing_is_not_found_or_refused(cast: Cast, kim: Person) -> None:
    told = EventRecord.objects.get(name="person.created")
    assert Client().get(f"/undo/{told.id}").status_code == 302
    assert signed_in(cast, "stranger").get(f"/undo/{told.id}").status_code == 404
    assert signed_in(cast, "stranger").post(f"/undo/{told.id}").status_code == 404
    assert signed_in(cast).get("/undo/00000000-0000-0000-0000-000000000000").status_code == 404
    other = EventRecord.objects.exclude(name="person.created").filter(actor_id=cast.owner.pk).first()
    assert other is None or "cannot be undone" in text(signed_in(cast).get(f"/undo/{other.id}"))
    assert timezone.now() - told.occurred_at < timedelta(minutes=10)
