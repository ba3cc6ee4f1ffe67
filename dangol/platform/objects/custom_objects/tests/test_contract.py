"""An object that the company made itself passes the contract of every object, and all its doors."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Role
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.custom_objects.building import make_table
from dangol.platform.objects.custom_objects.models import CustomObject
from tests.cast import Cast
from tests.contract import ObjectContract

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def table(django_db_setup: None) -> None:
    """The table stands before the tests' transactions begin: it is made by another connection."""
    make_table("x_pet")


@pytest.fixture(autouse=True)
def pet(cast: Cast) -> CustomObject:
    made = CustomObject.objects.create(name="x_pet", slug="pets", label_en="Pet", plural_en="Pets", state="ready")
    current.changed()
    for role in Role.objects.filter(name__startswith="scope-"):
        role.grants["x_pet"] = dict.fromkeys(role.grants["company"], role.name.removeprefix("scope-"))
        role.save()
    values = {"kind": "text", "label_en": "Breed"}
    add_field(actor=Actor.system("test"), object_name="x_pet", values=values)
    return made


class TestPetContract(ObjectContract):
    __test__ = True
    name = "x_pet"
    change: ClassVar[tuple[str, Any]] = ("c_breed", "진돗개")

    def values(self, n: int) -> dict[str, Any]:
        return {"name": f"Choco {n}"}
