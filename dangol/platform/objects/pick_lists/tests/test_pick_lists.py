"""Pick lists: names, colours and order change nothing stored; merging rewrites what names a value, and is undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.services import create_segment
from dangol.core.customers.companies.models import Company
from dangol.core.customers.companies.services import change_company, create_company, trash_company
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import BulkRun, EventRecord
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.services import add_field, change_field
from dangol.platform.objects.inputs import options_of
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.past import as_of
from dangol.platform.objects.pick_lists.merging import merge, undo_merge
from dangol.platform.objects.pick_lists.models import PickList, ValueMerge
from dangol.platform.objects.pick_lists.queries import counted, list_of, lists, named, now_words
from dangol.platform.objects.pick_lists.rules import Target
from dangol.platform.objects.pick_lists.services import save_list
from dangol.platform.objects.record_rules.services import add_rule
from dangol.platform.objects.registry import fields_for, object_type
from dangol.platform.objects.undoing.services import undo
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

GRADES = [{"en": "Gold", "ko": "금", "tone": "warn"}, {"en": "Silver", "ko": "은"}, {"en": "Golden"}]


@pytest.fixture
def admin(cast: Cast) -> Actor:
    return cast.actor("admin")


@pytest.fixture
def grade(admin: Actor) -> CustomField:
    return add_field(actor=admin, object_name="person",
                     values={"kind": "choice", "label_en": "Grade", "choices": GRADES})  # fmt: skip


def signed_in(cast: Cast, name: str = "admin") -> Client:
    client = Client()
    client.force_login(getattr(cast, name))
    return client


def rows(*values: str, **more: Any) -> list[dict[str, Any]]:
    return [{"value": v, "en": v.title(), "ko": "", "tone": "", "off": v in more.get("off", ())} for v in values]


def field_of(actor: Actor, object_name: str, name: str) -> Any:
    return fields_for(object_type(object_name), actor)[name]


def test_names_colours_and_order_of_the_houses_own_choices(cast: Cast, admin: Actor) -> None:
    own = [v for v, _label in field_of(admin, "product", "kind").choice_pairs()]
    given = [{"value": own[-1], "en": "Last one", "ko": "마지막", "tone": "good", "off": True}]
    save_list(actor=admin, slug="products", name="kind", rows=given)
    kind = field_of(admin, "product", "kind")
    assert [v for v, _label in kind.choice_pairs()] == [own[-1], *own[:-1]]
    assert dict(kind.choice_pairs())[own[-1]] == "Last one"
    with translation.override("ko"):
        assert dict(kind.choice_pairs())[own[-1]] == "마지막"
    assert (kind.tones[own[-1]], kind.off) == ("good", frozenset())
    with pytest.raises(ValidationError, match="depends"):
        merge(actor=admin, slug="products", name="kind", old=own[0], new=own[1])


def test_what_is_off_stays_in_records_and_is_not_offered_anew(admin: Actor, grade: CustomField) -> None:
    person = create_person(actor=admin, values={"name": "Kim", "c_grade": "gold"})
    save_list(actor=admin, slug="people", name="c_grade", rows=rows("silver", "gold", off=["gold"]), default="silver")
    f = field_of(admin, "person", "c_grade")
    assert [v for v, _label in options_of(f, admin, "")] == ["silver"]
    assert [v for v, _label in options_of(f, admin, "gold")] == ["silver", "gold"]
    assert [v for v, _label in options_of(f.asked_for, admin, None)] == ["silver", "gold"]
    assert change_person(actor=admin, record_id=person.pk, values={"city": "Busan"}).c_grade == "gold"
    assert create_person(actor=admin, values={"name": "Lee"}).c_grade == "silver"
    change_field(actor=admin, number=grade.pk, values={"label_en": "Level"})
    assert field_of(admin, "person", "c_grade").off == {"gold"}
    for wrong in ({"rows": rows("silver")}, {"rows": rows("silver", "gold", off=["gold"]), "default": "gold"}):
        with pytest.raises(ValidationError):
            save_list(actor=admin, slug="people", name="c_grade", **wrong)


def named_everywhere(admin: Actor, cast: Cast) -> tuple[SavedView, Segment, CustomField]:
    tree = {"field": "c_grade", "op": "in", "value": ["golden", "gold"]}
    view = SavedView.objects.create(object_name="person", name="Golden", user=cast.mate, filter=tree)
    segment = create_segment(actor=admin, values={"name": "Golden"},
                             rules={"field": "c_grade", "op": "is", "value": "golden"})  # fmt: skip
    worth = add_field(actor=admin, object_name="person", values={
        "kind": "formula", "label_en": "Worth", "formula": 'if(c_grade = "golden", 2, 1)',
    })  # fmt: skip
    return view, segment, worth


def test_merging_rewrites_records_and_all_that_names_the_value_and_is_undone(
    cast: Cast, admin: Actor, grade: CustomField
) -> None:
    kim = create_person(actor=admin, values={"name": "Kim", "c_grade": "golden"})
    lee = create_person(actor=admin, values={"name": "Lee", "c_grade": "gold"})
    view, segment, worth = named_everywhere(admin, cast)
    rule = add_rule(actor=admin, object_name="person", values={
        "kind": "require", "fields": ["city"], "formula": 'c_grade = "golden"',
    })  # fmt: skip
    told = named(Target("person", "c_grade", "golden", "gold"))
    found = {place.name: len(some) for place, some in told}
    assert found == {"views": 1, "formulas": 1, "rules": 1, "segments": 1}
    then = timezone.now()
    made = merge(actor=admin, slug="people", name="c_grade", old="golden", new="gold")
    for row in (kim, view, segment, worth, rule):
        row.refresh_from_db()
    assert kim.c_grade == "gold"
    assert rule.formula == 'c_grade = "gold"'
    assert view.filter["value"] == ["gold"]
    assert segment.filter["value"] == "gold"
    assert worth.options["formula"] == 'if(c_grade = "gold", 2, 1)'
    f = field_of(admin, "person", "c_grade")
    past = as_of(object_type("person"), admin, kim, then)
    assert past.values["c_grade"] == "golden"
    assert now_words(f, past.values["c_grade"]) == [("Golden", "Gold")]
    assert create_person(actor=admin, values={"name": "Park", "c_grade": "golden", "city": "Seoul"}).c_grade == "gold"
    undo_merge(actor=admin, number=made.pk)
    for row in (kim, lee, view, segment, worth):
        row.refresh_from_db()
    assert (kim.c_grade, lee.c_grade) == ("golden", "gold")
    assert view.filter["value"] == ["golden", "gold"]
    assert segment.filter["value"] == "golden"
    assert worth.options["formula"] == 'if(c_grade = "golden", 2, 1)'
    assert field_of(admin, "person", "c_grade").now_called == {}
    assert create_person(actor=admin, values={"name": "Choi", "c_grade": "golden", "city": "Seoul"}).c_grade == "golden"


def test_what_somebody_changed_since_is_left_alone_by_the_undo(cast: Cast, admin: Actor, grade: CustomField) -> None:
    kim = create_person(actor=admin, values={"name": "Kim", "c_grade": "golden"})
    view = named_everywhere(admin, cast)[0]
    made = merge(actor=admin, slug="people", name="c_grade", old="golden", new="gold")
    change_person(actor=admin, record_id=kim.pk, values={"c_grade": "silver"})
    SavedView.objects.filter(pk=view.pk).update(filter={"field": "city", "op": "is", "value": "Busan"})
    undo_merge(actor=admin, number=made.pk)
    kim.refresh_from_db()
    view.refresh_from_db()
    assert (kim.c_grade, view.filter["field"]) == ("silver", "city")


def test_several_choices_keep_each_value_once(admin: Actor) -> None:
    add_field(actor=admin, object_name="person", values={
        "kind": "choices", "label_en": "Tastes", "choices": [{"en": "Dark"}, {"en": "Light"}, {"en": "Dusk"}],
    })  # fmt: skip
    both = create_person(actor=admin, values={"name": "Kim", "c_tastes": ["dark", "dusk"]})
    one = create_person(actor=admin, values={"name": "Lee", "c_tastes": ["light", "dusk"]})
    merge(actor=admin, slug="people", name="c_tastes", old="dusk", new="dark")
    both.refresh_from_db()
    one.refresh_from_db()
    assert both.c_tastes == ["dark"]
    assert sorted(one.c_tastes) == ["dark", "light"]
    assert counted(list_of(admin, "people", "c_tastes")) == {"dark": 2, "light": 1}


def test_a_misspelt_text_is_merged_in_the_trash_too_and_for_what_is_written_later(admin: Actor) -> None:
    firms = [create_company(actor=admin, values={"name": n, "industry": "Cofee"}) for n in ("A", "B")]
    trash_company(actor=admin, record_id=firms[1].pk)
    tree = {"field": "company", "op": "where", "value": {"field": "industry", "op": "is", "value": "Cofee"}}
    segment = create_segment(actor=admin, values={"name": "Firms"}, rules=tree)
    made = merge(actor=admin, slug="companies", name="industry", old="Cofee", new="Coffee")
    rows: Any = Company.objects.for_system("test")
    assert set(rows.values_list("industry", flat=True)) == {"Coffee"}
    segment.refresh_from_db()
    assert segment.filter["value"]["value"] == "Coffee"
    assert change_company(actor=admin, record_id=firms[0].pk, values={"industry": "Cofee"}).industry == "Coffee"
    run = BulkRun.objects.get(pk=made.run)
    assert (run.total, run.changed, run.left) == (2, 2, {})
    again = merge(actor=admin, slug="companies", name="industry", old="Coffee", new="Roasting")
    assert create_company(actor=admin, values={"name": "C", "industry": "Cofee"}).industry == "Roasting"
    undo_merge(actor=admin, number=again.pk)
    assert create_company(actor=admin, values={"name": "D", "industry": "Cofee"}).industry == "Coffee"


def test_undoing_the_bulk_write_alone_puts_the_records_back(admin: Actor, grade: CustomField) -> None:
    kim = create_person(actor=admin, values={"name": "Kim", "c_grade": "golden"})
    made = merge(actor=admin, slug="people", name="c_grade", old="golden", new="gold")
    run = BulkRun.objects.get(pk=made.run)
    assert run.event_id is not None
    undo(admin, run.event_id)
    kim.refresh_from_db()
    assert kim.c_grade == "golden"


def test_what_was_left_the_first_time_is_merged_again(cast: Cast, admin: Actor, grade: CustomField) -> None:
    kim = create_person(actor=admin, values={"name": "Kim"})
    merge(actor=admin, slug="people", name="c_grade", old="golden", new="gold")
    Person.objects.for_system("test").filter(pk=kim.pk).update(custom={"c_grade": "golden"})
    page = signed_in(cast).get("/setup/lists/people/c_grade").content.decode()
    assert "Merge 1 that is left" in page
    again = merge(actor=admin, slug="people", name="c_grade", old="golden", new="gold")
    kim.refresh_from_db()
    assert kim.c_grade == "gold"
    run = signed_in(cast).get(f"/bulk/{again.run}").content.decode()
    assert "/setup/lists/people/c_grade" in run
    with pytest.raises(ValidationError):
        merge(actor=admin, slug="people", name="c_grade", old="golden", new="silver")


def test_a_row_that_changed_while_the_merge_was_going_on_is_left_as_it_is(admin: Actor, grade: CustomField) -> None:
    from dangol.platform.objects.replacing import replace_many
    from dangol.platform.objects.writing import writer_of

    writer = writer_of("person")
    assert writer is not None
    kim = create_person(actor=admin, values={"name": "Kim", "c_grade": "silver"})
    what = {"field": "c_grade", "old": "golden", "new": "gold"}
    outcome = replace_many(writer, actor=admin, ids=[kim.pk, 10**9], what=what)
    assert (outcome.rows, outcome.same, [left.reason for left in outcome.left]) == ([], 1, ["may_not"])


def test_only_who_may_change_all_records_merges(cast: Cast, admin: Actor, grade: CustomField) -> None:
    for act in (merge,):
        with pytest.raises(Forbidden):
            act(actor=cast.actor("owner"), slug="people", name="c_grade", old="golden", new="gold")
    for old, new in (("gold", "gold"), ("", "gold"), ("gold", "nothing")):
        with pytest.raises(ValidationError):
            merge(actor=admin, slug="people", name="c_grade", old=old, new=new)
    with pytest.raises(NotFound):
        merge(actor=admin, slug="people", name="c_none", old="a", new="b")
    other = signed_in(cast, "owner")
    for path in ("/setup/lists", "/setup/lists/people/c_grade", "/setup/lists/people/c_grade/merge?old=gold"):
        assert other.get(path).status_code == 403, path
    assert not ValueMerge.objects.exists()


def test_the_pages_save_move_and_merge_without_script(cast: Cast, admin: Actor, grade: CustomField) -> None:
    client, at = signed_in(cast), "/setup/lists/people/c_grade"
    create_person(actor=admin, values={"name": "Kim", "c_grade": "golden"})
    assert b"/setup/lists/people/c_grade" in client.get("/setup/lists").content
    form = {"row_value": ["gold", "silver", "golden", ""], "row_en": ["Gold", "Silver", "Golden", "Bronze"],
            "row_ko": ["금", "은", "", "동"], "row_tone": ["warn", "", "", "bad"], "row_off": ["silver"]}  # fmt: skip
    moved = client.post(at, {**form, "do": "up:1"}).content.decode()
    assert moved.index('name="row_value" value="silver"') < moved.index('name="row_value" value="gold"')
    assert CustomField.objects.get().choices[0]["value"] == "gold"
    assert client.post(at, form).status_code == 302
    assert [c["value"] for c in CustomField.objects.get().choices] == ["gold", "silver", "golden", "bronze"]
    look = client.get(f"{at}/merge?old=golden&new=gold").content.decode()
    assert "in 1 record" in look
    assert client.post(f"{at}/merge", {"old": "golden", "new": "golden"}).status_code == 422
    assert client.post(f"{at}/merge", {"old": "golden", "new": "gold"}).status_code == 302
    assert "Golden" in client.get(at).content.decode()
    person = Person.objects.for_system("test").get()
    day = (timezone.now() + timedelta(days=1)).date().isoformat()
    assert client.get(f"/people/{person.pk}/history?at={day}").status_code == 200
    assert client.post(f"/setup/lists/merges/{ValueMerge.objects.get().pk}/undo").status_code == 302
    person.refresh_from_db()
    assert person.c_grade == "golden"
    names = set(EventRecord.objects.filter(subject="pick_list").values_list("name", flat=True))
    assert names == {"pick_list.merged", "pick_list.unmerged"}


def test_the_words_of_a_free_text_are_named_coloured_and_proposed(cast: Cast, admin: Actor) -> None:
    client, at = signed_in(cast), "/setup/lists/companies/industry"
    firm = create_company(actor=admin, values={"name": "A", "industry": "Coffee"})
    create_company(actor=admin, values={"name": "B", "industry": "Cofee"})
    assert "Cofee" in client.get(at).content.decode()
    form = {"row_value": ["Coffee"], "row_en": ["Coffee trade"], "row_ko": ["커피업"], "row_tone": ["good"],
            "default": "Coffee"}  # fmt: skip
    assert client.post(at, form).status_code == 302
    assert PickList.objects.get().values[0]["ko"] == "커피업"
    page = client.get(f"/companies/{firm.pk}").content.decode()
    assert '<span class="pill good">Coffee trade</span>' in page
    made = client.get("/companies/new").content.decode()
    assert '<option value="Coffee">Coffee trade</option>' in made
    firm.refresh_from_db()
    assert firm.industry == "Coffee"


def test_hidden_fields_have_no_list(cast: Cast, admin: Actor, system: Actor) -> None:
    from dataclasses import replace

    names = {f"{d.name}.{one.field.name}" for d, some in lists(system) for one in some}
    assert {"company.industry", "person.source", "product.kind"} <= names
    half_blind = replace(admin, fields={"company": {"industry": "hidden"}})
    assert "company.industry" not in {f"{d.name}.{one.field.name}" for d, some in lists(half_blind) for one in some}
    with pytest.raises(NotFound):
        list_of(half_blind, "companies", "industry")
