"""Custom fields in the search, in writes of many rows, in choices that records have, on a very large board."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from dangol.platform.objects import grouping, listing
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.searching import fill
from dangol.platform.objects.custom_fields.services import change_field
from dangol.platform.objects.custom_fields.tests.test_everywhere import indexed, person
from dangol.platform.objects.finding import search
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import fields_for, object_type
from dangol.platform.objects.undoing.planning import plan_undo
from dangol.platform.objects.undoing.runs import begin
from dangol.platform.objects.writing import writer_of
from dangol.platform.search.services import remember_many
from tests.cast import Cast


def test_the_search_finds_records_by_it_unless_it_is_hidden(cast: Cast, actor: Actor, fields: Any) -> None:
    change_field(actor=actor, number=fields["c_skin"].pk, values={"is_searched": True})
    made = person(actor, c_skin="combination")
    person(actor, name="Other", c_page="combination.test")
    query = ListQuery(search="mbinati", columns=["name"])
    assert [r.id for r in listing.page(object_type("person"), actor, query).rows] == [made.pk]
    [group] = search(actor, "mbinati", among=[object_type("person")]).groups
    assert [(str(f.field.label), f.value) for f in group.finds if f.field] == [("Skin", "combination")]
    change_person(actor=actor, record_id=made.pk, values={"c_skin": "oily"})
    assert listing.page(object_type("person"), actor, query).rows == []
    change_person(actor=actor, record_id=made.pk, values={"c_skin": "combination"})
    cast.admin.roles.update(fields={"person": {"c_skin": "hidden"}})
    assert listing.page(object_type("person"), cast.actor("admin"), query).rows == []
    change_field(actor=actor, number=fields["c_page"].pk, values={"is_searched": True})
    fill(object_name="person")
    assert len(listing.page(object_type("person"), actor, query).rows) == 2


def test_many_changes_at_once_are_judged_and_undone_by_field(actor: Actor, fields: Any) -> None:
    made = [person(actor, c_points=n, c_since="2026-01-01") for n in range(3)]
    rows = Person.objects.visible_to(actor, "change").filter(pk__in=[p.pk for p in made])
    values = {"c_points": 9, "c_since": "2026-02-02", "c_tastes": ["dark"], "c_vip": True, "c_grade": "gold"}
    run = begin(actor=actor, action="change", object_name="person", rows=rows, values=values)
    assert run.changed == 3
    change_person(actor=actor, record_id=made[0].pk, values={"c_tastes": ["light"]})
    event = EventRecord.objects.get(pk=run.event_id)
    plan = plan_undo(actor, event.pk)
    assert (plan.total, plan.takes, plan.left) == (3, 3, {"changed": 1})
    begin(actor=actor, action="undo", object_name="person", undoes=event)
    back = list(Person.plain.order_by("pk"))
    assert [(p.c_points, str(p.c_since), p.c_tastes, p.c_vip, p.c_grade) for p in back] == [
        (0, "2026-01-01", ["light"], False, None), (1, "2026-01-01", None, False, None),
        (2, "2026-01-01", None, False, None)]  # fmt: skip


def test_a_choice_that_records_have_is_not_taken_away(actor: Actor, fields: Any) -> None:
    person(actor, c_grade="gold", c_tastes=["dark"])
    for name, kept in (
        ("c_grade", [{"value": "silver", "en": "Silver"}]),
        ("c_tastes", [{"value": "light", "en": "L"}]),
    ):
        with pytest.raises(ValidationError, match="give them another value"):
            change_field(actor=actor, number=fields[name].pk, values={"choices": kept})
    kept = [{"value": "gold", "en": "Gold"}]
    assert len(change_field(actor=actor, number=fields["c_grade"].pk, values={"choices": kept}).choices) == 1


def test_a_board_of_very_many_counts_by_the_index(actor: Actor, fields: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for grade in ("gold", "gold", "silver", None):
        person(actor, c_grade=grade)
    indexed(fields["c_grade"])
    monkeypatch.setattr(grouping, "SAMPLE", 0)
    f = fields_for(object_type("person"), actor)["c_grade"]
    groups = grouping.grouped(object_type("person"), actor, ListQuery(), f, first=5)
    assert [(g.value, g.count.number, len(g.rows)) for g in groups] == [("gold", 2, 2), ("silver", 1, 1), (None, 1, 1)]
    monkeypatch.setattr(grouping, "EXACT_UP_TO", 0)
    groups = grouping.grouped(object_type("person"), actor, ListQuery(), f, first=5)
    assert not any(g.count.is_exact for g in groups)
    assert [len(g.rows) for g in groups] == [2, 1, 1]


def test_what_is_surely_large_is_not_counted_while_all_records_are_looked_at(
    actor: Actor, fields: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for grade in ("gold", "gold", "silver", None):
        person(actor, c_grade=grade)
    indexed(fields["c_grade"])
    declared = object_type("person")
    f = fields_for(declared, actor)["c_grade"]
    monkeypatch.setattr(grouping, "SAMPLE", 0)
    monkeypatch.setattr(grouping, "expected_rows", lambda model: 1.0)
    for limit, is_counted in ((1, False), (100, True)):
        monkeypatch.setattr(grouping, "SURELY_LARGE", limit)
        groups = {g.value: g for g in grouping.grouped(declared, actor, ListQuery(), f)}
        assert groups["gold"].count.is_exact == is_counted
        assert not is_counted or groups["gold"].count.number == 2


def test_rows_made_while_they_are_copied_do_not_wait_for_their_own_connection(actor: Actor, fields: Any) -> None:
    """Rows made while they are sent ask for the fields, whose look would wait for the COPY that waits for the row."""
    made = [person(actor, name=f"Copied {i}") for i in range(3)]

    def rows() -> Iterator[tuple[int, str, dict[str, str]]]:
        for one in made:
            current._now.is_stale = True
            yield one.pk, *writer_of("person").search(one)  # type: ignore[union-attr]

    assert remember_many("person", rows()) == 3
