"""Making, removing and bringing back objects of a company's own: what each page, list and call sees of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import AccessNotDecided, Forbidden
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.custom_objects import known, queries
from dangol.platform.objects.custom_objects.building import build_all, make_table
from dangol.platform.objects.custom_objects.making import model_of
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.custom_objects.rules import free_name, free_slug, is_name, is_slug
from dangol.platform.objects.custom_objects.services import (
    add_object,
    change_object,
    purge_object,
    remove_object,
    restore_object,
)
from dangol.platform.objects.custom_objects.templates_of import TEMPLATES
from dangol.platform.objects.listing import ListQuery, page
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.registry import UnknownObject, fields_for, object_type, object_types
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture(scope="module", autouse=True)
def tables(django_db_setup: None) -> None:
    """They stand before the tests' transactions begin: they are made by another connection."""
    for name in ("x_pet", "x_contract"):
        make_table(name)


def made(template: str = "pet", actor: Actor = SYSTEM, **values: str) -> CustomObject:
    ready = TEMPLATES[template]
    labels = {"label_en": ready.label[0], "plural_en": ready.plural[0], "plural_ko": ready.plural[1]}
    row = add_object(actor=actor, values={**labels, "slug": ready.slug, "template": template, **values})
    assert row.name not in {declared.name for declared in object_types()}  # not before its table stands
    build_all(row.pk)
    row.refresh_from_db()
    assert row.state == "ready", row.note
    return row


def test_a_template_gives_fields_choices_a_relation_and_a_board(cast: Cast) -> None:
    made(actor=cast.actor("admin"))
    declared = object_type("x_pet")
    fields = fields_for(declared, cast.actor("admin"))
    assert fields["c_keeper"].relation == "person"
    assert dict(fields["c_kind"].choice_pairs())["dog"] == "Dog"
    assert fields["c_kind"].tones["dog"] == "good"
    board = SavedView.objects.get(object_name="x_pet")
    assert (board.layout, board.group_by, board.audience) == ("board", "c_kind", "all")
    client = Client()
    client.force_login(cast.admin)
    sidebar = client.get("/pets").content.decode()
    assert 'href="/pets"' in sidebar
    assert client.post("/pets/new", {"name": "Choco", "c_kind": "dog"}).status_code == 302
    assert "Choco" in client.get(f"/pets?view={board.pk}").content.decode()


def test_every_template_can_be_read(cast: Cast) -> None:
    for name, template in TEMPLATES.items():
        assert is_slug(template.slug)
        assert template.slug not in queries.taken_slugs()
        board = next(f for f in template.fields if f["kind"] == "choice")
        assert board["choices"], name
        assert any(f["kind"] == "relation" for f in template.fields)
        assert all(f["label_en"] and f["label_ko"] for f in template.fields)


@pytest.mark.parametrize("slug", ["people", "setup", "search", "bulk", "undo", "api", "changes", "segments", "deals",
                                  "Pets!", "1st", "a", "x" * 41, "two--hyphens", "static", "login"])  # fmt: skip
def test_an_address_that_leads_elsewhere_or_is_none_is_refused(slug: str) -> None:
    with pytest.raises(ValidationError) as caught:
        add_object(actor=SYSTEM, values={"label_en": "Pet", "plural_en": "Pets", "slug": slug})
    assert list(caught.value.message_dict) == ["slug"]


def test_names_are_made_of_any_label_and_never_meet() -> None:
    assert free_name("Pet", {"x_pet"}) == "x_pet_2"
    assert is_name(free_name("계약", set()))
    assert is_name(free_name("A very long label indeed", set()))
    assert free_slug("Pets", {"pets"}) == "pets-2"
    assert is_slug(free_slug("반려동물", set()))
    assert not is_name('x_pet"; DROP TABLE x')
    with pytest.raises(ValueError, match="no name"):
        make_table("accounts_user")


