from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.core.customers.people.models import Person
from dangol.platform.api.tests.program import Program, faults
from dangol.platform.api.upserting import name_many
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.registry import object_type
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def people() -> int:
    return Person.objects.for_system("a test counts").count()


def test_one_by_one_each_item_gets_its_own_result(cast: Cast) -> None:
    call = Program(cast)
    kim = call.person(name="Kim")
    tag = call("GET", f"/people/{kim['id']}")["ETag"]
    items = [
        {"do": "create", "values": {"name": "Lee"}},
        {"do": "create", "values": {"name": "Park", "email": "nonsense"}},
        {"do": "change", "id": kim["id"], "values": {"city": "Busan"}, "if_match": tag},
        {"do": "change", "id": kim["id"], "values": {"city": "Seoul"}, "if_match": tag},
        {"do": "change", "id": kim["id"], "values": {"shoe": 1}},
        {"do": "trash", "id": kim["id"]},
        {"do": "restore", "id": 999_999},
        {"do": "upsert", "system": "shop", "external_id": "A/1", "values": {"name": "Choi"}},
        {"do": "upsert", "system": "shop", "external_id": "A/1", "values": {"name": "Choi", "city": "Ulsan"}},
        {"do": "change", "values": {}},
    ]
    answer = call("POST", "/people/batch", {"items": items})
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert [r["status"] for r in found["results"]] == [201, 422, 200, 412, 422, 204, 404, 201, 200, 422]
    assert (found["done"], found["failed"]) == (5, 5)
    pointers = [r["problem"]["errors"] for r in found["results"] if "problem" in r]
    assert pointers[0][0]["pointer"] == "#/items/1/values/email"
    assert pointers[2][0]["pointer"] == "#/items/4/values/shoe"
    assert pointers[4][0]["pointer"] == "#/items/9/id"
    assert found["results"][7]["id"] == found["results"][8]["id"]


def test_all_or_nothing_leaves_nothing(cast: Cast) -> None:
    call = Program(cast)
    items = [{"do": "create", "values": {"name": "Lee"}}, {"do": "create", "values": {"name": "Park", "phone": "x"}}]
    answer = call("POST", "/people/batch", {"atomic": True, "items": items})
    assert answer.status_code == 422
    assert "#/items/1/values/phone" in faults(answer)
    assert (people(), EventRecord.objects.filter(subject="person").count()) == (0, 0)


def test_more_than_five_hundred_are_refused_with_a_sentence(cast: Cast) -> None:
    call = Program(cast)
    answer = call("POST", "/people/batch", {"items": [{"do": "create", "values": {"name": "Lee"}}] * 501})
    assert answer.status_code == 422
    assert "500" in faults(answer)["#/items"]
    assert people() == 0


def test_a_batch_needs_the_right_to_change_many(cast: Cast) -> None:
    call = Program(cast, "owner", scopes=["person:see", "person:create"])
    answer = call("POST", "/people/batch", {"items": [{"do": "create", "values": {"name": "Lee"}}]})
    assert answer.status_code == 403


def test_nobody_changes_in_a_batch_what_they_may_not_see(cast: Cast) -> None:
    mine = Program(cast, "owner").person(name="Kim")
    stranger = Program(cast, "stranger")
    items = [{"do": do, "id": mine["id"], "values": {}} for do in ("change", "trash", "restore")]
    found = stranger("POST", "/people/batch", {"items": items}).json()
    assert [r["status"] for r in found["results"]] == [404, 404, 404]


