from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.services import create_person, trash_person
from dangol.core.customers.relations.models import Relation
from dangol.core.customers.relations.queries import kinds, ties_of
from dangol.core.customers.relations.rules import OURS
from dangol.core.customers.relations.services import add_relation, keep_kind, trash_relation
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects.undoing.services import undo
from dangol.platform.objects.writing import NotFound
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def person(cast: Cast, name: str, who: str = "owner") -> Any:
    return create_person(actor=cast.actor(who), values={"name": name})


def tie(cast: Cast, one: Any, other: Any, kind: str, **more: Any) -> Any:
    names = {"one": type(one).access_name, "other": type(other).access_name}
    return add_relation(
        actor=cast.actor(more.pop("who", "owner")), object_name=names["one"], record_id=one.pk,
        other_name=names["other"], other_id=other.pk, kind=kind, **more,
    )  # fmt: skip


def said(cast: Cast, record: Any, language: str = "ko", who: str = "owner") -> list[tuple[str, str]]:
    return [(t.word, t.title) for t in ties_of(cast.actor(who), record, language)]


def test_a_relation_is_read_from_both_ends_in_both_languages(cast: Cast) -> None:
    mother, son = person(cast, "김엄마"), person(cast, "김아들")
    firm = create_company(actor=cast.actor("owner"), values={"name": "법무법인"})
    tie(cast, mother, son, "child")
    tie(cast, son, firm, "advisor")
    tie(cast, son, person(cast, "이친구"), "referred", is_back=True)
    assert said(cast, mother) == [("자녀", "김아들")]
    assert said(cast, son, "en") == [("Parent", "김엄마"), ("Advisor", "법무법인"), ("Referred", "이친구")]
    assert said(cast, firm, "en") == [("Advises", "김아들")]


def test_the_same_relation_stands_once(cast: Cast) -> None:
    one, other = person(cast, "김하나"), person(cast, "이둘")
    first = tie(cast, one, other, "spouse")
    assert tie(cast, other, one, "spouse").pk == first.pk
    assert tie(cast, one, other, "child").pk != tie(cast, other, one, "child").pk
    told = trash_relation(actor=cast.actor("owner"), record_id=first.pk).told_by
    assert said(cast, one)[0][0] != "배우자"
    undo(cast.actor("owner"), told)
    assert ("배우자", "이둘") in said(cast, one)


def test_nobody_learns_of_a_record_through_a_relation(cast: Cast) -> None:
    ours, theirs = person(cast, "김우리"), person(cast, "낯선사람", "stranger")
    with pytest.raises(NotFound):
        tie(cast, ours, theirs, "friend")
    relation = tie(cast, ours, theirs, "friend", who="admin")
    assert said(cast, ours) == []
    assert said(cast, theirs, who="stranger") == []
    assert Relation.objects.visible_to(cast.actor("owner")).count() == 0
    client = Client()
    client.force_login(cast.owner)
    for path in (f"/people/{ours.pk}", f"/people/{ours.pk}/history", f"/api/v1/people/{ours.pk}/relations"):
        assert "낯선사람" not in client.get(path).content.decode(), path
    assert client.get(f"/people/{ours.pk}/relations/{relation.pk}").status_code == 404
    assert said(cast, ours, who="admin") == [("친구", "낯선사람")]
    trash_person(actor=cast.actor("admin"), record_id=theirs.pk)
    assert said(cast, ours, who="admin") == []


def test_what_cannot_be_is_refused(cast: Cast) -> None:
    one, other = person(cast, "김하나"), person(cast, "이둘")
    with pytest.raises(ValidationError):
        tie(cast, one, one, "friend")
    with pytest.raises(ValidationError) as refused:
        tie(cast, one, other, "nemesis")
    assert "kind" in refused.value.message_dict


def test_an_administrator_names_kinds_in_both_languages_and_directions(cast: Cast) -> None:
    one, other = person(cast, "김하나"), person(cast, "이둘")
    client = Client()
    client.force_login(cast.admin)
    words = {"there_en": "Doctor", "there_ko": "주치의", "back_en": "Patient", "back_ko": "환자"}
    assert client.post("/setup/relations/new", words).status_code == 302
    tie(cast, one, other, "doctor")
    assert (said(cast, one), said(cast, other, "en")) == ([("주치의", "이둘")], [("Patient", "김하나")])
    assert "주치의" in client.get("/setup/relations").content.decode()
    assert client.post("/setup/relations/friend", {"there_en": "Pal", "there_ko": "벗"}).status_code == 302
    assert {k.code: k.there_ko for k in kinds()}["friend"] == "벗"
    assert client.post("/setup/relations/new", {}).status_code == 422
    assert client.get("/setup/relations/nothing").status_code == 404
    keep_kind(actor=cast.actor("admin"), code="doctor", words=words, is_off=True)
    with pytest.raises(ValidationError):
        tie(cast, other, one, "doctor")
    with pytest.raises(Forbidden):
        keep_kind(actor=cast.actor("owner"), words=words)
    client.force_login(cast.owner)
    assert client.get("/setup/relations").status_code == 403


def test_pages_and_programs_work(cast: Cast) -> None:
    one, other = person(cast, "김하나"), person(cast, "이둘")
    client, at = Client(), f"/people/{one.pk}/relations"
    client.force_login(cast.owner)
    assert client.get(f"{at}/new").status_code == 200
    assert client.post(f"{at}/new", {"kind": "spouse"}).status_code == 422
    assert "이둘" in client.post(f"{at}/new", {"_search": "main_person", "main_person__q": "이둘"}).content.decode()
    assert client.post(f"{at}/new", {"kind": "<child", "main_person": other.pk}).status_code == 302
    assert said(cast, one) == [("부모", "이둘")]
    row = Relation.objects.for_system("test").get()
    assert client.post(f"{at}/{row.pk}", {"note": "since 2020"}).status_code == 302
    assert "since 2020" in client.get(f"/people/{other.pk}").content.decode()
    rest = f"/api/v1/people/{one.pk}/relations"
    made = client.post(rest, {"kind": "friend", "object": "person", "other_id": other.pk}, "application/json")
    assert made.status_code == 201
    assert len(client.get(rest).json()) == 2
    assert client.delete(f"{rest}/{made.json()['id']}").status_code == 204
    assert client.post(f"{at}/{row.pk}/trash").status_code == 302


def test_every_kind_has_words_in_both_languages_and_directions() -> None:
    for kind in OURS:
        assert kind.there_en
        assert kind.there_ko
        assert bool(kind.back_en) is bool(kind.back_ko)
        assert kind.called("ko", is_back=True)