def test_its_rows_are_guarded_and_its_rights_stand_in_the_matrix(cast: Cast) -> None:
    from dangol.platform.accounts.roles.registry import known_rights

    made()
    with pytest.raises(AccessNotDecided):
        model_of("x_pet").objects.count()
    with pytest.raises(Forbidden):
        page(object_type("x_pet"), cast.actor("owner"), ListQuery())  # no role names it yet
    assert "x_pet" in {right.name for right in known_rights()}
    for action in (lambda a: add_object(actor=a, values={}), lambda a: remove_object(actor=a, number=1)):
        with pytest.raises(Forbidden):
            action(cast.actor("owner"))


def test_a_removed_object_is_nowhere_and_comes_back_whole(cast: Cast) -> None:
    admin = cast.actor("admin")
    row = made(actor=admin)
    add_field(actor=admin, object_name="company", values={"kind": "relation", "label_en": "Dog", "relation": "x_pet"})
    record = object_type("x_pet").create(actor=admin, values={"name": "Choco"})  # type: ignore[misc]
    SavedView.objects.update(is_pinned=True)
    client = Client()
    client.force_login(cast.admin)
    remove_object(actor=admin, number=row.pk)
    with pytest.raises(UnknownObject):
        object_type("x_pet")
    assert "c_dog" not in fields_for(object_type("company"), admin)
    for address in ("/pets", f"/pets/{record.pk}", "/api/v1/pets"):
        assert client.get(address).status_code == 404, address
    assert "Choco" not in client.get(f"/undo/{record.told_by}").content.decode()
    for address in ("/people", "/companies", "/audit", "/setup/objects", f"/setup/objects/{row.pk}", "/setup/roles"):
        assert client.get(address).status_code in (200, 404), address
    assert client.get("/api/v1/changes").status_code == 200
    restore_object(actor=admin, number=row.pk)
    assert client.get(f"/pets/{record.pk}").status_code == 200
    assert "c_dog" in fields_for(object_type("company"), admin)


def test_purging_asks_for_the_name_and_only_of_what_was_removed(cast: Cast) -> None:
    row = made()
    with pytest.raises(ValidationError):
        purge_object(actor=SYSTEM, number=row.pk, name="Pets")
    remove_object(actor=SYSTEM, number=row.pk)
    with pytest.raises(ValidationError):
        purge_object(actor=SYSTEM, number=row.pk, name="pet")
    purge_object(actor=SYSTEM, number=row.pk, name="Pets")
    assert restore_object(actor=SYSTEM, number=row.pk).removed_at is not None
    row.delete()
    again = add_object(actor=SYSTEM, values={"label_en": "Pet", "plural_en": "Pets"})
    assert (again.name, again.slug) == ("x_pet_2", "pets")  # what was told of the old ones is not told of these


def test_it_is_called_otherwise_at_once_in_both_languages(cast: Cast) -> None:
    from django.utils import translation

    row = made()
    change_object(actor=SYSTEM, number=row.pk, values={"plural_en": "Animals", "plural_ko": "동물", "icon": "heart"})
    declared = object_type("x_pet")
    assert (str(declared.plural), declared.icon, declared.slug) == ("Animals", "heart", "pets")
    with translation.override("ko"):
        assert str(declared.plural) == "동물"


@pytest.mark.slow  # the whole description is made once a process
def test_the_api_describes_answers_and_refuses_like_any_other(cast: Cast) -> None:
    row = made(actor=cast.actor("admin"))
    client = Client()
    client.force_login(cast.admin)
    told: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    assert "c_kind" in told["components"]["schemas"]["XPet"]["properties"]
    put = client.put("/api/v1/pets/by/shop/7", json.dumps({"name": "Choco", "c_kind": "dog"}), "application/json")
    assert put.status_code == 201, put.content
    asked = json.dumps({"field": "external_ids", "op": "is", "value": "shop:7"})
    assert [r["c_kind"] for r in client.get("/api/v1/pets", {"filter": asked}).json()["rows"]] == ["dog"]
    batch = {"items": [{"op": "create", "values": {"name": "A"}}, {"op": "create", "values": {"nope": 1}}]}
    assert client.post("/api/v1/pets/batch", json.dumps(batch), "application/json").status_code in (200, 207, 422)
    assert client.get("/api/v1/pets/nothing/here").status_code == 404
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.put("/api/v1/pets").status_code == 405
    assert client.get("/api/docs/x_pet").status_code == 200
    assert {one["object"] for one in client.get("/api/v1/changes?objects=x_pet").json()["rows"]} <= {"x_pet"}
    remove_object(actor=SYSTEM, number=row.pk)
    assert "/api/v1/pets" not in client.get("/api/v1/openapi.json").json()["paths"]


