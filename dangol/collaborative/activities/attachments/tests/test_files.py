from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.queries import file_rules, files_of, find
from dangol.collaborative.activities.attachments.services import store
from dangol.collaborative.activities.attachments.services.adding import (
    add_file,
    change_file,
    change_file_rules,
    choose_face,
    restore_file,
    trash_file,
)
from dangol.collaborative.activities.attachments.services.drawing import EDGES, LARGE, SMALL, draw_views
from dangol.collaborative.activities.attachments.services.sweeping import sweep
from dangol.collaborative.activities.attachments.tests import samples
from dangol.core.customers.people.services import create_person, restore_person, trash_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.services import create_api_key
from dangol.platform.db.home import Home
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """A folder of its own for files; keys stay where they are."""

    class Elsewhere(Home):
        @property
        def files(self) -> Path:
            return tmp_path / "files"

    (tmp_path / "files").mkdir()
    settings.HOME = Elsewhere(settings.HOME.root)
    return tmp_path / "files"


@pytest.fixture
def holders(cast: Cast) -> Cast:
    """The cast, where each role reaches as far with files as with people."""
    for name in ("owner", "mate", "stranger", "manager"):
        role = cast.users[name].roles.get()
        scope = role.grants["person"]["see"]
        jot = {"see": "all", "create": "all", "change": scope, "delete": scope}
        role.grants = {**role.grants, "file": jot, "note": jot}
        role.save()
    return cast


@pytest.fixture
def person(holders: Cast) -> Any:
    return create_person(actor=holders.actor("owner"), values={"name": "김지우", "email": "jiwoo@narae.test"})


def add(actor: Actor, record: Any, name: str = "contract.pdf", content: bytes = samples.PDF) -> Any:
    return add_file(
        actor=actor, object_name=type(record).access_name, record_id=record.pk, name=name, chunks=[content]
    )  # fmt: skip


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize(("who", "sees"), [("owner", 1), ("mate", 1), ("manager", 1), ("admin", 1), ("stranger", 0)])
def test_a_file_is_seen_by_those_who_see_its_record(
    holders: Cast, person: Any, system: Actor, who: str, sees: int
) -> None:
    owner = holders.actor("owner")
    file, photo = add(owner, person), add(owner, person, "cup.png", samples.picture())
    draw_views(actor=system, attachment_id=photo.pk)
    actor, client = holders.actor(who), browser(holders, who)
    assert len(files_of(actor, person)) == 2 * sees
    assert Attachment.objects.visible_to(actor).count() == 2 * sees
    assert len(find(actor, "contract")) == sees
    status = 200 if sees else 404
    base = f"/people/{person.pk}/files"
    for path in (base, f"{base}/panel", f"{base}/{file.pk}", f"{base}/{photo.pk}/small.webp",
                 f"{base}/{photo.pk}/large.webp", f"/api/v1{base}", f"/api/v1{base}/{file.pk}",
                 f"/api/v1{base}/{file.pk}/content"):  # fmt: skip
        assert client.get(path).status_code == status, path
    assert ("contract.pdf" in client.get(f"/people/{person.pk}").content.decode()) is bool(sees)


def test_anonymous_gets_nothing_and_a_key_what_its_owner_gets(holders: Cast, person: Any) -> None:
    file = add(holders.actor("owner"), person)
    base = f"/people/{person.pk}/files"
    for path in (base, f"{base}/{file.pk}", f"{base}/{file.pk}/small.webp"):
        assert "/login" in Client().get(path)["Location"]
    assert Client().get(f"/api/v1{base}/{file.pk}/content").status_code == 401
    for who, status in (("owner", 200), ("stranger", 404)):
        _, secret = create_api_key(actor=holders.actor("admin"), user=holders.users[who], name="t", is_read_only=True)
        headers = {"X-API-Key": secret}
        assert Client().get(f"/api/v1{base}/{file.pk}/content", headers=headers).status_code == status
        upload = {"file": SimpleUploadedFile("a.txt", b"x")}
        assert Client().post(f"/api/v1{base}", upload, headers=headers).status_code in (403, 404)


def test_a_stranger_can_neither_add_nor_change_nor_delete(holders: Cast, person: Any) -> None:
    file = add(holders.actor("owner"), person)
    stranger = holders.actor("stranger")
    with pytest.raises(NotFound):
        add(stranger, person)
    for act in (trash_file, restore_file, choose_face):
        with pytest.raises(NotFound):
            act(actor=stranger, record_id=file.pk)
    with pytest.raises(Forbidden):  # the owner sees what the mate added, but may not change it
        change_file(actor=holders.actor("owner"), record_id=add(holders.actor("mate"), person).pk, values={"name": "x"})


