"""Undo of edits, bulk edits, trash, restore and new records, and of undo itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person, restore_person, trash_person
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import BulkBatch, BulkRun, EventChange, EventRecord
from dangol.platform.objects import listing
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.undoing.planning import can_undo, plan_undo
from dangol.platform.objects.undoing.runs import begin
from dangol.platform.objects.undoing.services import undo
from tests.cast import Cast

PEOPLE = object_type("person")


def person(cast: Cast, who: str = "owner", **values: Any) -> Person:
    return create_person(actor=cast.actor(who), values={"name": "김지우", **values})


def last(name: str = "") -> EventRecord:
    rows = EventRecord.objects.filter(name=name) if name else EventRecord.objects.all()
    found = rows.order_by("occurred_at", "id").last()
    assert found is not None
    return found


def fresh(record: Person) -> Person:
    return Person.objects.for_system("test").get(pk=record.pk)


def change_all(cast: Cast, who: str = "owner", **values: Any) -> BulkRun:
    actor = cast.actor(who)
    rows = Person.objects.visible_to(actor, "change")
    return begin(actor=actor, action=BulkRun.Action.CHANGE, object_name="person", rows=rows, values=values)


def test_an_edit_is_taken_back_and_done_again(cast: Cast) -> None:
    kim, actor = person(cast, city="Seoul"), cast.actor("owner")
    change_person(actor=actor, record_id=kim.pk, values={"city": "Busan", "job_title": "Buyer"})
    told = last("person.changed")
    run = undo(actor, told.id)
    assert (run.changed, run.left) == (1, {})
    assert (fresh(kim).city, fresh(kim).job_title) == ("Seoul", "")
    back = EventRecord.objects.get(pk=run.event_id)
    assert (back.undoes, back.subject_id, back.changes["city"]) == (told.id, kim.pk, ["Busan", "Seoul"])
    again = undo(actor, back.id)
    assert (again.changed, fresh(kim).city, fresh(kim).job_title) == (1, "Busan", "Buyer")


def test_what_somebody_changed_since_is_left_alone_and_said(cast: Cast) -> None:
    kim, owner = person(cast, city="Seoul"), cast.actor("owner")
    change_person(actor=owner, record_id=kim.pk, values={"city": "Busan", "job_title": "Buyer"})
    told = last("person.changed")
    change_person(actor=cast.actor("mate"), record_id=kim.pk, values={"city": "Jeju"})
    plan = plan_undo(owner, told.id)
    assert (plan.takes, plan.left, [left.field for left in plan.kept]) == (1, {"changed": 1}, ["city"])
    run = undo(owner, told.id)
    assert (fresh(kim).city, fresh(kim).job_title, run.left) == ("Jeju", "", {"changed": 1})


def test_trash_restore_and_new_records_are_taken_back(cast: Cast) -> None:
    kim, actor = person(cast), cast.actor("owner")
    made = last("person.created")
    trash_person(actor=actor, record_id=kim.pk)
    undo(actor, last("person.trashed").id)
    assert fresh(kim).deleted_at is None
    assert listing.page(PEOPLE, actor, ListQuery(search="지우")).rows
    trash_person(actor=actor, record_id=kim.pk)
    restore_person(actor=actor, record_id=kim.pk)
    thrown = EventRecord.objects.filter(name="person.trashed").order_by("occurred_at").last()
    undo(actor, last("person.restored").id)
    assert fresh(kim).deleted_at is not None
    assert thrown is not None
    assert undo(actor, thrown.id).left == {}
    trash_person(actor=actor, record_id=kim.pk)
    restore_person(actor=actor, record_id=kim.pk)
    assert undo(actor, made.id).changed == 1
    assert fresh(kim).deleted_at is not None
    assert not listing.page(PEOPLE, actor, ListQuery(search="지우")).rows


def test_a_new_record_on_which_somebody_worked_or_others_hang_stays(cast: Cast) -> None:
    actor = cast.actor("owner")
    kim = person(cast)
    made = last("person.created")
    change_person(actor=actor, record_id=kim.pk, values={"city": "Jeju"})
    assert undo(actor, made.id).left == {"changed": 1}
    firm = create_company(actor=actor, values={"name": "나래"})
    told = last("company.created")
    change_person(actor=actor, record_id=kim.pk, values={"company": firm.pk})
    assert undo(actor, told.id).left == {"held": 1}


def test_a_bulk_edit_is_one_event_and_is_taken_back_row_by_row(cast: Cast) -> None:
    some = [person(cast, name=f"P{n}", city="Seoul" if n else "Busan") for n in range(4)]
    foreign = person(cast, "stranger", city="Seoul")
    run = change_all(cast, city="Busan")
    assert (run.total, run.changed, run.same, run.left) == (4, 3, 1, {})
    assert fresh(foreign).city == "Seoul"
    told = EventRecord.objects.get(pk=run.event_id)
    assert (told.name, told.subject_id, told.payload) == ("person.changed", None, {"rows": 3, "fields": ["city"]})
    assert EventChange.objects.filter(event=told).count() == 3
    assert not BulkBatch.objects.exists()
    change_person(actor=cast.actor("mate"), record_id=some[1].pk, values={"city": "Jeju"})
    back = undo(cast.actor("owner"), told.id)
    assert (back.changed, back.left) == (2, {"changed": 1})
    assert [fresh(p).city for p in some] == ["Busan", "Jeju", "Seoul", "Seoul"]
    undo(cast.actor("owner"), back.event_id)
    assert [fresh(p).city for p in some] == ["Busan", "Jeju", "Busan", "Busan"]


def test_a_bulk_edit_keeps_search_rules_and_rights(cast: Cast) -> None:
    actor = cast.actor("owner")
    first, second = person(cast, name="Alpha"), person(cast, name="Beta")
    change_all(cast, name="Gamma")
    assert len(listing.page(PEOPLE, actor, ListQuery(search="gamma")).rows) == 2
    assert not listing.page(PEOPLE, actor, ListQuery(search="alpha")).rows
    run = change_all(cast, email="no address")
    assert (run.changed, run.left) == (0, {"refused": 2})
    run = change_all(cast, customer_number="A-1")
    assert (run.changed, run.left) == (1, {"taken": 1})
    assert {fresh(first).customer_number, fresh(second).customer_number} == {"A-1", None}
    role = cast.owner.roles.get()
    role.fields = {"person": {"city": "read"}}
    role.save()
    with pytest.raises(Forbidden):
        change_all(cast, city="Busan")


def test_undo_asks_for_the_rights_of_doing_it_by_hand(cast: Cast) -> None:
    kim = person(cast, city="Seoul")
    change_person(actor=cast.actor("owner"), record_id=kim.pk, values={"city": "Busan"})
    told = last("person.changed")
    with pytest.raises(Http404):
        undo(cast.actor("stranger"), told.id)
    role = cast.mate.roles.get()
    role.grants = {"person": {"see": "all"}}
    role.save()
    assert not can_undo(cast.actor("mate"), told)
    with pytest.raises(Forbidden):
        undo(cast.actor("mate"), told.id)
    role.grants = {"person": {"see": "all", "change": "own"}}
    role.save()
    assert undo(cast.actor("mate"), told.id).left == {"may_not": 1}
    assert fresh(kim).city == "Busan"
