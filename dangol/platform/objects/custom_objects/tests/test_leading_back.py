"""People are found, and segments made of them, by what an own object that leads to them is like."""

from __future__ import annotations

import pytest
from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.objects.builder.conditions import askable
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.custom_objects.building import make_table
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.explaining import explain
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.listing import ListQuery, count
from dangol.platform.objects.registry import fields_for, object_type
from dangol.platform.ui.viewer import Viewer
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
DOG = {"field": "x_pet_by_c_keeper", "op": "where", "value": {"field": "c_kind", "op": "is", "value": "dog"}}


@pytest.fixture(scope="module", autouse=True)
def table(django_db_setup: None) -> None:
    make_table("x_pet")


@pytest.fixture
def keepers(cast: Cast) -> list[int]:
    """Two people with a dog (one of them in the trash), one with a cat, one without any."""
    CustomObject.objects.create(name="x_pet", slug="pets", label_en="Pet", plural_en="Pets", state="ready")
    current.changed()
    choices = [{"value": v, "en": v.title()} for v in ("dog", "cat")]
    for values in ({"kind": "relation", "label_en": "Keeper", "relation": "person"},
                   {"kind": "choice", "label_en": "Kind", "choices": choices}):  # fmt: skip
        add_field(actor=SYSTEM, object_name="x_pet", values=values)
    person, pet = object_type("person"), object_type("x_pet")
    people = [person.create(actor=SYSTEM, values={"name": f"Kim {n}"}).pk for n in range(4)]  # type: ignore[misc]
    made = [pet.create(actor=SYSTEM, values={"name": f"P{n}", "c_keeper": people[n], "c_kind": kind}).pk  # type: ignore[misc]
            for n, kind in enumerate(("dog", "dog", "cat"))]  # fmt: skip
    pet.trash(actor=SYSTEM, record_id=made[1])  # type: ignore[misc]
    pet.create(actor=SYSTEM, values={"name": "stray", "c_kind": "dog"})  # type: ignore[misc]
    return people


def test_a_person_is_found_by_a_pet_and_by_having_none_such(cast: Cast, keepers: list[int]) -> None:
    person, admin = object_type("person"), cast.actor("admin")
    assert count(person, admin, ListQuery(filter=DOG)).number == 1
    assert count(person, admin, ListQuery(filter={"not": DOG})).number == 3
    any_pet = {**DOG, "value": {"field": "name", "op": "is_not_empty"}}
    assert count(person, admin, ListQuery(filter=any_pet)).number == 2
    both = {"and": [DOG, {"field": "name", "op": "is", "value": "Kim 0"}]}
    assert count(person, admin, ListQuery(filter=both)).number == 1
    record = person.model.objects.for_system("test").get(pk=keepers[0])
    reason = explain(person, admin, Viewer(actor=admin), DOG, record)
    assert (reason.is_met, reason.actual) == (True, "P0")
    for wrong in ({**DOG, "value": 3}, {**DOG, "op": "is"}, {**DOG, "value": {"field": "nope"}}):
        with pytest.raises(FilterError):
            count(person, admin, ListQuery(filter=wrong))


def test_the_builder_offers_what_lies_behind_and_keeps_it(cast: Cast, keepers: list[int]) -> None:
    known = askable(object_type("person"), cast.actor("admin"))
    assert "x_pet_by_c_keeper.c_kind" in known
    assert known["x_pet_by_c_keeper.c_kind"].condition("is", "dog") == DOG
    assert str(known["x_pet_by_c_keeper.c_kind"].label) == "Pets (Keeper): Kind"
    client = Client()
    client.force_login(cast.admin)
    import json

    assert client.get("/people/filter", {"filter": json.dumps(DOG)}).status_code == 200
    page = client.get("/people", {"filter": json.dumps(DOG)}).content.decode()
    assert "Kim 0" in page
    assert "Pets (Keeper): Kind" in page


def test_who_may_not_see_pets_or_the_relation_is_told_nothing(cast: Cast, keepers: list[int]) -> None:
    person, owner = object_type("person"), cast.actor("owner")
    assert count(person, owner, ListQuery(filter=DOG)).number == 0
    cast.admin.roles.update(fields={"x_pet": {"c_keeper": "hidden"}})
    assert "x_pet_by_c_keeper" not in fields_for(person, cast.actor("admin"))
    cast.admin.roles.update(fields={"x_pet": {"c_kind": "hidden"}})
    with pytest.raises(FilterError):
        count(person, cast.actor("admin"), ListQuery(filter=DOG))


def test_a_segment_is_made_of_them(cast: Cast, keepers: list[int]) -> None:
    from dangol.analytical.segments.definitions.queries import preview

    assert [one.person.pk for one in preview(cast.actor("admin"), DOG).people] == [keepers[0]]


def test_what_leads_to_a_person_is_counted_and_listed_beside_them(cast: Cast, keepers: list[int]) -> None:
    values = {"kind": "rollup", "label_en": "Pets", "what": "x_pet.c_keeper", "adds": "count", "places": 0}
    add_field(actor=SYSTEM, object_name="person", values=values)
    found = count(object_type("person"), SYSTEM, ListQuery(filter={"field": "c_pets", "op": "is", "value": 1}))
    assert found.number == 2
    client = Client()
    client.force_login(cast.admin)
    page = client.get(f"/people/{keepers[0]}").content.decode()
    assert "/pets?filter=" in page
