"""What is told of notes and files: in the record's history, by undo, in the change feed, in the audit log."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.services.adding import add_file, change_file, trash_file
from dangol.collaborative.activities.attachments.tests import samples
from dangol.collaborative.activities.attachments.tests.test_files import home as home
from dangol.collaborative.activities.notes.models import Note
from dangol.collaborative.activities.notes.services import add_note, change_note, trash_note
from dangol.collaborative.activities.notes.tests.test_notes import jotters as jotters
from dangol.core.customers.people.services import create_person, trash_person
from dangol.platform.api.feed import rendered
from dangol.platform.audit.queries import entry
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.undoing.planning import plan_undo
from dangol.platform.objects.undoing.services import undo
from tests.cast import Cast


@pytest.fixture
def person(jotters: Cast) -> Any:
    return create_person(actor=jotters.actor("owner"), values={"name": "김지우", "city": "Seoul"})


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def jot(cast: Cast, person: Any, body: str = "likes dark roast") -> Any:
    return add_note(actor=cast.actor("owner"), object_name="person", record_id=person.pk, body=body)


def file_on(cast: Cast, person: Any, name: str = "contract.pdf") -> Any:
    actor = cast.actor("owner")
    return add_file(actor=actor, object_name="person", record_id=person.pk, name=name, chunks=[samples.PDF])


def event(name: str) -> EventRecord:
    return EventRecord.objects.filter(name=name).latest("occurred_at")


def note_now(note: Any) -> Any:
    return Note.objects.for_system("test").get(pk=note.pk)


def test_the_feed_tells_notes_and_files_to_those_who_see_the_record(jotters: Cast, person: Any) -> None:
    note, file = jot(jotters, person), file_on(jotters, person)
    change_note(actor=jotters.actor("owner"), record_id=note.pk, values={"body": "likes light roast"})
    trash_note(actor=jotters.actor("owner"), record_id=note.pk)
    on = {"object": "person", "record_id": person.pk}
    expected = {
        "note.added": ("created", note.pk, {"body": [None, "likes dark roast"]}),
        "note.changed": ("changed", note.pk, {"body": ["likes dark roast", "likes light roast"]}),
        "note.trashed": ("trashed", note.pk, {}),
        "file.added": ("created", file.pk, {"name": [None, "contract.pdf"]}),
    }
    for name, (kind, pk, changes) in expected.items():
        told = rendered(event(name), jotters.actor("mate"))
        assert told is not None
        assert (told["kind"], told["record_id"], told["changes"], told["on"]) == (kind, pk, changes, on)
        assert rendered(event(name), jotters.actor("stranger")) is None
    trash_person(actor=jotters.actor("owner"), record_id=person.pk)
    assert rendered(event("note.added"), jotters.actor("mate")) is None


def test_a_program_can_ask_for_notes_alone(jotters: Cast, person: Any) -> None:
    client = browser(jotters, "owner")
    assert client.get("/api/v1/changes?objects=note,file&records=true").status_code == 200
    refused = client.get("/api/v1/changes?objects=notes")
    assert refused.status_code == 400
    assert "note" in refused.json()["detail"]


def test_the_history_of_a_record_tells_what_became_of_its_notes_and_files(jotters: Cast, person: Any) -> None:
    note, file = jot(jotters, person), file_on(jotters, person)
    change_note(actor=jotters.actor("owner"), record_id=note.pk, values={"body": "likes light roast"})
    change_file(actor=jotters.actor("owner"), record_id=file.pk, values={"name": "signed"})
    trash_note(actor=jotters.actor("owner"), record_id=note.pk)
    page = browser(jotters, "owner").get(f"/people/{person.pk}/history").content.decode()
    for words in ("likes dark roast", "likes light roast", "Note put in the trash", "signed.pdf"):
        assert words in page
    assert f"/undo/{event('note.trashed').pk}" in page
    role = jotters.users["mate"].roles.get()
    role.grants = {k: v for k, v in role.grants.items() if k != "note"}
    role.save()
    page = browser(jotters, "mate").get(f"/people/{person.pk}/history").content.decode()
    assert "roast" not in page
    assert "signed.pdf" in page


@pytest.mark.parametrize("name", ["note.trashed", "note.changed", "note.added"])
def test_what_was_done_to_a_note_is_taken_back(jotters: Cast, person: Any, name: str) -> None:
    owner = jotters.actor("owner")
    note = jot(jotters, person)
    if name == "note.changed":
        change_note(actor=owner, record_id=note.pk, values={"body": "likes light roast"})
    if name == "note.trashed":
        trash_note(actor=owner, record_id=note.pk)
    client, at = browser(jotters, "owner"), f"/undo/{event(name).pk}"
    assert "likes" in client.get(at).content.decode()
    assert client.post(at)["Location"] == f"/people/{person.pk}"
    now = note_now(note)
    assert now.body == "likes dark roast"
    assert (now.deleted_at is None) is (name != "note.added")
    assert browser(jotters, "stranger").get(at).status_code == 404


def test_a_note_that_somebody_wrote_on_since_is_left_alone(jotters: Cast, person: Any) -> None:
    note = jot(jotters, person)
    change_note(actor=jotters.actor("owner"), record_id=note.pk, values={"body": "two"})
    first = event("note.changed")
    change_note(actor=jotters.actor("mate"), record_id=note.pk, values={"body": "three"})
    plan = plan_undo(jotters.actor("owner"), first.pk)
    assert (plan.takes, plan.left) == (0, {"changed": 1})
    assert "Mate changed it" in browser(jotters, "owner").get(f"/undo/{first.pk}").content.decode()
    undo(jotters.actor("owner"), first.pk)
    assert note_now(note).body == "three"


def test_a_deleted_file_comes_back_until_the_trash_is_emptied(jotters: Cast, person: Any) -> None:
    file, owner = file_on(jotters, person), jotters.actor("owner")
    trash_file(actor=owner, record_id=file.pk)
    trashed = event("file.trashed")
    undo(owner, trashed.pk)
    assert Attachment.objects.visible_to(owner).get().deleted_at is None
    trash_file(actor=owner, record_id=file.pk)
    Attachment.objects.for_system("test").all().delete()
    plan = plan_undo(owner, event("file.trashed").pk)
    assert (plan.takes, plan.left) == (0, {"gone": 1})


def test_the_audit_log_shows_no_note_of_a_record_that_its_reader_cannot_see(jotters: Cast, person: Any) -> None:
    jot(jotters, person)
    for who in ("mate", "stranger"):
        role = jotters.users[who].roles.get()
        role.grants = {**role.grants, "audit": {"see": "all"}}
        role.save()
    assert entry(jotters.actor("mate"), event("note.added").pk) is not None
    assert entry(jotters.actor("stranger"), event("note.added").pk) is None
