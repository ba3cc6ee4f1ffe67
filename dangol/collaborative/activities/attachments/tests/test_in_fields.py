"""A custom field that holds a file: uploaded on the form, judged like every file, handed out by its record's rights."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.services.adding import trash_file
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.access.actor import Actor
from dangol.platform.objects import exporting, listing
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from dangol.platform.ui.viewer import Viewer
from tests.cast import Cast


@pytest.fixture
def person(db: None, system: Actor, cast: Cast) -> Person:
    add_field(actor=system, object_name="person", values={"kind": "file", "label_en": "Deed"})
    return create_person(actor=system, values={"name": "Mina", "owner": cast.owner.pk})


def deed(name: str = "deed.txt", content: bytes = b"signed by both\n") -> Any:
    return SimpleUploadedFile(name, content)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_is_uploaded_shown_downloaded_and_taken_away(person: Person, cast: Cast, system: Actor) -> None:
    client, at = client_of(cast.admin), f"/people/{person.pk}/edit?field=c_deed"
    assert 'type="file"' in client.get(at).content.decode()
    assert client.post(at, {"c_deed": deed(), "expected_c_deed": ""}).status_code == 302
    kept = Person.plain.get(pk=person.pk)
    [file] = Attachment.objects.for_system("test")
    assert (kept.c_deed_id, file.object_name, file.record_id) == (file.pk, "person", person.pk)
    page = client.get(f"/people/{person.pk}").content.decode()
    assert f'href="/people/{person.pk}/files/{file.pk}">deed.txt' in page
    answer = client.get(f"/people/{person.pk}/files/{file.pk}")
    assert "attachment" in answer["Content-Disposition"]
    row = client.get(f"/api/v1/people/{person.pk}").json()
    assert row["c_deed"] == {"id": file.pk, "title": "deed.txt"}
    for op, number in (("is_empty", 0), ("is_not_empty", 1)):
        asked = ListQuery(filter={"field": "c_deed", "op": op})
        assert listing.count(object_type("person"), system, asked).number == number
    taken = exporting.begin_export(
        actor=system, declared=object_type("person"), query=ListQuery(columns=["name", "c_deed"]),
        form=exporting.Form(), viewer=Viewer(actor=system),
    )  # fmt: skip
    assert "Mina,deed.txt" in b"".join(taken.pieces).decode()
    assert client.post(at, {"remove_c_deed": "on", "expected_c_deed": str(file.pk)}).status_code == 302
    assert Person.plain.get(pk=person.pk).c_deed_id is None
    assert Attachment.objects.for_system("test").filter(deleted_at=None).count() == 1


def test_a_new_record_takes_its_file_along(person: Person, cast: Cast) -> None:
    client = client_of(cast.admin)
    sent = {"name": "Jiwoo", "c_deed": deed()}
    assert client.post("/people/new", sent).status_code == 302
    made = Person.plain.get(name="Jiwoo")
    assert Attachment.objects.for_system("test").get(pk=made.c_deed_id).record_id == made.pk
    refused = client.post("/people/new", {"name": "Noone", "c_deed": deed("run.exe", b"MZ\x90\x00")})
    assert refused.status_code == 422
    assert not Person.plain.filter(name="Noone").exists()


def test_what_is_not_to_be_trusted_is_refused_beside_its_field(person: Person, cast: Cast) -> None:
    client, at = client_of(cast.admin), f"/people/{person.pk}/edit?field=c_deed"
    for bad in (deed("page.html", b"<script>alert(1)</script>"), deed("picture.png", b"not a picture")):
        answer = client.post(at, {"c_deed": bad, "expected_c_deed": ""})
        assert answer.status_code == 422, bad.name
        assert "error-note" in answer.content.decode()
    assert Person.plain.get(pk=person.pk).custom == {}
    assert not Attachment.objects.for_system("test").exists()


def test_who_may_not_see_files_sees_none_here(person: Person, cast: Cast, system: Actor) -> None:
    client_of(cast.admin).post(f"/people/{person.pk}/edit?field=c_deed", {"c_deed": deed(), "expected_c_deed": ""})
    file_id = Person.plain.get(pk=person.pk).c_deed_id
    role = cast.owner.roles.get()
    role.grants = {**role.grants, "file": {"see": "all"}}
    role.save()
    assert b"deed.txt" in client_of(cast.owner).get("/people?columns=name,c_deed").content
    assert client_of(cast.stranger).get(f"/people/{person.pk}/files/{file_id}").status_code == 404
    role.grants = {**role.grants, "file": {}}
    role.save()
    for path in ("/people?columns=name,c_deed", f"/people/{person.pk}", "/api/v1/people?fields=c_deed"):
        assert b"deed.txt" not in client_of(cast.owner).get(path).content, path
    with pytest.raises(ValidationError):
        change_person(actor=system, record_id=person.pk, values={"c_deed": 10**9})
    trash_file(actor=system, record_id=file_id)
    assert b"<s>deed.txt</s>" in client_of(cast.admin).get(f"/people/{person.pk}").content
