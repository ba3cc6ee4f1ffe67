"""Layouts on the pages of records and forms: by role, never more than the rights, nothing lost, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import Role
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.layouts.models import Layout
from dangol.platform.objects.layouts.services import bring_back, move_role, save_layout
from dangol.platform.objects.new_record import asked_fields
from dangol.platform.objects.reading import find
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.record_rules.services import add_rule
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.writing import NotFound
from dangol.platform.ui.viewer import Viewer
from tests.cast import Cast

PEOPLE = "person"


def content(*names: str, hidden: tuple[str, ...] = (), en: str = "First", ko: str = "처음") -> dict[str, Any]:
    items = [{"name": n, "width": ""} for n in names]
    return {"sections": [{"key": "s0", "en": en, "ko": ko, "items": items}], "hidden": list(hidden)}


def save(actor: Actor, part: str, what: dict[str, Any], role: str = "") -> Layout:
    return save_layout(actor=actor, object_name=PEOPLE, part=part, role=role, content=what)


def page(actor: Actor, person: Any) -> RecordPage:
    declared = object_type(PEOPLE)
    return RecordPage(declared, actor, Viewer(), find(declared, actor, person.pk))


def facts(actor: Actor, person: Any) -> list[tuple[str, list[str]]]:
    return [(str(g.title), [fact.field.name for fact in g.facts]) for g in page(actor, person).groups]


@pytest.fixture
def person(cast: Cast) -> Any:
    return create_person(actor=cast.actor("owner"), values={"name": "Kim", "email": "kim@shop.test", "city": "Busan"})


def signed_in(cast: Cast, name: str = "admin") -> Client:
    client = Client()
    client.force_login(getattr(cast, name))
    return client


def test_the_facts_stand_as_arranged_and_new_fields_come_at_the_end(cast: Cast, person: Any, system: Actor) -> None:
    save(system, "record", content("city", "name", hidden=("phone",)))
    add_field(actor=system, object_name=PEOPLE, values={"kind": "text", "label_en": "Skin"})
    found = facts(cast.actor("admin"), person)
    assert found[0] == ("First", ["city", "name"])
    assert found[-1] == ("Further fields", ["c_skin"])
    names = [n for _title, some in found for n in some]
    assert "phone" not in names
    assert "email" in names


def test_a_layout_hides_and_never_grants(cast: Cast, person: Any, system: Actor) -> None:
    Role.objects.filter(name="scope-own").update(fields={PEOPLE: {"city": "hidden", "email": "read"}})
    save(system, "record", content("city", "email", "name"))
    save(system, "form", content("city", "email", "name"))
    owner = cast.actor("owner")
    assert facts(owner, person)[0] == ("First", ["email", "name"])
    assert {"city", "email"}.isdisjoint(f.name for f in asked_fields(object_type(PEOPLE), owner))


def test_a_role_has_its_own_layout_and_of_two_the_upper_holds(cast: Cast, person: Any, system: Actor) -> None:
    Role.objects.create(name="second", label="Second", grants={PEOPLE: {"see": "all"}})
    cast.owner.roles.add(Role.objects.get(name="second"))
    save(system, "record", content("phone"))
    assert facts(cast.actor("owner"), person)[0][1] == ["phone"]
    save(system, "record", content("name"), "scope-own")
    save(system, "record", content("city"), "second")
    assert facts(cast.actor("owner"), person)[0][1] == ["name"]
    assert facts(cast.actor("admin"), person)[0][1] == ["phone"]
    move_role(actor=system, object_name=PEOPLE, part="record", role="second", is_up=True)
    assert facts(cast.actor("owner"), person)[0][1] == ["city"]


def test_a_form_cannot_hide_what_is_needed_or_given(cast: Cast, system: Actor) -> None:
    add_field(actor=system, object_name=PEOPLE, values={"kind": "text", "label_en": "Skin", "is_required": True})
    add_rule(actor=system, object_name=PEOPLE, values={"kind": "require", "fields": ["job_title"], "formula": "true"})
    save(system, "form", content("city", hidden=("c_skin", "phone", "company", "job_title")))
    asked = [f.name for f in asked_fields(object_type(PEOPLE), cast.actor("admin"), {"company": "1"})]
    assert {"c_skin", "company", "city", "job_title"} <= set(asked)
    assert "phone" not in asked


def test_what_a_form_hides_stays_as_it_stands(cast: Cast, person: Any, system: Actor) -> None:
    add_field(actor=system, object_name=PEOPLE, values={"kind": "bool", "label_en": "Vip"})
    change_person(actor=system, record_id=person.pk, values={"c_vip": True})
    save(system, "form", content("name", "city", hidden=("c_vip", "phone")))
    client = signed_in(cast)
    form = client.get(f"/people/{person.pk}/edit").content.decode()
    assert 'name="c_vip"' not in form
    assert "First" in form
    sent = {"name": "Kim", "expected_name": "Kim", "city": "Seoul", "expected_city": "Busan"}
    assert client.post(f"/people/{person.pk}/edit", sent).status_code == 302
    person.refresh_from_db()
    assert (person.city, person.c_vip) == ("Seoul", True)
    assert client.get(f"/people/{person.pk}/edit?field=phone").status_code == 200


def test_the_line_over_the_list_asks_what_is_named_and_what_is_needed(cast: Cast, system: Actor) -> None:
    save(system, "quick", content("city"))
    line = signed_in(cast).get("/people/quick").content.decode()
    assert 'name="city"' in line
    assert 'name="name"' in line
    assert 'name="phone"' not in line


def test_panels_stand_where_they_may_and_hidden_ones_cost_nothing(cast: Cast, person: Any, system: Actor) -> None:
    client = signed_in(cast)
    before = client.get(f"/people/{person.pk}")
    with CaptureQueriesContext(connection) as caught:
        client.get(f"/people/{person.pk}")
    save(system, "page", {
        "sections": [{"key": "now", "items": [{"name": "related"}]}, {"key": "facts", "items": [{"name": "story"}]}],
        "hidden": ["access", "files", "money"],
    })  # fmt: skip
    after = client.get(f"/people/{person.pk}")
    with CaptureQueriesContext(connection) as then:
        client.get(f"/people/{person.pk}")
    assert (before.status_code, after.status_code) == (200, 200)
    text = after.content.decode()
    assert "access-line" not in text
    assert 'id="story"' in text
    assert text.index('id="now"') < text.index("/orders/count")
    assert len(then) <= len(caught)


def test_each_step_without_script_comes_back_moved_and_only_saving_saves(cast: Cast) -> None:
    client, at = signed_in(cast), "/setup/layouts/people/record"
    client.get(at)
    form = {"at": ["section:s0", "item:name", "item:city", "section:s1", "section:-", "item:phone"], "en_s0": "Who",
            "ko_s0": "누구", "width_city": "half"}  # fmt: skip
    moved = client.post(at, {**form, "do": "up:city"}).content.decode()
    assert moved.index('value="item:city"') < moved.index('value="item:name"')
    assert "not saved" in moved
    assert not Layout.objects.exists()
    into = client.post(at, {**form, "do": "preview", "to_name": "-"}).content.decode()
    assert into.index('value="section:-"') < into.index('value="item:name"')
    assert client.post(at, form).status_code == 302
    kept = Layout.objects.get().content
    assert kept["sections"][0]["items"] == [{"name": "name", "width": ""}, {"name": "city", "width": "half"}]
    assert kept["hidden"] == ["phone"]
    told = EventRecord.objects.get(name="layout.changed")
    assert told.changes["content"][0] == {}
    assert client.post(f"/setup/layouts/back/{told.id}").status_code == 302
    assert Layout.objects.get().content == {}
    again = EventRecord.objects.filter(name="layout.changed").order_by("-occurred_at", "-id").first()
    assert again is not None
    client.post(f"/setup/layouts/back/{again.id}")
    assert Layout.objects.get().content == kept
    client.post(at, {"do": "reset"})
    assert Layout.objects.get().content == {}


def test_every_part_of_every_object_can_be_opened_by_role(cast: Cast, person: Any) -> None:
    client = signed_in(cast)
    assert b"/setup/layouts/people/form" in client.get("/setup/layouts").content
    for slug in ("people", "orders"):
        for part in ("record", "form", "quick", "page"):
            assert client.get(f"/setup/layouts/{slug}/{part}?role=scope-own").status_code == 200, (slug, part)
    for lost in ("people/nothing", "nobody/form", "people/form?role=nobody"):
        assert client.get(f"/setup/layouts/{lost}").status_code == 404, lost


def test_only_who_may_arranges(cast: Cast) -> None:
    other = signed_in(cast, "owner")
    for path in ("/setup/layouts", "/setup/layouts/people/form"):
        assert other.get(path).status_code == 403
        assert other.post("/setup/layouts/people/form", {"at": ["section:s0", "item:name"]}).status_code == 403
    with pytest.raises(Forbidden):
        save(cast.actor("owner"), "form", content("name"))
    with pytest.raises(NotFound):
        save(cast.actor("admin"), "form", content("name"), "nobody")
    with pytest.raises(ValidationError):
        save(cast.actor("admin"), "form", {"sections": [], "hidden": []})
    with pytest.raises(NotFound):
        bring_back(actor=cast.actor("admin"), event_id="01a20360-8c0b-7e28-992d-0cccd5162cde")  # type: ignore[arg-type]
