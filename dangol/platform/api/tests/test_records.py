from __future__ import annotations

import pytest

from dangol.platform.api.tests.program import Program, faults
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_only_asked_fields_are_answered_and_an_unknown_one_is_named(cast: Cast) -> None:
    call = Program(cast)
    call.person(name="Kim", city="Busan")
    [row] = call("GET", "/people?fields=city").json()["rows"]
    assert set(row) == {"id", "title", "city"}
    wrong = call("GET", "/people?fields=city,shoe_size")
    assert wrong.status_code == 400
    assert "shoe_size" in faults(wrong)["fields"]


def test_a_hidden_field_is_as_unknown_as_one_that_is_not_there(cast: Cast) -> None:
    call = Program(cast)
    role = cast.users["admin"].roles.get()
    role.fields = {"person": {"email": "hidden", "external_ids": "hidden"}}
    role.save()
    made = call("POST", "/people", {"name": "Kim"}).json()
    assert "email" not in made
    assert "external_ids" not in made
    said = [call("GET", f"/people?fields={name}").json()["detail"].replace(name, "?") for name in ("email", "nonsense")]
    assert said[0] == said[1]


def test_pages_lead_on_by_a_link_and_may_be_counted(cast: Cast) -> None:
    call = Program(cast)
    for n in range(3):
        call.person(name=f"Kim {n}")
    first = call("GET", "/people?limit=2&fields=name&with_count=true&sort=name")
    assert first.json()["count"] == {"number": 3, "is_exact": True}
    address = first["Link"].split(">")[0].removeprefix("</api/v1")
    second = call("GET", address)
    assert [r["name"] for r in first.json()["rows"] + second.json()["rows"]] == ["Kim 0", "Kim 1", "Kim 2"]
    assert "Link" not in second
    assert call("GET", "/people/count?search=Kim").json() == {"number": 3, "is_exact": True}
    assert call("GET", "/people/count?trash=true").json()["number"] == 0


def test_a_tag_changes_with_what_is_seen_and_guards_a_write(cast: Cast) -> None:
    call = Program(cast)
    made = call("POST", "/people", {"name": "Kim"})
    address = made["Location"].removeprefix("/api/v1")
    tag = call("GET", address)["ETag"]
    assert tag == made["ETag"]
    assert call("GET", address, headers={"If-None-Match": tag}).status_code == 304
    changed = call("PATCH", address, {"city": "Busan"}, {"If-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    late = call("PATCH", address, {"city": "Seoul"}, {"If-Match": tag})
    assert late.status_code == 412
    assert late.json()["current"]["city"] == "Busan"
    assert call("PATCH", address, {"city": "Seoul"}, {"If-Match": f"W/{changed['ETag']}"}).status_code == 200
    assert call("DELETE", address, headers={"If-Match": tag}).status_code == 412
    assert call("DELETE", address, headers={"If-Match": "*"}).status_code == 204


def test_the_tag_tells_nothing_of_a_hidden_field(cast: Cast) -> None:
    call = Program(cast)
    made = call.person(email="a@b.test")
    role = cast.users["mate"].roles.get()
    role.fields = {"person": {"email": "hidden", "changed_at": "hidden"}}
    role.grants = {"person": {"see": "all"}}
    role.save()
    mate = Program(cast, "mate")
    before = mate("GET", f"/people/{made['id']}")["ETag"]
    call("PATCH", f"/people/{made['id']}", {"email": "c@d.test"})
    assert mate("GET", f"/people/{made['id']}")["ETag"] == before


def test_names_that_are_not_known_are_refused_and_pointed_at(cast: Cast) -> None:
    call = Program(cast)
    assert "#/shoe_size" in faults(call("POST", "/people", {"name": "Kim", "shoe_size": 43}))
    assert "#/email" in faults(call("POST", "/people", {"name": "Kim", "email": "no"}))
    assert "#/born_on" in faults(call("POST", "/people", {"name": "Kim", "born_on": "soon"}))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404), ("GET", "/people/batch", 405), ("PUT", "/people", 405), ("GET", "/people/x", 422),
        ("GET", "/people/99", 404), ("TRACE", "/people", 405), ("GET", "/people?limit=1000", 422),
        ("GET", "/people?after=x", 400), ("GET", "/people?sort=shoe", 400), ("GET", "/changes?objects=shoe", 400),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_is_told_as_a_problem(cast: Cast, method: str, path: str, status: int) -> None:
    answer = Program(cast)(method, path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert said["type"].startswith("/api/docs#")
    assert said["title"]
    assert said["detail"]


def test_media_types_and_bodies_that_cannot_be_taken(cast: Cast) -> None:
    call = Program(cast)

    def post(data: bytes, kind: str = "application/json", **headers: str) -> int:
        sent = {"X-API-Key": call.secret, **headers}
        answer = call.client.post("/api/v1/people", data, content_type=kind, headers=sent)
        assert answer["Content-Type"] == "application/problem+json"
        return int(answer.status_code)

    assert post(b"{}", "text/plain") == 415
    assert post(b'{"name": "Kim"') == 400
    assert post(b'{"name": NaN}') == 400
    assert post(b"[" * 200_000) == 400
    assert post(b'{"name": "' + b"x" * 6_000_000 + b'"}') == 413
    assert post(b'{"name": "Kim"}', Accept="text/html") == 406


def test_who_is_not_known_is_told_how_to_come_in(cast: Cast) -> None:
    call = Program(cast)
    for headers in ({"X-API-Key": "dgl_wrong"}, {"Authorization": "Bearer dgl_wrong"}, {}):
        answer = call("GET", "/people", headers={"X-API-Key": "", **headers})
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["type"] == "/api/docs#not-signed-in"
    assert call("GET", "/openapi.json", headers={"X-API-Key": "dgl_wrong"}).status_code == 401


def test_a_wrong_key_is_not_helped_by_a_session(cast: Cast) -> None:
    call = Program(cast)
    call.client.force_login(cast.admin)
    assert call.client.get("/api/v1/people").status_code == 200
    assert call("GET", "/people", headers={"X-API-Key": "dgl_wrong"}).status_code == 401


def test_a_session_writes_only_with_its_token(cast: Cast) -> None:
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.admin)
    answer = browser.post("/api/v1/people", b'{"name": "Kim"}', content_type="application/json")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
