from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.collaborative.activities.notes.models import Note
from dangol.collaborative.activities.notes.queries import find, first_page, notes_of, page_of
from dangol.collaborative.activities.notes.services import add_note, change_note, restore_note, trash_note
from dangol.core.catalog.products.services import create_product
from dangol.core.customers.people.services import create_person, restore_person, trash_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import AccessNotDecided, Forbidden
from dangol.platform.accounts.services import create_api_key
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.sharing import share_record
from dangol.platform.objects.writing import Conflict, NotFound
from tests.cast import Cast

ACTIONS = ("see", "create", "change", "delete")


@pytest.fixture
def jotters(cast: Cast) -> Cast:
    """The cast, where each role reaches as far with notes and files as with people."""
    for name in ("owner", "mate", "stranger", "manager"):
        role = cast.users[name].roles.get()
        scope = role.grants["person"]["see"]
        jot = {"see": "all", "create": "all", "change": scope, "delete": scope}
        role.grants = {**role.grants, "note": jot, "file": jot}
        role.save()
    return cast


@pytest.fixture
def person(jotters: Cast) -> Any:
    return create_person(actor=jotters.actor("owner"), values={"name": "김지우", "email": "jiwoo@narae.test"})


def jot(actor: Actor, record: Any, body: str = "likes dark roast", **more: Any) -> Any:
    return add_note(actor=actor, object_name=type(record).access_name, record_id=record.pk, body=body, **more)


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


@pytest.mark.parametrize(("who", "sees"), [("owner", 1), ("mate", 1), ("manager", 1), ("admin", 1), ("stranger", 0)])
def test_a_note_is_seen_by_those_who_see_its_record(jotters: Cast, person: Any, who: str, sees: int) -> None:
    note = jot(jotters.actor("owner"), person)
    actor = jotters.actor(who)
    assert len(notes_of(actor, person)) == sees
    assert Note.objects.visible_to(actor).count() == sees
    assert len(page_of(actor, "person", person.pk, 0, 10)) == sees
    assert len(find(actor, "roast")) == sees
    client = browser(jotters, who)
    assert (f'id="note-{note.pk}"' in client.get(f"/people/{person.pk}").content.decode()) is bool(sees)
    api = client.get(f"/api/v1/people/{person.pk}/notes")
    assert api.status_code == (200 if sees else 404)
    assert client.get(f"/people/{person.pk}/notes/{note.pk}/history").status_code == (200 if sees else 404)


def test_a_note_on_a_record_that_one_may_not_see_cannot_be_written(jotters: Cast, person: Any) -> None:
    with pytest.raises(NotFound):
        jot(jotters.actor("stranger"), person)
    client = browser(jotters, "stranger")
    assert client.post(f"/people/{person.pk}/notes", {"body": "x"}).status_code == 404
    assert Note.objects.for_system("test").count() == 0


@pytest.mark.parametrize(("who", "may"), [("owner", True), ("mate", True), ("manager", True), ("admin", True)])
def test_who_changes_and_deletes_follows_the_author(jotters: Cast, person: Any, who: str, may: bool) -> None:
    note = jot(jotters.actor("owner"), person)
    change_note(actor=jotters.actor(who), record_id=note.pk, values={"body": "new"})
    trash_note(actor=jotters.actor(who), record_id=note.pk)
    restore_note(actor=jotters.actor(who), record_id=note.pk)


def test_one_who_sees_the_record_but_wrote_nothing_may_not_change_the_note(jotters: Cast, person: Any) -> None:
    note = jot(jotters.actor("mate"), person)
    with pytest.raises(Forbidden):  # the owner's right to notes reaches to their own
        change_note(actor=jotters.actor("owner"), record_id=note.pk, values={"body": "new"})
    with pytest.raises(Forbidden):
        trash_note(actor=jotters.actor("owner"), record_id=note.pk)
    client = browser(jotters, "owner")
    assert client.get(f"/people/{person.pk}/notes/{note.pk}/edit").status_code == 403
    assert client.post(f"/people/{person.pk}/notes/{note.pk}/trash").status_code == 403


