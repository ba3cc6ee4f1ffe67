"""Values of a removed field are deleted when somebody asks for it by name, and never otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.purging import purge_field, take_out
from dangol.platform.objects.custom_fields.services import add_field, remove_field, restore_field
from tests.cast import Cast


def person(actor: Actor, **values: Any) -> Person:
    return create_person(actor=actor, values={"name": "Mina", **values})


def test_its_values_go_and_no_others(actor: Actor, fields: Any) -> None:
    made, other = person(actor, c_skin="dry", c_points=2), person(actor, c_points=3)
    remove_field(actor=actor, number=fields["c_skin"].pk)
    purge_field(actor=actor, number=fields["c_skin"].pk, name=" c_skin")
    assert Person.plain.get(pk=made.pk).custom == {"c_skin": "dry", "c_points": "2"}
    assert take_out(fields["c_skin"].pk) == 1
    assert [p.custom for p in Person.plain.filter(pk__in=[made.pk, other.pk]).order_by("pk")] == [
        {"c_points": "2"}, {"c_points": "3"}]  # fmt: skip
    assert EventRecord.objects.get(name="custom_field.purged").subject_id == fields["c_skin"].pk
    assert take_out(fields["c_skin"].pk) == 0
    with pytest.raises(ValidationError):
        restore_field(actor=actor, number=fields["c_skin"].pk)
    again = add_field(actor=actor, object_name="person", values={"kind": "number", "label_en": "Skin"})
    assert again.name == "c_skin_2"


def test_only_of_a_removed_field_by_its_name_and_by_who_may(actor: Actor, fields: Any, cast: Cast) -> None:
    made, number = person(actor, c_skin="dry"), fields["c_skin"].pk
    with pytest.raises(ValidationError):
        purge_field(actor=actor, number=number, name="c_skin")
    remove_field(actor=actor, number=number)
    with pytest.raises(ValidationError):
        purge_field(actor=actor, number=number, name="Skin")
    with pytest.raises(Forbidden):
        purge_field(actor=cast.actor("owner"), number=number, name="c_skin")
    assert take_out(number) == 0
    assert Person.plain.get(pk=made.pk).custom == {"c_skin": "dry"}


def test_its_page_asks_for_the_name(actor: Actor, fields: Any, cast: Cast) -> None:
    number = fields["c_skin"].pk
    remove_field(actor=actor, number=number)
    client = Client()
    client.force_login(cast.admin)
    at = f"/setup/fields/{number}"
    assert 'name="confirm"' in client.get(at).content.decode()
    refused = client.post(f"{at}/purge", {"confirm": "yes"})
    assert refused.status_code == 422
    assert "Type c_skin to delete its values." in refused.content.decode()
    assert client.post(f"{at}/purge", {"confirm": "c_skin"}).status_code == 302
    page = client.get(at).content.decode()
    assert "deleted for good" in page
    assert 'name="confirm"' not in page
    assert CustomField.objects.get(pk=number).options["purged_at"]
    assert client.post(f"{at}/restore", follow=True).status_code == 200
    assert CustomField.objects.get(pk=number).removed_at is not None
