"""Which importers there are: made of what objects declare, as they are now."""

from __future__ import annotations

import pytest
from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.exchange.registry import importer, importers
from dangol.platform.objects.custom_fields.services import add_field, remove_field
from dangol.platform.objects.registry import import_page, object_type
from tests.cast import Cast


def test_importers_are_kept_until_a_field_comes_or_goes(db: None, system: Actor) -> None:
    known = importer("people")
    assert importer("people") is known
    added = add_field(actor=system, object_name="person", values={"kind": "text", "label_en": "Skin type"})
    grown = importer("people")
    assert "c_skin_type" in {f.name for f in grown.fields}
    assert importer("companies") is importer("companies")
    remove_field(actor=system, number=added.pk)
    assert [f.name for f in importer("people").fields] == [f.name for f in known.fields]


def test_no_object_has_two_importers() -> None:
    names = [known.object_name for known in importers()]
    assert len(names) == len(set(names))


def test_the_button_of_a_list_leads_to_files_of_its_object(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    for slug in ("people", "companies", "products", "orders"):
        assert f"/import?kind={slug}" in client.get(f"/{slug}").content.decode()
    assert import_page(object_type("segment")) == ""
    assert "/import" not in client.get("/segments").content.decode().split("<main")[-1]
    assert 'action="/import/companies"' in client.get("/import?kind=companies").content.decode()


@pytest.mark.parametrize("name", ["people", "orders"])
def test_an_importer_is_found_by_its_name(name: str) -> None:
    assert importer(name).name == name
