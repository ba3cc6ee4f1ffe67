"""A custom field is at once wherever fields are: list, filter, sort, board, form, history, undo, export, REST."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_people, create_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.api.added import with_added
from dangol.platform.events.models import EventRecord
from dangol.platform.objects import exporting, grouping, listing, reading, sums
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.services import add_field, change_field, remove_field, restore_field
from dangol.platform.objects.custom_fields.tests.conftest import FIELDS
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.many import change_many
from dangol.platform.objects.past import as_of
from dangol.platform.objects.registry import fields_for, object_type
from dangol.platform.objects.undoing.runs import begin
from dangol.platform.objects.writing import Conflict, writer_of
from dangol.platform.ui.viewer import Viewer
from tests.cast import Cast


def person(actor: Actor, **values: Any) -> Person:
    return create_person(actor=actor, values={"name": "Mina", **values})


def found(actor: Actor, field: str, op: str, value: Any = None) -> list[str]:
    tree: dict[str, Any] = {"field": field, "op": op}
    if value is not None:
        tree["value"] = value
    page = listing.page(object_type("person"), actor, ListQuery(filter=tree, columns=["name", field]))
    return sorted(r.record.name for r in page.rows)


def indexed(field: CustomField) -> None:
    """As if the job had built its index."""
    from dangol.platform.objects.custom_fields import current

    field.index_state = CustomField.Index.READY
    field.save()
    current.changed()


VALUES: dict[str, Any] = {
    "c_skin": "dry", "c_points": Decimal("12.5"), "c_budget": Decimal("100000"), "c_since": date(2026, 3, 1),
    "c_grade": "gold", "c_tastes": ["dark", "decaf"], "c_vip": True, "c_share": Decimal("0.125"),
    "c_page": "https://example.com", "c_story": "long\nago", "c_mail": "mina@example.com", "c_fax": "+8225551234",
    "c_met": datetime(2026, 3, 1, 5, 30, tzinfo=UTC),
}  # fmt: skip


def test_every_kind_is_kept_shown_and_told(actor: Actor, fields: Any, cast: Cast) -> None:
    friend = person(actor)
    made = person(actor, name="Jiwoo", **VALUES, c_friend=friend.pk, c_barista=cast.owner.pk)
    kept = reading.row_of(object_type("person"), actor, reading.find(object_type("person"), actor, made.pk)).values
    assert {n: kept[n] for n in VALUES} == VALUES
    assert (kept["c_friend"].title, kept["c_barista"].title) == ("Mina", "Owner")
    told = EventRecord.objects.get(name="person.created", subject_id=made.pk).changes
    assert told["c_points"] == [None, "12.5"]
    assert told["c_tastes"] == [None, ["dark", "decaf"]]


CONDITIONS: list[tuple[str, str, Any, list[str]]] = [
    ("c_skin", "is", "dry", ["A"]), ("c_skin", "contains", "R", ["A"]), ("c_skin", "is_empty", None, ["B", "C"]),
    ("c_skin", "is_not", "dry", ["B", "C"]), ("c_points", "gte", "12.5", ["A"]), ("c_points", "lt", 3, ["B"]),
    ("c_points", "between", [2, 13], ["A", "B"]), ("c_points", "is", 2, ["B"]), ("c_budget", "gt", 1, ["A"]),
    ("c_since", "before", "2026-03-02", ["A"]), ("c_since", "is_not_empty", None, ["A", "B"]),
    ("c_since", "between", ["2026-03-01", "2026-12-31"], ["A", "B"]), ("c_grade", "is", "gold", ["A"]),
    ("c_grade", "in", ["gold", "silver"], ["A", "B"]), ("c_tastes", "is", "dark", ["A", "B"]),
    ("c_tastes", "is_not", "decaf", ["B", "C"]), ("c_tastes", "in", ["decaf", "light"], ["A"]),
    ("c_tastes", "is_empty", None, ["C"]), ("c_vip", "is", True, ["A"]), ("c_vip", "is", False, ["B", "C"]),
    ("c_friend", "where", {"field": "name", "op": "is", "value": "C"}, ["A"]),
    ("c_friend", "is_empty", None, ["B", "C"]), ("c_share", "gte", "0.1", ["A"]),
    ("c_mail", "contains", "@exam", ["A"]), ("c_mail", "is", "not one", []), ("c_fax", "starts_with", "+82", ["A"]),
    ("c_met", "on", "2026-03-01", ["A"]), ("c_met", "before", "2026-03-01", []),
    ("c_met", "is_empty", None, ["B", "C"]), ("c_met", "between", ["2026-02-01", "2026-03-01"], ["A"]),
]  # fmt: skip


def test_lists_are_filtered_by_it(actor: Actor, fields: Any) -> None:
    third = person(actor, name="C")
    person(actor, name="A", **VALUES, c_friend=third.pk)
    person(actor, name="B", c_points=2, c_grade="silver", c_since="2026-06-01", c_tastes=["dark"])
    for field, op, value, names in CONDITIONS:
        assert found(actor, field, op, value) == names, (field, op, value)


def test_it_sorts_once_its_index_stands_and_pages_meet_every_row_once(actor: Actor, fields: Any) -> None:
    made = [person(actor, name=str(n), **values) for n, values in enumerate([
        {"c_points": 2, "c_since": "2026-01-02", "c_skin": "b"}, {"c_points": 10, "c_since": "2025-01-01"}, {},
        {"c_points": "2.5", "c_skin": "a", "c_met": "2026-01-02T03:04:05+09:00", "c_mail": "a@b.kr"},
        {"c_points": 2, "c_since": "2026-01-02", "c_vip": True, "c_met": "2025-01-02T03:04Z"},
    ])]  # fmt: skip
    declared = object_type("person")
    with pytest.raises(FilterError):
        listing.page(declared, actor, ListQuery(sort="c_points"))
    for name in ("c_points", "c_since", "c_skin", "c_vip", "c_grade", "c_met", "c_mail"):
        indexed(fields[name])
        for sort in (name, f"-{name}"):
            seen, after = [], ""
            while True:
                page = listing.page(declared, actor, ListQuery(sort=sort, after=after, limit=2))
                seen += [r.id for r in page.rows]
                after = page.next
                if not after:
                    break
            assert sorted(seen) == sorted(p.pk for p in made), sort
    order = [r.record.name for r in listing.page(declared, actor, ListQuery(sort="-c_points")).rows]
    assert order == ["1", "3", "4", "0", "2"]


def test_it_makes_a_board_and_sums(actor: Actor, fields: Any) -> None:
    for grade, points in (("gold", 1), ("gold", 2), ("silver", 5), (None, 7)):
        person(actor, c_grade=grade, c_points=points)
    declared, known = object_type("person"), fields_for(object_type("person"), actor)
    groups = grouping.grouped(declared, actor, ListQuery(), known["c_grade"], first=5, sums=[known["c_points"]])
    assert [(g.value, g.count.number, g.sums[0].total) for g in groups] == [
        ("gold", 2, Decimal(3)), ("silver", 1, Decimal(5)), (None, 1, Decimal(7))]  # fmt: skip
    assert {"c_vip", "c_barista", "c_friend"} <= set(grouping.groupable(declared, actor))
    [total] = sums.add_up(declared, actor, ListQuery(), [sums.Sum(known["c_points"])])
    assert total.parts[0].total == Decimal(15)


def test_two_editors_of_different_fields_both_win_and_of_the_same_one_is_asked(actor: Actor, fields: Any) -> None:
    made = person(actor, c_skin="dry", c_points=1)
    change_person(actor=actor, record_id=made.pk, values={"c_skin": "oily"}, expected={"c_skin": "dry"})
    after = change_person(actor=actor, record_id=made.pk, values={"c_points": 5}, expected={"c_points": "1.0"})
    assert (after.c_skin, after.c_points) == ("oily", 5)
    with pytest.raises(Conflict) as caught:
        change_person(actor=actor, record_id=made.pk, values={"c_skin": "fine"}, expected={"c_skin": "dry"})
    assert caught.value.current == {"c_skin": "oily"}


def test_a_change_is_told_undone_and_seen_in_the_past_by_field(actor: Actor, fields: Any) -> None:
    made = person(actor, c_points=1, c_skin="dry")
    told = change_person(actor=actor, record_id=made.pk, values={"c_points": 9, "c_tastes": ["dark"]}).told_by
    event = EventRecord.objects.get(pk=told)
    assert event.changes == {"c_points": ["1", "9"], "c_tastes": [None, ["dark"]]}
    change_person(actor=actor, record_id=made.pk, values={"c_skin": "oily"})
    begin(actor=actor, action="undo", object_name="person", undoes=event)
    back = Person.plain.get(pk=made.pk)
    assert (back.c_points, back.c_tastes, back.c_skin) == (1, None, "oily")
    past = as_of(object_type("person"), actor, back, event.occurred_at)
    assert past.values["c_points"] == 9
    assert past.values["c_skin"] == "dry"


def test_many_are_changed_together_each_keeping_its_other_fields(actor: Actor, fields: Any) -> None:
    made = [person(actor, c_points=n) for n in range(3)]
    writer = writer_of("person")
    assert writer is not None
    outcome = change_many(writer, actor=actor, values={p.pk: {"c_grade": "gold", "city": "Seoul"} for p in made})
    assert len(outcome.rows) == 3
    assert [(p.c_points, p.c_grade, p.city) for p in Person.plain.order_by("pk")] == [
        (n, "gold", "Seoul") for n in range(3)]  # fmt: skip


def test_wrong_values_are_refused_by_the_fields_name(actor: Actor, fields: Any) -> None:
    for name, value in {
        "c_points": "12.55", "c_since": "yesterday", "c_grade": "bronze", "c_tastes": ["nuts"], "c_friend": 10**9,
        "c_mail": "mina at home", "c_fax": "call me", "c_page": "javascript:alert(1)", "c_met": "soon",
    }.items():  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            person(actor, **{name: value})
        assert list(caught.value.message_dict) == [name]


def test_addresses_are_kept_in_one_way_of_writing(actor: Actor, fields: Any) -> None:
    made = person(
        actor, c_mail=" Mina@Example.COM", c_fax="02-555-1234", c_page="example.com/a", c_met="2026-03-01T05:30:09.5Z"
    )
    kept = Person.plain.get(pk=made.pk)
    assert (kept.c_mail, kept.c_fax, kept.c_page) == ("mina@example.com", "+8225551234", "https://example.com/a")
    assert kept.custom["c_met"] == "2026-03-01T05:30:09+00:00"
    assert kept.c_met == datetime(2026, 3, 1, 5, 30, 9, tzinfo=UTC)


def test_required_unique_and_default_hold(actor: Actor) -> None:
    old = person(actor)
    add_field(actor=actor, object_name="person", values={"kind": "text", "label_en": "Code", "is_unique": True})
    add_field(actor=actor, object_name="person", values={"kind": "text", "label_en": "Need", "is_required": True})
    add_field(actor=actor, object_name="person", values={"kind": "number", "label_en": "Score", "default": 3})
    with pytest.raises(ValidationError) as caught:
        person(actor)
    assert list(caught.value.message_dict) == ["c_need"]
    first = person(actor, c_need="x", c_code="A1")
    assert first.c_score == 3
    assert EventRecord.objects.get(name="person.created", subject_id=first.pk).changes["c_score"] == [None, "3"]
    with pytest.raises(ValidationError) as caught:
        person(actor, c_need="x", c_code="A1")
    assert list(caught.value.message_dict) == ["c_code"]
    assert change_person(actor=actor, record_id=old.pk, values={"city": "Busan"}).city == "Busan"
    made = create_people(actor=actor, values=[{"name": "N", "c_need": "y"}, {"name": "M"}])
    assert made[0].c_score == 3
    assert list(made[1].message_dict) == ["c_need"]


def test_a_hidden_field_is_nowhere_and_a_closed_one_is_not_written(cast: Cast, actor: Actor, fields: Any) -> None:
    made = person(actor, c_skin="secret")
    declared = object_type("person")
    cast.admin.roles.update(fields={"person": {"c_skin": "hidden", "c_points": "read"}})
    who = cast.actor("admin")
    assert "c_skin" not in fields_for(declared, who)
    seen = reading.find(declared, who, made.pk)
    assert "c_skin" not in reading.row_of(declared, who, seen).values
    with pytest.raises(FilterError):
        found(who, "c_skin", "is", "secret")
    for name in ("c_skin", "c_points"):
        with pytest.raises(Forbidden):
            change_person(actor=who, record_id=made.pk, values={name: "1"})
    declared.title(seen)
    assert Person.plain.get(pk=made.pk).c_skin == "secret"


def test_a_removed_field_is_gone_from_everywhere_and_comes_back_with_its_values(actor: Actor, fields: Any) -> None:
    made = person(actor, c_skin="dry")
    remove_field(actor=actor, number=fields["c_skin"].pk)
    assert "c_skin" not in fields_for(object_type("person"), actor)
    with pytest.raises(ValidationError):
        change_person(actor=actor, record_id=made.pk, values={"c_skin": "x"})
    again = add_field(actor=actor, object_name="person", values={"kind": "number", "label_en": "Skin"})
    assert again.name == "c_skin_2"
    restore_field(actor=actor, number=fields["c_skin"].pk)
    assert "c_skin" in fields_for(object_type("person"), actor)
    assert Person.plain.get(pk=made.pk).c_skin == "dry"


def test_labels_and_choices_follow_the_readers_language(actor: Actor, fields: Any, settings: Any) -> None:
    from django.utils import translation

    change_field(actor=actor, number=fields["c_grade"].pk, values={"label_ko": "등급"})
    f = fields_for(object_type("person"), actor)["c_grade"]
    assert (str(f.label), dict(f.choice_pairs())["gold"]) == ("Grade", "Gold")
    with translation.override("ko"):
        assert (str(f.label), dict(f.choice_pairs())["gold"]) == ("등급", "금")


def test_it_is_exported(actor: Actor, fields: Any) -> None:
    person(actor, **VALUES)
    query = ListQuery(columns=["c_skin", "c_points", "c_since", "c_tastes", "c_vip"])
    for kind, wanted in (
        ("csv", "Mina,dry,12.5,2026-03-01"),
        ("jsonl", '"c_points":"12.5","c_since":"2026-03-01","c_tastes":["dark","decaf"],"c_vip":true'),
    ):
        form = exporting.Form(kind=kind)  # type: ignore[arg-type]
        taken = exporting.begin_export(
            actor=actor, declared=object_type("person"), query=query, form=form, viewer=Viewer(actor=actor)
        )
        assert wanted in b"".join(taken.pieces).decode()


def test_rest_reads_writes_filters_and_names_the_wrong_field(cast: Cast, actor: Actor, fields: Any) -> None:
    client = Client()
    client.force_login(cast.admin)

    def send(method: str, path: str, body: Any) -> Any:
        return getattr(client, method)(f"/api/v1/people{path}", json.dumps(body), content_type="application/json")

    body = {"name": "Jiwoo", "c_points": 2, "c_tastes": ["dark"], "c_since": "2026-03-01", "c_vip": True}
    made = send("post", "", body)
    assert made.status_code == 201, made.content
    answer = made.json()
    assert [answer[n] for n in ("c_points", "c_tastes", "c_since", "c_vip", "c_skin")] == [
        "2", ["dark"], "2026-03-01", True, None]  # fmt: skip
    changed = send("patch", f"/{answer['id']}", {"c_skin": "dry"})
    assert (changed.status_code, changed.json()["c_skin"], changed.json()["c_points"]) == (200, "dry", "2")
    asked = {"filter": json.dumps({"field": "c_points", "op": "gte", "value": 2}), "fields": "c_points"}
    rows = client.get("/api/v1/people", asked).json()["rows"]
    assert rows == [{"id": answer["id"], "title": "Jiwoo", "c_points": "2"}]
    for wrong in (
        {"c_mail": "nobody"},
        {"c_points": "many"},
        {"c_points": "1.234"},
        {"c_tastes": ["nuts"]},
        {"c_nonsense": 1},
    ):
        refused = send("patch", f"/{answer['id']}", wrong)
        assert refused.status_code == 422, refused.content
        assert refused.json()["errors"][0]["pointer"].startswith(f"#/{next(iter(wrong))}")
    batch = send("post", "/batch", {"items": [{"do": "create", "values": {"name": "B", "c_points": 3}}]})
    assert batch.json()["done"] == 1


def test_the_description_of_the_api_follows(actor: Actor, fields: Any) -> None:
    blank: dict[str, Any] = {name: {"properties": {}} for name in ("Person", "PersonCreate", "PersonChange")}
    described = with_added({"components": {"schemas": blank}})["components"]["schemas"]
    assert described["PersonCreate"]["properties"]["c_points"]["description"] == "Points"
    assert described["Person"]["properties"]["c_friend"]["anyOf"][0] == {"$ref": "#/components/schemas/Link"}
    assert not blank["Person"]["properties"]


def test_pages_show_edit_and_bulk_edit_it(cast: Cast, actor: Actor, fields: Any) -> None:
    made = person(actor, c_skin="dry", c_tastes=["dark"], c_grade="gold")
    client = Client()
    client.force_login(cast.admin)
    columns = ",".join(["name", *FIELDS])
    page = client.get("/people", {"columns": columns}).content.decode()
    assert "dry" in page
    assert 'class="pill warn">Gold' in page
    assert client.get("/people", {"layout": "board", "by": "c_grade"}).status_code == 200
    at = f"/people/{made.pk}/edit"
    assert 'value="dark" checked' in client.get(at, {"field": "c_tastes"}).content.decode()
    sent = {"c_tastes": ["light", "decaf"], "expected_c_tastes": "dark"}
    assert client.post(f"{at}?field=c_tastes", sent).status_code == 302
    assert Person.plain.get(pk=made.pk).c_tastes == ["light", "decaf"]
    chosen = {"id": made.pk, "field": "c_skin", "c_skin": "oily", "step": "preview"}
    assert "oily" in client.post("/people/bulk", chosen).content.decode()
    assert client.post("/people/bulk", {**chosen, "step": "apply"}).status_code == 302
    assert Person.plain.get(pk=made.pk).c_skin == "oily"
    for path in (f"/people/{made.pk}", f"/people/{made.pk}/history", f"/people/{made.pk}/panel", "/people/new",
                 "/people/filter", f"/people/{made.pk}/history?at=2030-01-01"):  # fmt: skip
        assert client.get(path).status_code == 200, path


def test_a_list_with_all_of_them_costs_no_more_queries_than_their_names(actor: Actor, fields: Any) -> None:
    person(actor, **VALUES)
    listing.page(object_type("person"), actor, ListQuery())
    with CaptureQueriesContext(connection) as caught:
        listing.page(object_type("person"), actor, ListQuery(columns=["name", *VALUES]))
    assert len(caught) == 1
