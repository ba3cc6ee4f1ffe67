"""The pages on which custom fields are set up, who may, and what is refused with which sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.added.rules import free_name, is_name
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.services import add_field, change_field, move_field
from dangol.platform.objects.registry import fields_for, object_type
from tests.cast import Cast


@pytest.fixture
def client(cast: Cast) -> Client:
    found = Client()
    found.force_login(cast.admin)
    return found


def add(actor: Actor, **values: Any) -> CustomField:
    return add_field(actor=actor, object_name="person", values={"kind": "text", "label_en": "Skin type", **values})


def test_a_field_is_added_on_its_page_changed_removed_and_brought_back(client: Client, system: Actor) -> None:
    assert b"/setup/fields/people/new" in client.get("/setup/fields").content
    assert client.get("/setup/fields/people/new").status_code == 200
    for kind in ("text", "number", "choice", "choices", "bool", "relation", "date"):
        assert client.get(f"/setup/fields/people/new?kind={kind}").status_code == 200
    form = {
        "label_en": "Grade", "label_ko": "등급", "is_fast": "on", "choice_order": ["2", "1", "3"],
        "choice_value": ["", "", ""], "choice_en": ["Gold", "Silver", ""], "choice_ko": ["금", "", ""],
        "choice_tone": ["warn", "", ""],
    }  # fmt: skip
    made = client.post("/setup/fields/people/new?kind=choice", form)
    assert made.status_code == 302
    field = CustomField.objects.get()
    assert field.name == "c_grade"
    assert [c["value"] for c in field.choices] == ["silver", "gold"]
    at = f"/setup/fields/{field.pk}"
    page = client.get(at).content.decode()
    assert "등급" in page
    assert 'name="choice_value" value="silver"' in page
    assert client.post(at, {"label_en": "", "label_ko": ""}).status_code == 422
    kept = {**form, "choice_value": ["gold", "silver", ""], "choice_en": ["Golden", "Silver", ""]}
    assert client.post(at, kept).status_code == 302
    field.refresh_from_db()
    assert [(c["value"], c["en"]) for c in field.choices] == [("silver", "Silver"), ("gold", "Golden")]
    assert client.post(f"{at}/remove").status_code == 302
    assert "c_grade" not in fields_for(object_type("person"), system)
    assert client.post(f"{at}/restore").status_code == 302
    assert "c_grade" in fields_for(object_type("person"), system)
    names = EventRecord.objects.filter(subject="custom_field").order_by("occurred_at").values_list("name", flat=True)
    assert list(names) == [f"custom_field.{w}" for w in ("created", "changed", "removed", "restored")]


def test_more_lines_keep_what_was_typed_and_add_nothing(client: Client) -> None:
    form = {"label_en": "Grade", "more": "1", "choice_order": ["1"], "choice_value": [""], "choice_en": ["Gold"],
            "choice_ko": [""], "choice_tone": ["bad"]}  # fmt: skip
    answer = client.post("/setup/fields/people/new?kind=choice", form)
    assert answer.status_code == 200
    assert b'value="Gold"' in answer.content
    assert not CustomField.objects.exists()


def test_only_who_may_sees_and_changes_fields(cast: Cast) -> None:
    field = add(cast.actor("admin"))
    other = Client()
    other.force_login(cast.owner)
    for path in ("/setup/fields", "/setup/fields/people/new", f"/setup/fields/{field.pk}"):
        assert other.get(path).status_code == 403, path
        assert Client().get(path).status_code == 302, path
    assert other.post(f"/setup/fields/{field.pk}/remove").status_code == 403
    with pytest.raises(Forbidden):
        add(cast.actor("owner"))
    for path in ("/setup/fields/nonsense/new", "/setup/fields/999", f"/setup/fields/{10**30}"):
        client = Client()
        client.force_login(cast.admin)
        assert client.get(path).status_code == 404, path


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "picture"}, "kind"), ({"label_en": " "}, "label_en"), ({"label_en": "x" * 81}, "label_en"),
        ({"name": "Has Space"}, "name"), ({"name": "a__b"}, "name"), ({"kind": "choice"}, "choices"),
        ({"kind": "choice", "choices": [{"value": "a", "en": "A"}, {"value": "a", "en": "B"}]}, "choices"),
        ({"kind": "number", "places": 9}, "places"), ({"kind": "relation", "relation": "nothing"}, "relation"),
        ({"kind": "number", "default": "many"}, "default"), ({"kind": "date", "default": "soon"}, "default"),
    ],
)  # fmt: skip
def test_wrong_definitions_are_refused_by_field(system: Actor, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        add(system, **values)
    assert field in caught.value.message_dict


@pytest.mark.django_db
def test_names_are_kept_for_good_and_fields_stand_in_their_order(system: Actor) -> None:
    first, second = add(system), add(system)
    assert (first.name, second.name) == ("c_skin_type", "c_skin_type_2")
    with pytest.raises(ValidationError, match="called this"):
        add(system, name="skin_type")
    values = {"label_en": "Skin", "name": "c_other", "kind": "date"}
    changed = change_field(actor=system, number=first.pk, values=values)
    assert (changed.name, changed.kind, changed.label_en) == ("c_skin_type", "text", "Skin")
    move_field(actor=system, number=second.pk, is_up=True)
    names = [f.name for f in object_type("person").fields if f.is_added]
    assert names == ["c_skin_type_2", "c_skin_type"]


def test_names_are_made_of_labels() -> None:
    assert free_name("Skin type (dry?)", set()) == "c_skin_type_dry"
    assert free_name("피부", {"c_field"}) == "c_field_2"
    assert free_name("2nd try", set()) == "c_field_2nd_try"
    assert is_name(free_name("x" * 200, {free_name("x" * 200, set())}))
    assert not any(is_name(text) for text in ("c_A", "name", "c_a__b", "c_a_", "c_"))