def test_without_the_right_to_notes_none_is_seen_or_written(jotters: Cast, person: Any) -> None:
    jot(jotters.actor("owner"), person)
    role = jotters.users["mate"].roles.get()
    role.grants = {"person": {"see": "all"}}
    role.save()
    assert notes_of(jotters.actor("mate"), person) == []
    with pytest.raises(Forbidden):
        jot(jotters.actor("mate"), person)
    page = browser(jotters, "mate").get(f"/people/{person.pk}").content.decode()
    assert "likes dark roast" not in page
    assert 'name="body"' not in page


def test_anonymous_signs_in_first_and_a_key_sees_what_its_owner_sees(jotters: Cast, person: Any) -> None:
    jot(jotters.actor("owner"), person)
    path = f"/api/v1/people/{person.pk}/notes"
    assert "/login" in Client().post(f"/people/{person.pk}/notes", {"body": "x"})["Location"]
    assert Client().get(path).status_code == 401
    for who, status in (("owner", 200), ("stranger", 404)):
        _, secret = create_api_key(actor=jotters.actor("admin"), user=jotters.users[who], name="t", is_read_only=True)
        assert Client().get(path, headers={"X-API-Key": secret}).status_code == status
        answer = Client().post(path, json.dumps({"body": "x"}), "application/json", headers={"X-API-Key": secret})
        assert answer.status_code in (403, 404)
    assert Note.objects.for_system("test").count() == 1


def test_a_shared_record_opens_its_notes_too(jotters: Cast, person: Any) -> None:
    jot(jotters.actor("owner"), person)
    share_record(
        actor=jotters.actor("owner"), object_name="person", record_id=person.pk, user=jotters.users["stranger"]
    )
    assert len(notes_of(jotters.actor("stranger"), person)) == 1


def test_notes_of_a_record_in_the_trash_are_unseen_and_come_back_with_it(jotters: Cast, person: Any) -> None:
    owner = jotters.actor("owner")
    note = jot(owner, person)
    trash_person(actor=owner, record_id=person.pk)
    assert Note.objects.visible_to(owner).count() == 0
    assert find(owner, "roast") == []
    client = browser(jotters, "owner")
    assert "dark roast" not in client.get(f"/people/{person.pk}").content.decode()
    assert client.get(f"/api/v1/people/{person.pk}/notes/{note.pk}").status_code == 404
    with pytest.raises(NotFound):
        jot(owner, person)
    restore_person(actor=owner, record_id=person.pk)
    assert Note.objects.visible_to(owner).count() == 1


def test_a_query_without_an_actor_raises() -> None:
    with pytest.raises(AccessNotDecided):
        Note.objects.count()


def test_every_object_takes_notes(jotters: Cast) -> None:
    admin = jotters.actor("admin")
    product = create_product(actor=admin, values={"name": "Yirgacheffe", "code": "Y-1"})
    jot(admin, product)
    assert "likes dark roast" in browser(jotters, "admin").get(f"/products/{product.pk}").content.decode()


def test_adding_tells_with_whom_it_is_about_and_who_was_mentioned(jotters: Cast, person: Any) -> None:
    note = jot(jotters.actor("owner"), person, "@Manager please call, @Nobody too")
    told = EventRecord.objects.get(name="note.added")
    assert (told.subject_id, told.about_id, told.payload["record_id"]) == (note.pk, person.pk, person.pk)
    assert told.payload["mentions"] == [jotters.users["manager"].pk]
    assert told.changes == {"body": [None, "@Manager please call, @Nobody too"]}
    assert "call" not in json.dumps(told.payload)


def test_an_edit_keeps_what_stood_there_and_says_so(jotters: Cast, person: Any) -> None:
    note = jot(jotters.actor("owner"), person, "first words")
    changed = change_note(actor=jotters.actor("owner"), record_id=note.pk, values={"body": "second words"})
    assert changed.edited_at is not None
    page = browser(jotters, "mate").get(f"/people/{person.pk}/notes/{note.pk}/history").content.decode()
    assert "first words" in page
    assert "second words" in page


