"""Objects that the company made itself are arranged, listed and merged like those of the house."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.custom_objects.building import make_table
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.layouts.services import save_layout
from dangol.platform.objects.pick_lists.merging import merge, undo_merge
from dangol.platform.objects.registry import object_type
from tests.cast import Cast

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def table(django_db_setup: None) -> None:
    """The table stands before the tests' transactions begin: it is made by another connection."""
    make_table("x_boat")


@pytest.fixture(autouse=True)
def boat(cast: Cast, system: Actor) -> Any:
    CustomObject.objects.create(name="x_boat", slug="boats", label_en="Boat", plural_en="Boats", state="ready")
    current.changed()
    choices = [{"en": "Red"}, {"en": "Crimson"}, {"en": "Blue"}]
    for values in ({"kind": "choice", "label_en": "Colour", "choices": choices}, {"kind": "text", "label_en": "Port"}):
        add_field(actor=system, object_name="x_boat", values=values)
    declared = object_type("x_boat")
    assert declared.create is not None
    return declared.create(actor=system, values={"name": "Nemo", "c_colour": "crimson", "c_port": "Busan"})


def test_an_own_object_is_arranged_and_its_values_merged(cast: Cast, system: Actor, boat: Any) -> None:
    client = Client()
    client.force_login(cast.admin)
    for part in ("record", "form", "quick", "page"):
        assert client.get(f"/setup/layouts/boats/{part}").status_code == 200, part
    items = [{"name": n, "width": "half"} for n in ("c_port", "name")]
    content = {"sections": [{"key": "s0", "en": "Harbour", "items": items}], "hidden": ["c_colour"]}
    for part in ("record", "form"):
        save_layout(actor=system, object_name="x_boat", part=part, role="", content=content)
    page = client.get(f"/boats/{boat.pk}").content.decode()
    assert "Harbour" in page
    assert "Crimson" not in page
    assert 'name="c_colour"' not in client.get("/boats/new").content.decode()
    assert client.get("/setup/lists/boats/c_colour").status_code == 200
    made = merge(actor=cast.actor("admin"), slug="boats", name="c_colour", old="crimson", new="red")
    boat.refresh_from_db()
    assert boat.c_colour == "red"
    undo_merge(actor=cast.actor("admin"), number=made.pk)
    boat.refresh_from_db()
    assert boat.c_colour == "crimson"
