"""A table is made, taken out with the whole company, read back into an empty house, and purged for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from dangol.platform.access.actor import Actor
from dangol.platform.db.home import Home
from dangol.platform.exports.company.archive import Archive
from dangol.platform.exports.company.packing import pack_zip
from dangol.platform.exports.company.restoring import restore
from dangol.platform.jobs.progress import Tracker
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.custom_objects.building import build_all, drop_table, make_table, purge
from dangol.platform.objects.custom_objects.making import model_of
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.custom_objects.services import add_object, purge_object, remove_object
from dangol.platform.objects.registry import object_type
from tests.database import empty

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
SYSTEM = Actor.system("test")


@pytest.fixture
def boat() -> Iterator[CustomObject]:
    drop_table("x_boat")
    row = add_object(actor=SYSTEM, values={"label_en": "Boat", "plural_en": "Boats", "slug": "boats"})
    build_all(row.pk)
    row.refresh_from_db()
    yield row
    drop_table("x_boat")


def there() -> set[str]:
    return set(connection.introspection.table_names())


def test_its_table_is_the_one_that_the_model_says(boat: CustomObject) -> None:
    model: Any = model_of("x_boat")
    with connection.cursor() as cursor:
        columns = {c.name for c in connection.introspection.get_table_description(cursor, "x_boat")}
        found = connection.introspection.get_constraints(cursor, "x_boat")
    assert columns == {f.column for f in model._meta.concrete_fields}
    assert {i.name for i in model._meta.indexes} <= found.keys()
    record = object_type("x_boat").create(actor=SYSTEM, values={"name": "Ark"})  # type: ignore[misc]
    was = model.plain.get(pk=record.pk)
    model.plain.filter(pk=record.pk).update(name="Arc")
    assert model.plain.get(pk=record.pk).changed_xid > was.changed_xid
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        connection.cursor().execute("ALTER TABLE x_boat ADD COLUMN more int")
    make_table("x_boat")  # may be done again
    assert model.plain.get().name == "Arc"


def test_it_comes_back_with_the_whole_company(boat: CustomObject, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings, "HOME", Home(tmp_path / "home").ensure())
    add_field(actor=SYSTEM, object_name="x_boat", values={"kind": "text", "label_en": "Port"})
    object_type("x_boat").create(actor=SYSTEM, values={"name": "Ark", "c_port": "Busan"})  # type: ignore[misc]
    pack_zip(tmp_path / "a.zip", SYSTEM, Tracker(None))
    drop_table("x_boat")
    empty()
    restore(Archive(tmp_path / "a.zip"), connections["owner"].settings_dict)
    current.changed()
    declared: Any = object_type("x_boat")
    assert [(r.name, r.c_port) for r in declared.model.objects.for_system("test")] == [("Ark", "Busan")]
    declared.create(actor=SYSTEM, values={"name": "Next"})  # ids go on


def test_purged_it_leaves_nothing_but_what_happened(boat: CustomObject) -> None:
    for name in ("x_boat", "company"):
        values = {"kind": "relation", "label_en": "Tender", "relation": "x_boat"}
        add_field(actor=SYSTEM, object_name=name, values=values)
    object_type("x_boat").create(actor=SYSTEM, values={"name": "Ark"})  # type: ignore[misc]
    remove_object(actor=SYSTEM, number=boat.pk)
    purge_object(actor=SYSTEM, number=boat.pk, name="Boats")
    assert "x_boat" in there()
    purge(number=boat.pk)
    assert "x_boat" not in there()
    assert not CustomObject.objects.exists()
    assert not CustomField.objects.exists()
    purge(number=boat.pk)