def test_the_second_editor_is_asked_and_loses_nothing(jotters: Cast, person: Any) -> None:
    note = jot(jotters.actor("owner"), person, "first")
    change_note(actor=jotters.actor("owner"), record_id=note.pk, values={"body": "second"})
    with pytest.raises(Conflict):
        change_note(actor=jotters.actor("owner"), record_id=note.pk, values={"body": "3"}, expected={"body": "first"})
    answer = browser(jotters, "owner").post(
        f"/people/{person.pk}/notes/{note.pk}/edit", {"body": "third", "expected_body": "first"}
    )
    assert answer.status_code == 409
    assert "third" in answer.content.decode()


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 20_001, "\x00\u202e"])
def test_a_note_that_says_nothing_or_too_much_comes_back_as_typed(jotters: Cast, person: Any, body: str) -> None:
    answer = browser(jotters, "owner").post(f"/people/{person.pk}/notes", {"body": body})
    assert answer.status_code == 422
    assert 'id="note-body-error"' in answer.content.decode()
    assert (body.strip("\x00\u202e \n") or "note-body") in answer.content.decode()


def test_at_most_five_notes_are_pinned(jotters: Cast, person: Any) -> None:
    owner = jotters.actor("owner")
    for n in range(5):
        jot(owner, person, f"pin {n}", is_pinned=True)
    with pytest.raises(ValidationError):
        jot(owner, person, "one too many", is_pinned=True)
    assert [n.is_pinned for n in first_page(owner, person)] == [True] * 5


def test_the_toast_takes_back_a_trashed_note(jotters: Cast, person: Any) -> None:
    note = jot(jotters.actor("owner"), person)
    client = browser(jotters, "owner")
    page = client.post(f"/people/{person.pk}/notes/{note.pk}/trash", follow=True).content.decode()
    told = EventRecord.objects.get(name="note.trashed")
    assert f'action="/undo/{told.pk}"' in page
    assert "likes dark roast" not in page
    assert (
        "likes dark roast" in client.post(f"/people/{person.pk}/notes/{note.pk}/restore", follow=True).content.decode()
    )


def test_a_note_is_found_only_under_its_own_record(jotters: Cast, person: Any) -> None:
    owner = jotters.actor("owner")
    other = create_person(actor=owner, values={"name": "Other"})
    note = jot(owner, person)
    client = browser(jotters, "owner")
    assert client.get(f"/people/{other.pk}/notes/{note.pk}/edit").status_code == 404
    assert client.get(f"/api/v1/people/{other.pk}/notes/{note.pk}").status_code == 404
    assert client.get(f"/api/v1/companies/{person.pk}/notes/{note.pk}").status_code == 404


def test_rest_writes_reads_changes_and_trashes(jotters: Cast, person: Any) -> None:
    client, path = browser(jotters, "owner"), f"/api/v1/people/{person.pk}/notes"
    made = client.post(path, json.dumps({"body": "from a program"}), "application/json")
    assert made.status_code == 201, made.content
    one = f"{path}/{made.json()['id']}"
    assert client.get(path).json()["rows"][0]["body"] == "from a program"
    assert client.patch(one, json.dumps({"body": "better", "is_pinned": True}), "application/json").json()["is_pinned"]
    assert client.patch(one, json.dumps({"body": ""}), "application/json").status_code == 422
    assert client.delete(one).status_code == 204
    assert client.get(path).json()["rows"] == []
    assert client.get(one).status_code == 404
    assert client.post(f"{one}/restore").status_code == 204
    assert client.get(one).json()["body"] == "better"


def test_rest_pages_without_missing_one(jotters: Cast, person: Any) -> None:
    made = {jot(jotters.actor("owner"), person, f"n {n}").pk for n in range(5)}
    client, seen, after = browser(jotters, "owner"), list[int](), ""
    while True:
        page = client.get(f"/api/v1/people/{person.pk}/notes", {"limit": 2, "after": after}).json()
        seen += [row["id"] for row in page["rows"]]
        after = page["next"]
        if not after:
            break
    assert sorted(seen) == sorted(made)
    assert len(seen) == 5


def test_a_record_page_costs_the_same_for_one_note_and_for_many(jotters: Cast, person: Any) -> None:
    owner, client, costs = jotters.actor("owner"), browser(jotters, "owner"), list[int]()
    for more in (1, 20):
        for n in range(more):
            jot(owner, person, f"@Manager {n}", is_pinned=n == 0)
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/people/{person.pk}")
        costs.append(len([q for q in caught if "activities_" in q["sql"]]))
    assert costs[0] == costs[1] == 3  # notes, files, and whether a mention waits
