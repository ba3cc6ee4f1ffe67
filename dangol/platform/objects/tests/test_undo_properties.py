"""Any sequence of edits, bulk edits, trash and restore: undone in reverse gives the first state; undo of undo is redo;
a foreign value is never overwritten; the past is told as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person, restore_person, trash_person
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import BulkRun, EventRecord
from dangol.platform.objects.past import as_of
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.undoing.runs import begin
from dangol.platform.objects.undoing.services import undo
from dangol.platform.objects.writing import InTrash
from tests.cast import Cast

PEOPLE = object_type("person")
WATCHED = ("name", "city", "job_title", "born_on", "owner", "customer_number", "deleted_at")
VALUES = {
    "name": st.sampled_from(["김지우", "Emma", ""]),
    "city": st.sampled_from(["", "Seoul", "Busan", "Jeju"]),
    "job_title": st.sampled_from(["", "Buyer"]),
    "born_on": st.sampled_from([None, "1990-01-02", "2001-12-31"]),
    "owner": st.sampled_from(["owner", "mate", None]),
}
EDITS = st.dictionaries(st.sampled_from(sorted(VALUES)), st.none(), min_size=1, max_size=3).flatmap(
    lambda chosen: st.fixed_dictionaries({name: VALUES[name] for name in chosen})
)
STEP = st.one_of(
    st.tuples(st.just("edit"), st.integers(0, 2), EDITS),
    st.tuples(st.just("bulk"), st.just(0), EDITS),
    st.tuples(st.sampled_from(["trash", "restore", "trash_all", "restore_all"]), st.integers(0, 2), st.just({})),
)
State = dict[int, tuple[Any, ...]]


class Story:
    """Three people, and what is done to them."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.actor = cast, cast.actor("admin")
        self.people = [create_person(actor=self.actor, values={"name": f"P{n}"}).pk for n in range(3)]

    def state(self) -> State:
        rows = Person.objects.for_system("test").filter(pk__in=self.people)
        return {p.pk: tuple(_plain(getattr(p, Person._meta.get_field(n).attname)) for n in WATCHED) for p in rows}  # type: ignore[union-attr]

    def do(self, step: tuple[str, int, dict[str, Any]], actor: Actor | None = None) -> UUID | None:
        """Do a step; returns the event that told it, None where nothing changed."""
        kind, which, given = step
        by = actor or self.actor
        values = {n: self.cast.users[v].pk if n == "owner" and v else v for n, v in given.items()}
        single: dict[str, Callable[..., Any]] = {"trash": trash_person, "restore": restore_person}
        if kind == "edit":
            try:
                found = change_person(actor=by, record_id=self.people[which], values=values)
            except InTrash:
                return None
            return getattr(found, "told_by", None)
        if kind in single:
            return getattr(single[kind](actor=by, record_id=self.people[which]), "told_by", None)
        action = {"bulk": "change", "trash_all": "trash", "restore_all": "restore"}[kind]
        rows = Person.objects.visible_to(by, "change").filter(pk__in=self.people)
        return begin(actor=by, action=action, object_name="person", rows=rows, values=values).event_id


def _plain(value: Any) -> Any:
    return value is not None if isinstance(value, datetime) else value


def _undone_in_reverse_gives_the_first_state(cast: Cast, steps: list[Any]) -> None:
    story = Story(cast)
    states, told = [story.state()], []
    for step in steps:
        event = story.do(step)
        if event is not None:
            told.append(event)
            states.append(story.state())
    undone = []
    for place in range(len(told), 0, -1):
        run = undo(story.actor, told[place - 1])
        assert (run.left, story.state()) == ({}, states[place - 1])
        undone.append(run.event_id)
    for place, event in enumerate(reversed(undone), 1):
        assert event is not None
        run = undo(story.actor, event)
        assert (run.left, story.state()) == ({}, states[place])


def _a_foreign_value_is_never_overwritten(cast: Cast, mine: Any, foreign: list[Any]) -> None:
    story = Story(cast)
    before = story.state()
    event = story.do(mine)
    left = story.state()
    other = cast.actor("manager")
    for step in foreign:
        story.do(step, Actor.system("somebody else") if other is None else story.actor)
    met = story.state()
    if event is None:
        return
    undo(story.actor, event)
    for pk, values in story.state().items():
        for place, now in enumerate(values):
            was, became, stood = before[pk][place], left[pk][place], met[pk][place]
            assert now == (was if stood == became else stood), (WATCHED[place], was, became, stood, now)


def _the_past_is_told_as_it_was(cast: Cast, steps: list[Any]) -> None:
    story = Story(cast)
    seen: list[tuple[datetime, State]] = []
    for step in [None, *steps]:
        if step is not None:
            story.do(step)
        seen.append((timezone.now(), story.state()))
    if len(steps) > 1 and (last := EventRecord.objects.order_by("occurred_at").last()):
        undo(story.actor, last.part_of or last.id)
    for moment, state in seen:
        for person in Person.objects.for_system("test").filter(pk__in=story.people):
            past = as_of(PEOPLE, story.actor, person, moment)
            told = tuple((past.in_trash or None) if n == "deleted_at" else past.values[n] for n in WATCHED)
            assert told == state[person.pk]


CHECKS = {
    "reverse": (_undone_in_reverse_gives_the_first_state, (st.lists(STEP, min_size=1, max_size=7),)),
    "foreign": (_a_foreign_value_is_never_overwritten, (STEP, st.lists(STEP, max_size=4))),
    "past": (_the_past_is_told_as_it_was, (st.lists(STEP, min_size=1, max_size=6),)),
}


def _run(cast: Cast, name: str, examples: int) -> None:
    check, strategies = CHECKS[name]

    @settings(max_examples=examples, deadline=None, database=None, derandomize=True)
    @given(st.tuples(*strategies))
    def trying(values: tuple[Any, ...]) -> None:
        with transaction.atomic():
            check(cast, *values)
            transaction.set_rollback(True)

    trying()


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_few_stories_hold(cast: Cast, name: str) -> None:
    _run(cast, name, 4)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CHECKS))
def test_many_stories_hold(cast: Cast, name: str) -> None:
    _run(cast, name, 15)
    assert not BulkRun.objects.exists()
