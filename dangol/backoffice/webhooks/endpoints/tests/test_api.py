"""Webhooks by REST: made, changed, switched, their secrets; and nobody has more told than they may see."""

from __future__ import annotations

from typing import Any

import pytest

from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.platform.accounts.models import Role
from dangol.platform.api.models import KeptAnswer
from dangol.platform.api.tests.program import Program, faults
from dangol.platform.db.secrets import decrypt
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

URL = "https://example.com/hook"


@pytest.fixture
def call(cast: Cast) -> Program:
    return Program(cast)


def made(call: Program, **values: Any) -> Any:
    answer = call("POST", "/webhooks", {"url": URL, **values})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_one_is_made_read_changed_switched_and_deleted(cast: Cast, call: Program) -> None:
    answer = call("POST", "/webhooks", {"url": URL, "events": ["person.*"], "description": "till"})
    new, place = answer.json(), answer["Location"].removeprefix("/api/v1")
    kept = Endpoint.objects.for_system("test").get(pk=new["id"])
    assert (new["owner_id"], new["secret"]) == (cast.admin.pk, decrypt(kept.secret))
    assert answer["Cache-Control"] == "no-store"
    assert call("GET", "/webhooks").json()["rows"] == [call("GET", place).json()]
    assert "secret" not in call("GET", place).json()
    changed = call("PATCH", place, {"description": "shop", "is_active": False}).json()
    assert (changed["description"], changed["is_active"], changed["stopped"]) == ("shop", False, "hand")
    assert (changed["url"], changed["events"]) == (URL, ["person.*"])
    assert call("PATCH", place, {"is_active": True}).json()["stopped"] == ""
    assert call("DELETE", place).status_code == 204
    assert call("GET", place).status_code == call("PATCH", place, {}).status_code == 404
    told = list(EventRecord.objects.filter(subject="webhook").order_by("xid", "id").values_list("name", "source"))
    assert told == [(f"webhook.{n}", "api") for n in ("created", "changed", "changed", "changed", "trashed")]


def test_a_rotated_secret_signs_beside_the_old_one(cast: Cast, call: Program) -> None:
    one = made(call)
    answer = call("POST", f"/webhooks/{one['id']}/rotate")
    assert answer.status_code == 200
    kept = Endpoint.objects.for_system("test").get(pk=one["id"])
    assert decrypt(kept.secret) == answer.json()["secret"] != one["secret"]
    assert answer["Cache-Control"] == "no-store"


def test_a_repeated_call_brings_the_same_secret_which_is_kept_encrypted(cast: Cast, call: Program) -> None:
    headers = {"Idempotency-Key": "one"}
    first = call("POST", "/webhooks", {"url": URL}, headers)
    again = call("POST", "/webhooks", {"url": URL}, headers)
    assert again.json() == first.json()
    assert (again["Idempotency-Replayed"], again["Cache-Control"]) == ("true", "no-store")
    assert first.json()["secret"].encode() not in bytes(KeptAnswer.objects.get().body)
    assert Endpoint.objects.for_system("test").count() == 1


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"url": "nonsense"}, "#/url"), ({"events": ["no.such"]}, "#/events"), ({"owner_id": 999_999}, "#/owner_id"),
        ({"description": "x" * 201}, "#/description"), ({"secret": "mine"}, "#/secret"), ({"url": None}, "#/url"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_field(call: Program, wrong: dict[str, Any], place: str) -> None:
    one = made(call)
    for answer in (call("POST", "/webhooks", {"url": URL, **wrong}), call("PATCH", f"/webhooks/{one['id']}", wrong)):
        assert answer.status_code == 422
        assert list(faults(answer)) == [place]


def test_what_can_be_told_is_listed(call: Program) -> None:
    found = {row["all"]: row["names"] for row in call("GET", "/webhooks/events").json()}
    assert "person.created" in found["person.*"]
    made(call, events=["order.*", "person.created"])


@pytest.mark.parametrize("who", ["owner", "mate", "manager", "stranger"])
def test_who_has_no_right_learns_nothing(cast: Cast, call: Program, who: str) -> None:
    place, theirs = f"/webhooks/{made(call)['id']}", Program(cast, who)
    for method, path, body in (
        ("GET", "/webhooks", None), ("GET", place, None), ("GET", "/webhooks/events", None),
        ("POST", "/webhooks", {"url": URL}), ("PATCH", place, {"url": URL}), ("DELETE", place, None),
        ("POST", f"{place}/rotate", None), ("POST", f"{place}/ping", None), ("GET", f"{place}/deliveries", None),
    ):  # fmt: skip
        assert theirs(method, path, body).status_code == 403, (method, path)


def test_a_reading_key_reads_and_does_not_write(cast: Cast, call: Program) -> None:
    place, reads = f"/webhooks/{made(call)['id']}", Program(cast, is_read_only=True)
    assert reads("GET", place).status_code == reads("GET", f"{place}/deliveries").status_code == 200
    for method, path, body in (
        ("POST", "/webhooks", {"url": URL}), ("PATCH", place, {"is_active": False}), ("DELETE", place, None),
        ("POST", f"{place}/rotate", None), ("POST", f"{place}/ping", None),
        ("POST", f"{place}/deliveries/replay", {}),
    ):  # fmt: skip
        assert reads(method, path, body).status_code == 403, (method, path)


def test_a_narrow_key_has_nothing_told_that_it_may_not_see(cast: Cast, call: Program) -> None:
    narrow = Program(cast, scopes=["webhook:*", "person:see"])
    for events in ([], ["order.*"], ["person.*", "order.created"]):
        answer = narrow("POST", "/webhooks", {"url": URL, "events": events})
        assert (answer.status_code, list(faults(answer))) == (422, ["#/events"])
    made(narrow, events=["person.*"])
    of_all = made(call)
    assert narrow("PATCH", f"/webhooks/{of_all['id']}", {"url": "https://elsewhere.test/"}).status_code == 422
    assert narrow("PATCH", f"/webhooks/{of_all['id']}", {"description": "all"}).status_code == 200


def test_nobody_has_told_what_another_sees_and_they_do_not(cast: Cast) -> None:
    role = Role.objects.get(name="scope-own")
    role.grants = {**role.grants, "webhook": {"*": "all"}}
    role.save()
    call = Program(cast, "owner")
    mine = made(call, events=["person.*"])
    assert mine["owner_id"] == cast.owner.pk
    answer = call("POST", "/webhooks", {"url": URL, "events": ["person.*"], "owner_id": cast.admin.pk})
    assert (answer.status_code, list(faults(answer))) == (422, ["#/owner_id"])
    role.fields = {"person": {"email": "hidden"}}
    role.save()
    made(call, events=["person.*"])
