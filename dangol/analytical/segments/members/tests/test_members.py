"""Who belongs to a segment: entering, leaving, history, events, lists by hand, and the filter that asks for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.queries import preview
from dangol.analytical.segments.definitions.services import create_segment, save_rules, trash_segment
from dangol.analytical.segments.members import queries
from dangol.analytical.segments.members.models import Membership
from dangol.analytical.segments.members.object import story
from dangol.analytical.segments.members.services import (
    Refreshed,
    add_found,
    add_people,
    refresh,
    refresh_all,
    remove_people,
)
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import Clock
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
SEOUL = {"field": "city", "op": "is", "value": "Seoul"}


def people(*cities: str, **more: Any) -> list[Person]:
    return [Person.plain.create(name=f"P{n}", city=city, **more) for n, city in enumerate(cities)]


def segment(tree: Any, name: str = "S", **values: Any) -> Segment:
    return create_segment(actor=SYSTEM, values={"name": name, **values}, rules=tree)


def found(tree: Any, actor: Actor = SYSTEM) -> set[int]:
    rows: Any = Person.objects.visible_to(actor)
    return set(rows.filter(compile_filter(object_type("person"), actor, tree)).values_list("pk", flat=True))


def test_people_enter_and_leave_and_their_history_stays() -> None:
    kim, lee, park = people("Seoul", "Busan", "Seoul")
    made = segment(SEOUL)
    assert refresh(actor=SYSTEM, segment_id=made.pk) == Refreshed(2, 0, 2)
    assert refresh(actor=SYSTEM, segment_id=made.pk) == Refreshed(0, 0, 2)
    Person.plain.filter(pk=kim.pk).update(city="Busan")
    Person.plain.filter(pk=lee.pk).update(city="Seoul")
    assert refresh(actor=SYSTEM, segment_id=made.pk) == Refreshed(1, 1, 2)
    Person.plain.filter(pk=kim.pk).update(city="Seoul")
    assert refresh(actor=SYSTEM, segment_id=made.pk) == Refreshed(1, 0, 3)
    rows = list(Membership.plain.filter(person=kim).order_by("entered_at"))
    assert [row.left_at is None for row in rows] == [False, True]
    assert set(queries.member_ids(made.pk).values_list("person_id", flat=True)) == {kim.pk, lee.pk, park.pk}
    assert [t.members for t in queries.counts_over_time(made.pk)] == [2, 2, 3]


def test_moves_are_one_event_with_a_row_for_each_person() -> None:
    kim, _lee = people("Seoul", "Busan")
    made = segment(SEOUL)
    refresh(actor=SYSTEM, segment_id=made.pk)
    Person.plain.filter(pk=kim.pk).update(city="")
    refresh(actor=SYSTEM, segment_id=made.pk)
    first, second = EventRecord.objects.filter(name="segment.refreshed").order_by("occurred_at", "id")
    assert first.payload == {"entered": 1, "left": 0, "members": 1}
    assert second.payload == {"entered": 0, "left": 1, "members": 0}
    rows = EventChange.objects.filter(about_id=kim.pk, subject="membership").order_by("pk")
    assert [(r.before, r.after) for r in rows] == [(None, {"segment": made.pk}), ({"segment": made.pk}, None)]
    told = list(story(SYSTEM, kim, None, 30))
    assert [str(item.title) for item in told] == ["Left segment “S”", "Entered segment “S”"]


def test_whoever_lies_in_the_trash_leaves() -> None:
    kim, _lee = people("Seoul", "Seoul")
    made = segment({})
    refresh(actor=SYSTEM, segment_id=made.pk)
    Person.plain.filter(pk=kim.pk).update(deleted_at=datetime.now(UTC))
    assert queries.member_ids(made.pk).count() == 1
    assert refresh(actor=SYSTEM, segment_id=made.pk) == Refreshed(0, 1, 1)


def test_rules_that_nobody_can_fulfil_empty_the_segment() -> None:
    people("Seoul")
    made = segment(SEOUL)
    refresh(actor=SYSTEM, segment_id=made.pk)
    save_rules(actor=SYSTEM, segment_id=made.pk, tree={"or": []})
    assert refresh(actor=SYSTEM, segment_id=made.pk) == Refreshed(0, 1, 0)


def test_days_are_counted_where_the_business_is() -> None:
    (kim,) = people("Seoul", born_on=date(1990, 1, 1))
    Person.plain.filter(pk=kim.pk).update(created_at=datetime(2026, 3, 30, 15, tzinfo=UTC))  # 31 March in Seoul
    made = segment({"field": "created_at", "op": "on", "value": "2026-03-31"})
    for zone, members in (("Asia/Seoul", 1), ("UTC", 0)):
        clock = Clock(date(2026, 4, 1), ZoneInfo(zone))
        assert refresh(actor=SYSTEM, segment_id=made.pk, clock=clock).members == members


def test_the_filter_asks_for_members_and_circles_are_refused() -> None:
    kim, lee = people("Seoul", "Busan")
    first = segment(SEOUL, "First")
    refresh(actor=SYSTEM, segment_id=first.pk)
    is_in: Any = {"field": "segment", "op": "is", "value": first.pk}
    assert found(is_in) == {kim.pk}
    assert found({**is_in, "op": "is_not"}) == found({"not": is_in}) == {lee.pk}
    second = segment({"not": is_in}, "Second")
    with pytest.raises(FilterError, match="itself"):
        save_rules(actor=SYSTEM, segment_id=first.pk, tree={"field": "segment", "op": "is", "value": second.pk})
    with pytest.raises(FilterError, match="no segment"):
        found({"field": "segment", "op": "is", "value": 10**9})
    trash_segment(actor=SYSTEM, record_id=first.pk)
    assert "no segment" in refresh_all(actor=SYSTEM)[second.pk]


def test_all_are_refreshed_each_after_those_it_asks_for_and_a_broken_one_stops_none() -> None:
    people("Seoul", "Busan", "Seoul")
    late = segment(SEOUL, "Late")
    early = segment({"field": "segment", "op": "is", "value": late.pk}, "Early")
    broken = segment(SEOUL, "Broken")
    Segment.plain.filter(pk=broken.pk).update(filter={"field": "gone", "op": "is", "value": 1})
    assert set(refresh_all(actor=SYSTEM)) == {broken.pk}
    assert {s.name: s.member_count for s in Segment.plain.all()} == {"Late": 2, "Early": 2, "Broken": None}
    assert early.pk > late.pk


def test_a_list_by_hand_takes_only_people_whom_one_sees(cast: Cast) -> None:
    owner = cast.actor("owner")
    mine = Person.plain.create(name="Mine", owner=cast.owner)
    theirs = Person.plain.create(name="Theirs", owner=cast.stranger)
    made = create_segment(actor=owner, values={"name": "By hand", "kind": "static"})
    assert add_people(actor=owner, segment_id=made.pk, person_ids=[mine.pk]) == Refreshed(1, 0, 1)
    assert add_people(actor=owner, segment_id=made.pk, person_ids=[mine.pk]) == Refreshed(0, 0, 1)
    with pytest.raises(ValidationError):
        add_people(actor=owner, segment_id=made.pk, person_ids=[theirs.pk])
    with pytest.raises(NotFound):
        add_people(actor=cast.actor("stranger"), segment_id=made.pk, person_ids=[theirs.pk])
    assert add_found(actor=owner, segment_id=made.pk, tree={}) == Refreshed(0, 0, 1)
    assert refresh(actor=owner, segment_id=made.pk) == Refreshed(0, 0, 1)
    assert remove_people(actor=owner, segment_id=made.pk, person_ids=[mine.pk, theirs.pk]) == Refreshed(0, 1, 0)
    with pytest.raises(ValidationError):
        save_rules(actor=owner, segment_id=made.pk, tree=SEOUL)
    with pytest.raises(ValidationError):
        add_people(actor=SYSTEM, segment_id=segment(SEOUL).pk, person_ids=[mine.pk])


def test_everybody_belongs_but_each_sees_only_their_own(cast: Cast) -> None:
    Person.plain.create(name="Mine", city="Seoul", owner=cast.owner)
    Person.plain.create(name="Theirs", city="Seoul", owner=cast.stranger)
    owner = cast.actor("owner")
    made = create_segment(actor=owner, values={"name": "Seoul"}, rules=SEOUL)
    assert refresh(actor=owner, segment_id=made.pk).members == 2
    assert queries.seen_count(owner, made) == 1
    assert [one.person.name for one in queries.sample(owner, made.pk)] == ["Mine"]
    assert [title for _id, title, _at in queries.member_page(owner, made.pk)] == ["Mine"]
    assert preview(owner, SEOUL).count == 1
    assert preview(SYSTEM, SEOUL).count == 2


def test_nobody_asks_for_what_is_hidden_from_them(cast: Cast) -> None:
    role = cast.users["owner"].roles.get()
    role.fields = {"person": {"city": "hidden"}}
    role.save()
    with pytest.raises(FilterError):
        create_segment(actor=cast.actor("owner"), values={"name": "Seoul"}, rules=SEOUL)
    with pytest.raises(FilterError):
        preview(cast.actor("owner"), SEOUL)


def test_who_only_sees_a_segment_may_not_change_it(cast: Cast) -> None:
    made = create_segment(actor=cast.actor("owner"), values={"name": "Seoul"}, rules=SEOUL)
    role = cast.users["mate"].roles.get()
    role.grants = {"segment": {"see": "all"}, "person": {"see": "all"}}
    role.save()
    with pytest.raises(Forbidden):
        save_rules(actor=cast.actor("mate"), segment_id=made.pk, tree={})


def test_rules_saved_again_unchanged_tell_nothing() -> None:
    made = segment(SEOUL)
    save_rules(actor=SYSTEM, segment_id=made.pk, tree=SEOUL)
    assert EventRecord.objects.filter(name="segment.rules_saved").count() == 1


def test_the_members_can_be_read_in_one_statement() -> None:
    people("Seoul", "Busan")
    made = segment(SEOUL)
    refresh(actor=SYSTEM, segment_id=made.pk)
    sql, params = queries.member_ids(made.pk).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) members", params)
        assert cursor.fetchone()[0] == 1