def test_many_of_a_kind_cost_few_queries_and_fail_one_by_one(cast: Cast) -> None:
    call = Program(cast)
    good = [{"do": "create", "values": {"name": f"Kim {n}", "customer_number": f"C{n}"}} for n in range(30)]
    twice = {"do": "create", "values": {"name": "Lee", "customer_number": "C7"}}
    with CaptureQueriesContext(connection) as caught:
        assert call("POST", "/people/batch", {"items": good}).json()["done"] == 30
    assert len(caught) < 45
    found = call("POST", "/people/batch", {"items": [twice, {"do": "create", "values": {"name": "Park"}}]}).json()
    assert [r["status"] for r in found["results"]] == [422, 201]
    assert found["results"][0]["problem"]["errors"][0]["pointer"] == "#/items/0/values/customer_number"
    ids = [r.pk for r in Person.objects.for_system("a test").order_by("pk")]
    for do, status, most in (("change", 200, 40), ("trash", 204, 40), ("restore", 204, 40)):
        items = [{"do": do, "id": pk, "values": {"city": "Busan"} if do == "change" else {}} for pk in ids]
        with CaptureQueriesContext(connection) as caught:
            results = call("POST", "/people/batch", {"items": items}).json()["results"]
        assert {r["status"] for r in results} == {status}
        assert len(caught) < most, do
    assert call("GET", "/people/count?search=Kim").json()["number"] == 30


def test_many_upserts_find_those_that_are_there(cast: Cast) -> None:
    call = Program(cast)

    def upserts(city: str, count: int) -> list[int]:
        values = [{"name": f"Kim {n}", "city": city} for n in range(count)]
        items = [{"do": "upsert", "system": "shop", "external_id": str(n), "values": v} for n, v in enumerate(values)]
        with CaptureQueriesContext(connection) as caught:
            found = call("POST", "/people/batch", {"items": items}).json()["results"]
        assert len(caught) < 60
        return [r["status"] for r in found]

    assert upserts("Seoul", 10) == [201] * 10
    assert upserts("Busan", 15) == [200] * 10 + [201] * 5
    assert people() == 15
    assert set(Person.objects.for_system("a test").values_list("city", flat=True)) == {"Busan"}


def test_a_record_that_is_not_seen_answers_as_none_does(cast: Cast) -> None:
    """By id, by its id in another system, in a batch, alone and with a condition; only what is written anew differs."""
    kim = Program(cast, "owner").person(name="Kim", customer_number="17850")
    name_many(object_type("person"), {("shop", "77"): kim["id"]})
    call, none = Program(cast, "stranger"), kim["id"] + 999

    def said(answer: Any) -> tuple[int, Any]:
        return answer.status_code, answer.json().get("detail")

    for do, more in (("change", {"values": {"city": "Busan"}}), ("trash", {}), ("restore", {}), ("change", {})):
        for items in ([kim["id"], none], [kim["id"]], [none]):
            sent = [{"do": do, "id": pk, **more} for pk in items]
            results = call("POST", "/people/batch", {"items": sent}).json()["results"]
            assert {(r["status"], r["problem"]["detail"]) for r in results} == {(404, results[0]["problem"]["detail"])}
            tagged = call("POST", "/people/batch", {"items": [{**s, "if_match": '"x"'} for s in sent]}).json()
            assert {r["status"] for r in tagged["results"]} == {404}
    calls: list[tuple[str, str, Any]] = [("PATCH", "", {"city": "x"}), ("POST", "/restore", None)]
    calls += [(method, rest, None) for method, rest in (("GET", ""), ("DELETE", ""), ("GET", "/access"))]
    for method, rest, sent in [*calls, ("GET", "/notes", None)]:
        for headers in ({}, {"If-Match": '"x"'}, {"If-None-Match": "*"}):
            answers = [said(call(method, f"/people/{pk}{rest}", sent, headers)) for pk in (kim["id"], none)]
            assert answers[0] == answers[1], (method, rest)
    assert said(call("GET", "/people/by/shop/77")) == said(call("GET", "/people/by/shop/78"))
    matched = [said(call("PUT", f"/people/by/shop/{n}", {"name": "x"}, {"If-Match": '"x"'})) for n in (77, 78)]
    assert matched[0] == matched[1]
    assert matched[0][0] == 412
    # What cannot be kept from whoever writes: the id there and the customer number are taken.
    assert said(call("PUT", "/people/by/shop/77", {"name": "x"}))[0] == 403
    assert call("POST", "/people", {"name": "x", "customer_number": "17850"}).status_code == 422
