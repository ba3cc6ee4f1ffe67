"""Files of an object that the company made itself, like files of any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dangol.core.customers.people.services import create_person
from dangol.core.customers.people.tests.files import counts, take, write
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.registry import importers
from dangol.platform.objects.custom_objects.making import model_of
from dangol.platform.objects.custom_objects.tests.test_services import made, tables
from dangol.platform.objects.registry import import_page, object_type
from dangol.platform.objects.undoing.services import undo

assert tables  # a fixture: the table of pets stands before the tests' transactions begin
pytestmark = pytest.mark.django_db
HEADER = ("External ID", "Name", "Kind", "Keeper")
ROWS = [("P1", "Choco", "Dog", "mina@x.test"), ("P2", "Nabi", "고양이", "mina@x.test"), ("P3", "Bori", "dragon", "")]


def pets() -> dict[str, Any]:
    rows = model_of("x_pet").objects.for_system("test").filter(deleted_at=None)
    return {pet.name: (pet.c_kind, pet.c_keeper_id) for pet in rows}


def test_a_file_of_pets_comes_in_with_their_keepers(system: Actor, tmp_path: Path) -> None:
    made()
    assert "pets" in {known.name for known in importers()}
    assert import_page(object_type("x_pet")) == "/import?kind=pets"
    mina = create_person(actor=system, values={"name": "Mina", "email": "mina@x.test"})
    path = write(tmp_path / "pets.csv", ROWS, HEADER)
    said = {"meanings": {"c_kind": {"dragon": "other"}}, "system": "clinic"}
    assert take(path, system, kind="pets", is_dry=True, system="clinic")["unknown_values"] == {"c_kind": {"dragon": 1}}
    result = take(path, system, kind="pets", **said)
    assert counts(result) == (3, 0, 0, 0)
    assert pets() == {"Choco": ("dog", mina.pk), "Nabi": ("cat", mina.pk), "Bori": ("other", None)}
    again = write(tmp_path / "again.csv", [("P1", "Coco", "", "")], HEADER)
    assert counts(take(again, system, kind="pets", **said)) == (0, 1, 0, 0)
    assert counts(take(path, system, kind="pets", mode="new", **said)) == (0, 0, 3, 0)
    undo(system, UUID(result["event_id"]))
    assert set(pets()) == {"Coco"}
