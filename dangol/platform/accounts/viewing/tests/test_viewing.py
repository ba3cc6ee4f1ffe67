"""Looking through a colleague's eyes: what is seen, that nothing is written, who may, and that it is noted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import Role
from dangol.platform.accounts.services import create_api_key
from dangol.platform.accounts.viewing.rules import covers, may_view
from dangol.platform.accounts.viewing.services import KEY
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast: Cast) -> dict[str, Person]:
    return {who: Person.plain.create(name=f"Of {who}", owner=cast.users[who]) for who in ("owner", "stranger")}


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


def ends() -> list[str]:
    return [e.payload["how"] for e in EventRecord.objects.filter(name="user.view_ended").order_by("id")]


def test_one_sees_what_they_see_with_a_line_on_every_page(cast: Cast, people: Any, admin: Client) -> None:
    answer = admin.post(f"/view-as/{cast.owner.pk}", {"next": "/people"})
    assert answer["Location"] == "/people"
    shown = admin.get("/people").content.decode()
    assert "Of owner" in shown
    assert "Of stranger" not in shown
    assert admin.get(f"/people/{people['stranger'].pk}").status_code == 404
    for path in ("/people", "/me", f"/people/{people['owner'].pk}", "/people/new", "/setup/company"):
        page = admin.get(path).content.decode()
        assert "through the eyes of Owner" in page, path
        assert "/view-as/stop" in page
    assert [r["title"] for r in admin.get("/api/v1/people").json()["rows"]] == ["Of owner"]


def test_nothing_can_be_written_and_a_sentence_says_why(cast: Cast, people: Any, admin: Client) -> None:
    admin.post(f"/view-as/{cast.owner.pk}")
    pk = people["owner"].pk
    answer = admin.post(f"/people/{pk}/edit", {"city": "Busan"})
    assert answer.status_code == 403
    assert "through the eyes of Owner" in answer.content.decode()
    for method in ("patch", "delete"):
        said = getattr(admin, method)(f"/api/v1/people/{pk}", json.dumps({"city": "Busan"}), "application/json")
        assert said.status_code == 403
        assert "nothing can be written" in said.json()["detail"]
    assert admin.get("/api/v1/people/export").status_code in (403, 404, 422)
    looked = replace(cast.actor("owner"), viewed_by=cast.admin.pk)
    with pytest.raises(Forbidden, match="nothing can be written"):
        change_person(actor=looked, record_id=pk, values={"city": "Busan"})
    assert Person.plain.get(pk=pk).city == ""


def test_it_is_noted_who_looked_from_when_to_when(cast: Cast, people: Any, admin: Client) -> None:
    admin.post(f"/view-as/{cast.owner.pk}")
    admin.post("/view-as/stop")
    assert "Of stranger" in admin.get("/people").content.decode()
    told = EventRecord.objects.filter(name__startswith="user.view_").order_by("id")
    assert [(e.name, e.actor_name, e.subject_id) for e in told] == [
        ("user.view_started", "Admin", cast.owner.pk), ("user.view_ended", "Admin", cast.owner.pk),
    ]  # fmt: skip
    assert ends() == ["stopped"]


def test_it_ends_after_half_an_hour(cast: Cast, people: Any, admin: Client) -> None:
    admin.post(f"/view-as/{cast.owner.pk}")
    session = admin.session
    session[KEY] = {**session[KEY], "until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    session.save()
    assert "Of stranger" in admin.get("/people").content.decode()
    assert ends() == ["expired"]


def test_it_ends_with_the_session_and_with_the_right(cast: Cast, people: Any, admin: Client) -> None:
    admin.post(f"/view-as/{cast.owner.pk}")
    admin.post("/logout")
    assert ends() == ["signed_out"]
    admin.force_login(cast.admin)
    admin.post(f"/view-as/{cast.owner.pk}")
    cast.admin.roles.set([Role.objects.get(name="scope-own")])
    assert "eyes of" not in admin.get("/people").content.decode()
    assert ends() == ["signed_out", "not_allowed"]


def test_only_an_administrator_with_all_of_their_rights_may(cast: Cast, people: Any, admin: Client) -> None:
    for who in ("manager", "owner"):
        client = Client()
        client.force_login(cast.users[who])
        assert client.post(f"/view-as/{cast.stranger.pk}").status_code == 403
    assert admin.post(f"/view-as/{cast.admin.pk}").status_code == 403
    assert admin.post("/view-as/999999").status_code == 404
    assert admin.get(f"/view-as/{cast.owner.pk}").status_code == 405
    Role.objects.filter(name="administrator").update(fields={"person": {"email": "hidden"}})
    assert admin.post(f"/view-as/{cast.owner.pk}").status_code == 403
    assert Client().post(f"/view-as/{cast.owner.pk}").status_code == 302
    assert not EventRecord.objects.filter(name="user.view_started").exists()


def test_a_right_less_wide_than_all_does_not_cover_a_colleagues() -> None:
    mine = Actor("user", 1, grants={"person": {"see": "team"}, "user": {"change": "all"}})
    theirs = Actor("user", 2, grants={"person": {"see": "own"}})
    assert not covers(mine, theirs)
    assert covers(replace(mine, grants={"*": {"*": "all"}}), theirs)
    assert not may_view(replace(mine, grants={"*": {"*": "all"}}), theirs)


def test_programs_with_a_key_are_not_concerned(cast: Cast, people: Any, admin: Client) -> None:
    _key, secret = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="t")
    admin.post(f"/view-as/{cast.owner.pk}")
    rows = admin.get("/api/v1/people", headers={"X-API-Key": secret}).json()["rows"]
    assert len(rows) == 2