def test_files_of_a_record_in_the_trash_are_unseen_and_come_back_with_it(holders: Cast, person: Any) -> None:
    owner, client = holders.actor("owner"), browser(holders, "owner")
    file = add(owner, person)
    trash_person(actor=owner, record_id=person.pk)
    for path in (f"/people/{person.pk}/files", f"/people/{person.pk}/files/{file.pk}"):
        assert client.get(path).status_code == 404
    assert "contract.pdf" not in client.get(f"/people/{person.pk}").content.decode()
    assert find(owner, "contract") == []
    restore_person(actor=owner, record_id=person.pk)
    assert client.get(f"/people/{person.pk}/files/{file.pk}").status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.exe", samples.EXE, "not taken"),
        ("a.svg", samples.SVG, "not taken"),
        ("a.html", samples.HTML, "not taken"),
        ("a.png.html", samples.picture(), "not taken"),
        ("a", b"text", "not taken"),
        ("a.txt", b"", "is empty"),
        ("a.txt", samples.HTML, "not what its name says"),
        ("a.png", samples.PDF, "no picture"),
        ("a.png", samples.picture("JPEG"), "no picture"),
        ("a.jpg", samples.GIF_SCRIPT, "no picture"),
        ("a.zip", samples.MANY_NAMES_ZIP, "not what its name says"),
        ("a.docx", samples.docx(**{"word/vbaProject.bin": b"m"}), "not what its name says"),
        ("bomb.png", samples.png_bomb(), "million pixels"),
        ("a.pdf", samples.PDF + b"x" * 3 * 1024**2, "larger than 3 MB"),
    ],
)
def test_hostile_uploads_are_refused_with_a_sentence_and_leave_nothing(
    holders: Cast, person: Any, home: Path, name: str, content: bytes, sentence: str
) -> None:
    change_file_rules(actor=holders.actor("admin"), values={"most_megabytes": 3})
    with pytest.raises(ValidationError) as caught:
        add(holders.actor("owner"), person, name, content)
    assert sentence in str(caught.value)
    assert [p for p in home.rglob("*") if p.is_file()] == []
    answer = browser(holders, "owner").post(
        f"/people/{person.pk}/files",
        {"file": SimpleUploadedFile(name, content)},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert sentence in answer.json()["errors"][0]


def test_downloads_are_shut_in_whatever_was_sent_as_type(holders: Cast, person: Any) -> None:
    client = browser(holders, "owner")
    sent = SimpleUploadedFile("계약 \u202egnp.txt", b"hello", content_type="text/html")
    client.post(f"/people/{person.pk}/files", {"file": sent})
    file = Attachment.objects.for_system("test").get()
    assert file.name == "계약 gnp.txt"
    answer = client.get(f"/people/{person.pk}/files/{file.pk}", headers={"Accept-Encoding": "gzip"})
    assert body_of(answer) == b"hello"
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%EA%B3%84")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Length"] == "5"
    assert "private" in answer["Cache-Control"]


