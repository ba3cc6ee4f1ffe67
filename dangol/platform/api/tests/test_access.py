"""Exports, shares and "who reaches it" for programs: the same answers as on the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dangol.core.customers.people.models import Person
from dangol.platform.accounts.services import create_api_key
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    return Person.plain.create(name="김지우", phone="+821012345678", owner=cast.owner)


def ask(cast: Cast, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
    _key, secret = create_api_key(actor=cast.actor(who), user=cast.users[who], name="t", **more)
    sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    return getattr(Client(), method)(f"/api/v1/{path}", headers={"X-API-Key": secret}, **sent)


def test_a_key_takes_what_its_owner_may_take(cast: Cast, person: Person) -> None:
    answer = ask(cast, "owner", "get", "people/export?fields=name,phone", is_read_only=True)
    assert answer.status_code == 200
    assert json.loads(b"".join(answer.streaming_content)) == {
        "id": person.pk, "name": "김지우", "phone": "+821012345678",
    }  # fmt: skip
    assert EventRecord.objects.get(name="person.exported").source == "api"
    assert b"".join(ask(cast, "stranger", "get", "people/export").streaming_content) == b""
    text = b"".join(ask(cast, "admin", "get", "people/export?format=csv&fields=name,phone&bom=1").streaming_content)
    assert text.decode() == f"\ufeffid,name,phone\r\n{person.pk},김지우,'+821012345678\r\n"
    cast.owner.roles.update(grants={"person": {"see": "all"}})
    assert ask(cast, "owner", "get", "people/export").status_code == 403


@pytest.mark.parametrize(
    ("asked", "status"),
    [("fields=nonsense", 400), ("filter={", 400), ("sort=phone", 400), ("format=xls", 422), ("separator=x", 422)],
)
def test_a_wrong_export_is_refused_before_anything_leaves(cast: Cast, asked: str, status: int) -> None:
    assert ask(cast, "admin", "get", f"people/export?{asked}").status_code == status
    assert not EventRecord.objects.filter(name="person.exported").exists()


def test_shares_are_given_listed_and_taken_back(cast: Cast, person: Person) -> None:
    place = f"people/{person.pk}"
    made = ask(cast, "owner", "post", f"{place}/shares", {"user": cast.stranger.pk, "level": "change"})
    assert made.status_code == 201, made.content
    assert made.json()["user"] == {"id": cast.stranger.pk, "title": "Stranger"}
    listed = ask(cast, "stranger", "get", f"{place}/shares").json()
    assert [(s["user"]["title"], s["level"], s["shared_by"]) for s in listed] == [("Stranger", "change", "Owner")]
    reached = {line["user"]["title"]: line for line in ask(cast, "mate", "get", f"{place}/access").json()}
    assert [way["rule"] for way in reached["Stranger"]["see"]] == ["shared"]
    assert reached["Stranger"]["why_not"].keys() == {"delete"}
    assert ask(cast, "owner", "delete", f"{place}/shares/{cast.stranger.pk}").status_code == 204
    assert ask(cast, "stranger", "get", f"{place}/shares").status_code == 404


def test_a_share_that_cannot_be_is_a_problem_by_field(cast: Cast, person: Person) -> None:
    place = f"people/{person.pk}/shares"
    assert ask(cast, "owner", "post", place, {"user": 10**30}).status_code == 422
    assert ask(cast, "owner", "post", place, {"user": 999_999}).json()["errors"][0]["field"] == "user"
    assert ask(cast, "stranger", "post", place, {"user": cast.mate.pk}).status_code == 404
    assert ask(cast, "owner", "post", place, {"user": cast.mate.pk}, is_read_only=True).status_code == 403
    assert ask(cast, "owner", "delete", f"{place}/{10**30}").status_code in (204, 404)
