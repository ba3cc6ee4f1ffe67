"""Indexes are built by the owner role beside the traffic, and hold the very expression that queries use."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.models import Progress
from dangol.platform.objects.custom_fields import current, indexing
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.services import add_field, build_index, change_field, remove_field
from dangol.platform.objects.filters import compile_filter
from dangol.platform.objects.listing import ListQuery, order_of, rows_for
from dangol.platform.objects.registry import fields_for, object_type

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
SYSTEM = Actor.system("test")


def added(kind: str, label: str, **values: Any) -> CustomField:
    return add_field(actor=SYSTEM, object_name="person", values={"kind": kind, "label_en": label, **values})


def built(field: CustomField) -> CustomField:
    indexing.build_all(field.pk)
    field.refresh_from_db()
    return field


def plan(rows: Any) -> str:
    """The plan where the planner would rather use an index, however small the table is."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_sort = off; SET enable_incremental_sort = off")
    try:
        return indexing.plan_of(rows)[2]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan; RESET enable_sort; RESET enable_incremental_sort")


def people(**values: Any) -> None:
    for n in range(30):
        Person.plain.create(name=f"P{n}", custom={k: v(n) for k, v in values.items()})


def test_the_index_is_the_one_that_lists_boards_and_filters_use() -> None:
    people(c_points=str, c_since=lambda n: f"2026-01-{n + 1:02d}", c_grade=lambda n: "ab"[n % 2],
           c_tastes=lambda n: ["x"], c_vip=lambda n: True, c_boss=lambda n: 1)  # fmt: skip
    choices = [{"value": "a", "en": "A"}, {"value": "b", "en": "B"}, {"value": "x", "en": "X"}]
    fields = [
        added("number", "Points", is_fast=True), added("date", "Since", is_fast=True),
        added("choice", "Grade", is_fast=True, choices=choices), added("bool", "Vip", is_fast=True),
        added("choices", "Tastes", is_fast=True, choices=choices), added("user", "Boss", is_fast=True),
        added("formula", "Double", is_fast=True, formula="c_points * 2 + length(city)"),
    ]  # fmt: skip
    assert not fields_for(object_type("person"), SYSTEM)["c_points"].is_sortable
    current.begin_without()  # as in a worker that never asked for fields yet
    current.changed()
    assert {f.index_state for f in map(built, fields)} == {"ready"}
    assert Progress.objects.filter(kind="custom_field", state=Progress.State.DONE).count() == len(fields)
    declared, known = object_type("person"), fields_for(object_type("person"), SYSTEM)
    for name in ("c_points", "-c_since", "c_grade", "-c_vip", "c_double"):
        order = order_of(declared, known, name)
        rows = order.valued(rows_for(declared, SYSTEM, ListQuery()))[:5]
        pk = CustomField.objects.get(name=name.lstrip("-")).pk
        assert f"cf_{pk}_sort" in plan(rows.values("pk")), name
    for tree in (
        {"field": "c_points", "op": "gte", "value": 7}, {"field": "c_since", "op": "on", "value": "2026-01-03"},
        {"field": "c_tastes", "op": "is", "value": "x"}, {"field": "c_vip", "op": "is", "value": True},
    ):  # fmt: skip
        rows = declared.model.objects.for_system("t").filter(compile_filter(declared, SYSTEM, tree))
        assert f"cf_{CustomField.objects.get(name=tree['field']).pk}_" in plan(rows.values("pk")), tree
    order = order_of(declared, known, "name")
    rows = rows_for(declared, SYSTEM, ListQuery(filter={"field": "c_grade", "op": "is", "value": "a"}))
    said = plan(order.valued(rows)[:20].values("pk"))
    assert f"cf_{fields[2].pk}_board" in said
    assert "Sort" not in said


def test_duplicates_are_named_and_mended_ones_make_it_unique() -> None:
    people(c_code=lambda n: "same" if n < 2 else f"x{n}")
    field = built(added("text", "Code", is_unique=True))
    assert field.index_state == "failed"
    assert "same" in field.index_note
    assert not indexing.sizes(field)
    Person.plain.filter(name="P0").update(custom={"c_code": "other"})
    assert built(build_index(actor=SYSTEM, number=field.pk)).index_state == "ready"
    with pytest.raises(Exception, match="cf_"):
        Person.plain.create(name="Q", custom={"c_code": "other"})


def test_a_field_that_shall_not_be_fast_any_more_or_is_removed_loses_its_index() -> None:
    field = built(added("text", "Skin", is_fast=True))
    assert [name.rpartition("_")[0] for name, _size in indexing.sizes(field)] == [f"cf_{field.pk}_sort"]
    current.begin_without()
    current.changed()
    assert fields_for(object_type("person"), SYSTEM)["c_skin"].is_sortable
    field = built(change_field(actor=SYSTEM, number=field.pk, values={"is_fast": False}))
    assert (field.index_state, indexing.sizes(field)) == ("none", [])
    field = built(change_field(actor=SYSTEM, number=field.pk, values={"is_fast": True}))
    field = built(remove_field(actor=SYSTEM, number=field.pk))
    assert indexing.sizes(field) == []