def test_a_part_of_a_file_can_be_asked_for(holders: Cast, person: Any) -> None:
    file = add(holders.actor("owner"), person, "a.txt", b"0123456789")
    client, base = browser(holders, "owner"), f"/people/{person.pk}/files/{file.pk}"
    for path in (base, f"/api/v1{base}/content"):
        whole = client.get(path)
        assert (whole.status_code, whole["Accept-Ranges"], body_of(whole)) == (200, "bytes", b"0123456789")
        part = client.get(path, headers={"Range": "bytes=2-4", "If-Range": whole["ETag"]})
        assert (part.status_code, part["Content-Range"], part["Content-Length"]) == (206, "bytes 2-4/10", "3")
        assert body_of(part) == b"234"
        beyond = client.get(path, headers={"Range": "bytes=10-"})
        assert (beyond.status_code, beyond["Content-Range"]) == (416, "bytes */10")
        assert b"0123" not in beyond.content
        assert client.get(path, headers={"If-None-Match": whole["ETag"]}).status_code == 304
        assert part["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert browser(holders, "stranger").get(base, headers={"Range": "bytes=0-1"}).status_code == 404


def test_a_polyglot_is_only_ever_a_download_and_its_copies_are_pictures(
    holders: Cast, person: Any, system: Actor
) -> None:
    content = samples.picture("PNG") + samples.HTML + samples.zipped({"x.js": b"alert(1)"})
    file = add(holders.actor("owner"), person, "poly.png", content)
    draw_views(actor=system, attachment_id=file.pk)
    client = browser(holders, "owner")
    answer = client.get(f"/people/{person.pk}/files/{file.pk}")
    assert answer["Content-Disposition"].startswith("attachment")
    small = client.get(f"/people/{person.pk}/files/{file.pk}/small.webp")
    assert small["Content-Type"] == "image/webp"
    assert b"alert" not in small.content
    assert Image.open(io.BytesIO(small.content)).format == "WEBP"


def test_copies_stand_upright_and_tell_neither_place_nor_camera(holders: Cast, person: Any, system: Actor) -> None:
    content = samples.photo_from_a_phone()
    assert b"SecretCamera" in content
    file = add(holders.actor("owner"), person, "phone.jpg", content)
    draw_views(actor=system, attachment_id=file.pk)
    for edge in EDGES:
        copy = store.view_path(file.sha256, edge).read_bytes()
        assert b"SecretCamera" not in copy
        with Image.open(io.BytesIO(copy)) as drawn:
            assert drawn.size == (30, 60)
            assert dict(drawn.getexif()) == {}
    file.refresh_from_db()
    assert file.views == "ready"


def test_large_pictures_are_drawn_small_in_two_sizes(holders: Cast, person: Any, system: Actor) -> None:
    file = add(holders.actor("owner"), person, "big.jpg", samples.picture("JPEG", (3000, 1500)))
    draw_views(actor=system, attachment_id=file.pk)
    sizes = [Image.open(store.view_path(file.sha256, edge)).size for edge in EDGES]
    assert sizes == [(SMALL, SMALL // 2), (LARGE, LARGE // 2)]


def test_a_broken_picture_is_kept_and_marked(holders: Cast, person: Any, system: Actor) -> None:
    whole = samples.picture("PNG", (300, 300), compress_level=0)
    file = add(holders.actor("owner"), person, "half.png", whole[: len(whole) // 2])
    draw_views(actor=system, attachment_id=file.pk)
    file.refresh_from_db()
    assert file.views == "failed"
    assert browser(holders, "owner").get(f"/people/{person.pk}").status_code == 200


def test_equal_contents_lie_on_the_disk_once(holders: Cast, person: Any, home: Path) -> None:
    one, two = (add(holders.actor("owner"), person, name) for name in ("a.pdf", "b.pdf"))
    assert one.sha256 == two.sha256
    assert len([p for p in (home / "contents").rglob("*") if p.is_file()]) == 1
    assert list((home / "coming").iterdir()) == []


def test_several_files_at_once_and_the_good_ones_stay_when_one_is_bad(holders: Cast, person: Any) -> None:
    client = browser(holders, "owner")
    sent = [SimpleUploadedFile("a.pdf", samples.PDF), SimpleUploadedFile("b.exe", samples.EXE)]
    answer = client.post(f"/people/{person.pk}/files", {"file": sent})
    assert answer.status_code == 422
    assert "b.exe" in answer.content.decode()
    assert Attachment.objects.for_system("test").count() == 1
    asked = client.post(f"/people/{person.pk}/files", {"file": sent[:1]}, headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json()) == (422, {"added": 0, "errors": ["“a.pdf” is empty."]})
    again = {"file": SimpleUploadedFile("a.pdf", samples.PDF)}
    assert client.post(f"/people/{person.pk}/files", again, headers={"Accept": "application/json"}).status_code == 201
    assert client.post(f"/people/{person.pk}/files", {}).status_code == 422


def test_a_record_has_only_so_many_files(holders: Cast, person: Any) -> None:
    change_file_rules(actor=holders.actor("admin"), values={"most_each_record": 1})
    add(holders.actor("owner"), person)
    with pytest.raises(ValidationError):
        add(holders.actor("owner"), person, "b.pdf")


def test_a_picture_becomes_the_face_of_its_record_one_at_a_time(holders: Cast, person: Any, system: Actor) -> None:
    owner, client = holders.actor("owner"), browser(holders, "owner")
    files = [add(owner, person, f"{n}.png", samples.picture(size=(10 + n, 10))) for n in range(2)]
    for file in files:
        draw_views(actor=system, attachment_id=file.pk)
        client.post(f"/people/{person.pk}/files/{file.pk}/face", {"is_face": "on"})
    assert [Attachment.objects.for_system("test").get(pk=f.pk).is_face for f in files] == [False, True]
    for path in (f"/people/{person.pk}", f"/people/{person.pk}/panel"):
        assert f'src="/people/{person.pk}/files/{files[1].pk}/small.webp" alt=""' in client.get(path).content.decode()
    trash_file(actor=owner, record_id=files[1].pk)
    choose_face(actor=owner, record_id=files[0].pk)
    restore_file(actor=owner, record_id=files[1].pk)
    assert Attachment.objects.for_system("test").filter(is_face=True).count() == 1
    with pytest.raises(ValidationError):
        choose_face(actor=owner, record_id=add(owner, person).pk)


def test_who_may_not_change_the_record_chooses_no_face(holders: Cast, person: Any) -> None:
    file = add(holders.actor("owner"), person, "a.png", samples.picture())
    role = holders.users["mate"].roles.get()
    role.grants = {**role.grants, "person": {"see": "all"}}
    role.save()
    with pytest.raises(Forbidden):
        choose_face(actor=holders.actor("mate"), record_id=file.pk)


def test_a_crash_between_content_and_row_leaves_what_the_sweeper_takes(
    holders: Cast, person: Any, home: Path, system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Attachment, "save", crash)
    with pytest.raises(KeyboardInterrupt):
        add(holders.actor("owner"), person)
    left = [p for p in (home / "contents").rglob("*") if p.is_file()]
    assert len(left) == 1
    assert list((home / "coming").iterdir()) == []
    sweep(actor=system)
    assert left[0].exists()  # young: its row may be on the way
    os.utime(left[0], (1, 1))
    (home / "coming" / "half").write_bytes(b"x")
    os.utime(home / "coming" / "half", (1, 1))
    sweep(actor=system)
    assert [p for p in home.rglob("*") if p.is_file()] == []


def test_what_lay_in_the_trash_long_enough_goes_and_its_content_a_night_later(
    holders: Cast, person: Any, home: Path, system: Actor
) -> None:
    owner = holders.actor("owner")
    gone, kept = add(owner, person, "a.txt", b"gone"), add(owner, person, "b.txt", b"kept")
    trash_file(actor=owner, record_id=gone.pk)
    rows = Attachment.objects.for_system("test")
    rows.filter(pk=gone.pk).update(deleted_at="2020-01-01T00:00Z")
    tomorrow = time.time() + 2 * 86_400
    assert sweep(actor=system, now=tomorrow)[0] == 1
    assert store.path_of(gone.sha256).exists()
    assert sweep(actor=system, now=tomorrow) == (0, 4)
    assert not store.path_of(gone.sha256).exists()
    assert store.path_of(kept.sha256).exists()
    assert EventRecord.objects.filter(name="file.swept").count() == 2


def test_adding_tells_whom_it_is_about_and_the_name_as_a_change_alone(holders: Cast, person: Any) -> None:
    file = add(holders.actor("owner"), person)
    told = EventRecord.objects.get(name="file.added")
    assert (told.subject_id, told.about_id, told.payload["size"]) == (file.pk, person.pk, len(samples.PDF))
    assert told.changes == {"name": [None, "contract.pdf"]}
    assert "contract" not in str(told.payload)


def test_rest_adds_reads_renames_trashes_and_restores(holders: Cast, person: Any) -> None:
    client, path = browser(holders, "owner"), f"/api/v1/people/{person.pk}/files"
    made = client.post(path, {"file": SimpleUploadedFile("a.pdf", samples.PDF, content_type="image/png")})
    assert made.status_code == 201, made.content
    one = f"{path}/{made.json()['id']}"
    assert made.json()["media_type"] == "application/pdf"
    assert client.patch(one, {"name": "b"}, "application/json").json()["name"] == "b.pdf"
    assert body_of(client.get(f"{one}/content")) == samples.PDF
    assert client.delete(one).status_code == 204
    assert client.get(f"{one}/content").status_code == 404
    assert client.post(f"{one}/restore").status_code == 204
    assert [row["name"] for row in client.get(path).json()["rows"]] == ["b.pdf"]
    bad = client.post(path, {"file": SimpleUploadedFile("a.exe", samples.EXE)})
    assert (bad.status_code, [e["field"] for e in bad.json()["errors"]]) == (422, ["file"])


def test_only_who_sets_up_the_house_sets_the_rules(holders: Cast) -> None:
    assert browser(holders, "owner").get("/setup/files").status_code == 403
    client = browser(holders, "admin")
    assert client.get("/setup/files").status_code == 200
    wrong = client.post("/setup/files", {"most_megabytes": "0", "most_each_record": "x", "keep_days": "1"})
    assert wrong.status_code == 422
    right = {"most_megabytes": "50", "most_each_record": "10", "keep_days": "7"}
    assert client.post("/setup/files", right).status_code == 302
    assert file_rules().most_megabytes == 50


def test_a_record_page_asks_once_for_files_however_many(holders: Cast, person: Any) -> None:
    owner, client, costs = holders.actor("owner"), browser(holders, "owner"), list[int]()
    for more in (1, 12):
        for n in range(more):
            add(owner, person, f"{more}-{n}.txt", f"{more} {n}".encode())
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/people/{person.pk}")
        costs.append(len([q for q in caught if '"activities_attachment"' in q["sql"]]))
    assert costs == [2, 2]  # whether there are any, and which