def test_a_browser_s_session_writes_only_with_its_token(cast: Cast) -> None:
    made(actor=cast.actor("admin"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.admin)
    assert client.post("/api/v1/pets", json.dumps({"name": "Choco"}), "application/json").status_code == 403
    assert client.get("/api/v1/pets").json()["rows"] == []


def test_a_file_of_them_is_taken_in_and_a_bulk_edit_is_undone(cast: Cast) -> None:
    from dangol.platform.exchange.records.plan import importable
    from dangol.platform.exchange.registry import importer
    from dangol.platform.objects.many import change_many, tell
    from dangol.platform.objects.undoing.planning import plan_undo
    from dangol.platform.objects.writing import writer_of

    made(actor=cast.actor("admin"))
    declared, admin, writer = object_type("x_pet"), cast.actor("admin"), writer_of("x_pet")
    assert importer("pets").object_name == "x_pet"
    assert {"name", "owner", "c_kind", "c_keeper", "c_born_on"} <= importable(declared).keys()
    assert writer is not None
    rows = declared.create_many(actor=admin, values=[{"name": n, "c_kind": "dog"} for n in "AB"])  # type: ignore[misc]
    outcome = change_many(writer, actor=admin, values={r.pk: {"c_kind": "cat"} for r in rows})
    told = tell(writer.changed, outcome.rows, actor=admin)
    assert told is not None
    assert plan_undo(admin, told.pk) is not None
    assert {r.c_kind for r in model_of("x_pet").objects.for_system("test")} == {"cat"}


def test_the_pages_make_one_and_say_what_is_wrong(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)
    assert "?from=contract" in client.get("/setup/objects/new").content.decode()
    assert 'value="contracts"' in client.get("/setup/objects/new?from=contract").content.decode()
    wrong = client.post("/setup/objects/new?from=", {"label_en": "", "plural_en": "", "icon": "cube"})
    assert wrong.status_code == 422
    sent = {
        "label_en": "Contract",
        "plural_en": "Contracts",
        "icon": "file-text",
        "section": "sales",
        "template": "contract",
    }
    answer = client.post("/setup/objects/new?from=contract", sent)
    assert answer.status_code == 302
    row = CustomObject.objects.get()
    assert "being made" in client.get(answer["Location"]).content.decode()
    build_all(row.pk)
    assert "Open the list" in client.get(answer["Location"]).content.decode()
    assert client.post(answer["Location"], {**sent, "plural_ko": "계약서"}).status_code == 302
    assert client.post(f"{answer['Location']}/remove").status_code == 302
    assert "was removed" in client.get(answer["Location"]).content.decode()
    assert client.post(f"{answer['Location']}/purge", {"confirm": "no"}).status_code == 422
    assert client.post(f"{answer['Location']}/odd").status_code == 404
    assert client.get("/setup/objects").status_code == 200
    stranger = Client()
    stranger.force_login(cast.stranger)
    assert stranger.get("/setup/objects").status_code == 403


def test_another_process_knows_of_it_with_its_next_look(settings: Any) -> None:
    from dangol.platform.objects.custom_fields import current

    assert known.at("pets") is None
    CustomObject.objects.create(name="x_pet", slug="pets", label_en="Pet", plural_en="Pets", state="ready")
    assert known.at("pets") is None
    settings.LOOKS_FOR_CUSTOM_FIELDS = True
    current._now.look_at = 0
    assert known.at("pets") is not None
