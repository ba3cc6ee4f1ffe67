from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.collaborative.activities.mentions.models import Mention
from dangol.collaborative.activities.mentions.queries import colleagues, mentions_of, unread
from dangol.collaborative.activities.mentions.subscribers import tell_when_added, tell_when_changed
from dangol.collaborative.activities.notes.services import add_note, change_note, restore_note, trash_note
from dangol.collaborative.activities.notes.tests.test_notes import jotters as jotters
from dangol.core.customers.people.services import create_person, trash_person
from dangol.platform.accounts.services import create_user
from dangol.platform.events.models import EventRecord
from tests.cast import Cast


@pytest.fixture
def person(jotters: Cast) -> Any:
    return create_person(actor=jotters.actor("owner"), values={"name": "김지우"})


def jot(cast: Cast, person: Any, body: str) -> Any:
    note = add_note(actor=cast.actor("owner"), object_name="person", record_id=person.pk, body=body)
    tell_when_added(EventRecord.objects.filter(name="note.added").latest("occurred_at"))
    return note


def change(cast: Cast, note: Any, body: str, who: str = "owner") -> None:
    change_note(actor=cast.actor(who), record_id=note.pk, values={"body": body})
    tell_when_changed(EventRecord.objects.filter(name="note.changed").latest("occurred_at"))


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def waiting(cast: Cast, who: str) -> tuple[int | None, int]:
    actor = cast.actor(who)
    return unread(actor), len(mentions_of(actor)[0])


def test_who_is_named_in_a_note_finds_it_in_the_list_and_the_number_in_the_sidebar(jotters: Cast, person: Any) -> None:
    note = jot(jotters, person, "@Mate and @Owner: call him")
    assert waiting(jotters, "mate") == (1, 1)
    assert waiting(jotters, "owner") == (0, 0)
    client = browser(jotters, "mate")
    page = client.get("/mentions").content.decode()
    assert "call him" in page
    assert "김지우" in page
    [one], _more = mentions_of(jotters.actor("mate"))
    answer = client.post(f"/mentions/{one.mention.pk}/open")
    assert answer["Location"] == f"/people/{person.pk}#note-{note.pk}"
    assert waiting(jotters, "mate") == (0, 1)


def test_a_mention_of_somebody_who_may_not_see_the_record_is_shown_to_nobody_and_said(
    jotters: Cast, person: Any
) -> None:
    jot(jotters, person, "@Stranger look")
    assert waiting(jotters, "stranger") == (0, 0)
    [row] = Mention.objects.for_system("test")
    client = browser(jotters, "stranger")
    assert client.post(f"/mentions/{row.pk}/open").status_code == 404
    assert "look" not in client.get("/mentions").content.decode()
    assert browser(jotters, "mate").post(f"/mentions/{row.pk}/open").status_code == 404
    page = browser(jotters, "owner").post(f"/people/{person.pk}/notes", {"body": "@Stranger and @Mate"}, follow=True)
    assert "Stranger cannot see this record" in page.content.decode()


def test_mentions_follow_the_note(jotters: Cast, person: Any) -> None:
    owner = jotters.actor("owner")
    note = jot(jotters, person, "@Mate call")
    trash_note(actor=owner, record_id=note.pk)
    assert waiting(jotters, "mate") == (0, 0)
    restore_note(actor=owner, record_id=note.pk)
    assert waiting(jotters, "mate") == (1, 1)
    change(jotters, note, "@Manager call")
    assert (waiting(jotters, "mate"), waiting(jotters, "manager")) == ((0, 0), (1, 1))
    change(jotters, note, "@Manager and @Mate call")
    assert waiting(jotters, "manager") == (1, 1)
    trash_person(actor=owner, record_id=person.pk)
    assert waiting(jotters, "manager") == (0, 0)


def test_all_can_be_marked_as_read_and_only_ones_own(jotters: Cast, person: Any) -> None:
    for n in range(3):
        jot(jotters, person, f"@Mate @Manager {n}")
    client = browser(jotters, "mate")
    assert client.post("/mentions/seen")["Location"] == "/mentions"
    assert waiting(jotters, "mate") == (0, 3)
    assert waiting(jotters, "manager") == (3, 3)
    assert client.get("/mentions/seen").status_code == 405


def test_the_list_has_pages(jotters: Cast, person: Any) -> None:
    for n in range(3):
        jot(jotters, person, f"@Mate {n}")
    actor = jotters.actor("mate")
    first, more = mentions_of(actor, limit=2)
    rest, end = mentions_of(actor, more, limit=2)
    assert [one.note.body for one in first + rest] == ["@Mate 2", "@Mate 1", "@Mate 0"]
    assert end == 0


@pytest.mark.parametrize(("body", "named"), [("@Mate님 봐 주세요", 1), ("@Mateus", 0), ("a@Mate", 0), ("@@Mate", 0)])
def test_a_name_ends_where_it_ends(jotters: Cast, person: Any, body: str, named: int) -> None:
    jot(jotters, person, body)
    assert waiting(jotters, "mate")[1] == named


def test_namesakes_are_all_told(jotters: Cast, person: Any) -> None:
    other = create_user(actor=jotters.actor("admin"), email="mate2@firm.test", name="Mate", roles=["scope-team"])
    jot(jotters, person, "@Mate")
    assert set(Mention.objects.for_system("test").values_list("user_id", flat=True)) == {jotters.mate.pk, other.pk}


def test_colleagues_are_offered_while_one_types(jotters: Cast) -> None:
    assert colleagues(jotters.actor("owner"), "ma") == [("Manager", "manager@firm.test"), ("Mate", "mate@firm.test")]
    assert ("Owner", "owner@firm.test") not in colleagues(jotters.actor("owner"), "")
    assert browser(jotters, "owner").get("/mentions/colleagues?q=mat").json()["colleagues"][0]["name"] == "Mate"
    assert Client().get("/mentions/colleagues").status_code == 302
    role = jotters.users["mate"].roles.get()
    role.grants = {**role.grants, "note": {"see": "all"}}
    role.save()
    assert browser(jotters, "mate").get("/mentions/colleagues?q=o").status_code == 403


@pytest.mark.parametrize("asked", ["-1", "x", "9" * 30])
def test_a_place_that_makes_no_sense_is_the_beginning(jotters: Cast, person: Any, asked: str) -> None:
    jot(jotters, person, "@Mate")
    assert "@Mate" in browser(jotters, "mate").get(f"/mentions?before={asked}").content.decode()
