"""Two at work on the same rows: each is told in a sentence, and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person, restore_person, trash_person
from dangol.platform.events.models import BulkRun
from dangol.platform.objects.tests.test_undo_pages import drawn, fresh, signed_in, text
from dangol.platform.objects.undoing import runs
from dangol.platform.objects.undoing.services import StillRunning, undo
from dangol.platform.objects.writing import InTrash
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def people(cast: Cast) -> list[Any]:
    actor = cast.actor("owner")
    return [create_person(actor=actor, values={"name": f"Kim {n}", "city": "Seoul"}) for n in range(4)]


@pytest.fixture
def by_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even few rows are left to a job, two at a time."""
    monkeypatch.setattr(runs, "AT_ONCE", 0)
    monkeypatch.setattr(runs, "BATCH", 2)


def bulk(cast: Cast, people: list[Any], **values: Any) -> BulkRun:
    actor = cast.actor("mate")
    rows = Person.objects.visible_to(actor, "change").filter(pk__in=[p.pk for p in people])
    return runs.begin(actor=actor, action="change", object_name="person", rows=rows, values=values)


def form(client: Client, person: Any, **values: str) -> tuple[str, dict[str, str]]:
    at = f"/people/{person.pk}/edit"
    return at, {**drawn(client, at), **values}


def test_who_edits_a_row_that_a_bulk_edit_changes_meanwhile_is_asked(cast: Cast, people: list[Any]) -> None:
    client, one = signed_in(cast), people[0]
    at, sent = form(client, one, city="Busan", job_title="Buyer")
    bulk(cast, people, city="Ulsan")
    answer = client.post(at, sent)
    assert answer.status_code == 409
    assert "Mate changed this on" in text(answer)
    assert "Ulsan" in text(answer)
    assert fresh(one).city == "Ulsan"
    answer = client.post(at, {**sent, "theirs_city": "Ulsan", "choose_city": "mine"})
    assert answer.status_code == 302
    assert (fresh(one).city, fresh(one).job_title) == ("Busan", "Buyer")


def test_a_bulk_edit_and_an_edit_of_another_field_both_stand(cast: Cast, people: list[Any]) -> None:
    client, one = signed_in(cast), people[0]
    at, sent = form(client, one, job_title="Buyer")
    bulk(cast, people, city="Ulsan")
    assert client.post(at, sent).status_code == 302
    assert (fresh(one).city, fresh(one).job_title) == ("Ulsan", "Buyer")


def test_an_edit_before_the_job_comes_to_the_row_is_what_undo_goes_back_to(
    cast: Cast, people: list[Any], by_job: None
) -> None:
    run = bulk(cast, people, city="Ulsan")
    change_person(actor=cast.actor("owner"), record_id=people[3].pk, values={"city": "Jeju", "job_title": "Buyer"})
    runs.carry_out(run.pk)
    run.refresh_from_db()
    assert {fresh(p).city for p in people} == {"Ulsan"}
    assert run.event_id is not None
    taken = undo(cast.actor("mate"), run.event_id)
    runs.carry_out(taken.pk)
    assert [fresh(p).city for p in people] == ["Seoul", "Seoul", "Seoul", "Jeju"]
    assert fresh(people[3]).job_title == "Buyer"


def test_a_bulk_edit_under_way_is_not_undone_by_half(cast: Cast, people: list[Any], by_job: None) -> None:
    run = bulk(cast, people, city="Ulsan")
    runs._one_batch(run.pk, cast.actor("mate"))
    run.refresh_from_db()
    assert run.event_id is not None
    with pytest.raises(StillRunning, match="still being written"):
        undo(cast.actor("mate"), run.event_id)
    client, at = signed_in(cast, "mate"), f"/undo/{run.event_id}"
    page = text(client.get(at))
    assert "still being written" in page
    assert f"/bulk/{run.pk}" in page
    assert '<button class="btn btn-go">' not in page
    assert "still being written" in text(client.post(at, follow=True))
    assert [fresh(p).city for p in people] == ["Ulsan", "Ulsan", "Seoul", "Seoul"]
    runs.carry_out(run.pk)
    runs.carry_out(undo(cast.actor("mate"), run.event_id).pk)
    assert {fresh(p).city for p in people} == {"Seoul"}


def test_what_lies_in_the_trash_by_the_time_is_left_alone_by_a_bulk_edit(
    cast: Cast, people: list[Any], by_job: None
) -> None:
    run = bulk(cast, people, city="Ulsan")
    trash_person(actor=cast.actor("owner"), record_id=people[0].pk)
    runs.carry_out(run.pk)
    run.refresh_from_db()
    assert run.left == {"in_trash": 1}
    assert fresh(people[0]).city == "Seoul"
    assert "It lies in the trash." in text(signed_in(cast, "mate").get(f"/bulk/{run.pk}"))


def test_an_edit_of_a_record_that_went_to_the_trash_keeps_what_was_typed(cast: Cast, people: list[Any]) -> None:
    client, one = signed_in(cast), people[0]
    at, sent = form(client, one, city="Busan")
    trash_person(actor=cast.actor("mate"), record_id=one.pk)
    answer = client.post(at, sent)
    page = text(answer)
    assert answer.status_code == 409
    assert "Mate put this in the trash on" in page
    assert 'value="Busan"' in page
    assert 'name="take_out"' in page
    assert fresh(one).city == "Seoul"
    assert client.post(at, {**sent, "take_out": "1"}).status_code == 302
    assert (fresh(one).city, fresh(one).deleted_at) == ("Busan", None)


def test_taking_out_and_saving_does_both_or_nothing(cast: Cast, people: list[Any]) -> None:
    client, one = signed_in(cast), people[0]
    at, sent = form(client, one, city="Busan")
    change_person(actor=cast.actor("mate"), record_id=one.pk, values={"city": "Jeju"})
    trash_person(actor=cast.actor("mate"), record_id=one.pk)
    assert client.post(at, {**sent, "take_out": "1"}).status_code == 409
    assert (fresh(one).city, fresh(one).deleted_at is None) == ("Jeju", False)


def test_in_place_and_through_the_api_the_trash_is_said_too(cast: Cast, people: list[Any]) -> None:
    client, one = signed_in(cast), people[0]
    trash_person(actor=cast.actor("mate"), record_id=one.pk)
    answer = client.post(f"/people/{one.pk}/edit?field=city", {"city": "Busan"}, headers=HTMX)
    assert answer.status_code == 409
    assert "in the trash" in text(answer)
    answer = client.patch(f"/api/v1/people/{one.pk}", json.dumps({"city": "Busan"}), "application/json")
    assert answer.status_code == 409
    assert "trash" in answer.json()["detail"]
    with pytest.raises(InTrash):
        change_person(actor=cast.actor("owner"), record_id=one.pk, values={"city": "Busan"})
    restore_person(actor=cast.actor("owner"), record_id=one.pk)
    change_person(actor=cast.actor("owner"), record_id=one.pk, values={"city": "Busan"})
    assert fresh(one).city == "Busan"
