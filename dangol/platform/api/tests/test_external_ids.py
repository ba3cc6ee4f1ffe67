from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from dangol.core.customers.people.models import Person
from dangol.platform.api.models import ExternalId
from dangol.platform.api.tests.program import Program, faults
from tests.cast import Cast

BY = "/people/by/shop/A%2F1"


@pytest.mark.django_db
def test_the_first_call_creates_and_the_second_changes(cast: Cast) -> None:
    call = Program(cast)
    first = call("PUT", BY, {"name": "Kim"})
    second = call("PUT", BY, {"name": "Kim", "city": "Busan"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert second.json()["external_ids"] == [{"system": "shop", "id": "A/1"}]
    assert call("GET", BY).json()["city"] == "Busan"
    assert call("GET", BY)["ETag"] == second["ETag"]
    [row] = call("GET", "/people?fields=external_ids").json()["rows"]
    assert row["external_ids"] == [{"system": "shop", "id": "A/1"}]


@pytest.mark.django_db
def test_conditions_say_only_new_or_only_this(cast: Cast) -> None:
    call = Program(cast)
    assert call("PUT", BY, {"name": "Kim"}, {"If-Match": "*"}).status_code == 412
    assert call("PUT", BY, {"name": "Kim"}, {"If-None-Match": "*"}).status_code == 201
    again = call("PUT", BY, {"name": "Lee"}, {"If-None-Match": "*"})
    assert again.status_code == 412
    assert again.json()["current"]["name"] == "Kim"


@pytest.mark.django_db
def test_records_are_filtered_by_what_other_systems_call_them(cast: Cast) -> None:
    call = Program(cast)
    made = call("PUT", BY, {"name": "Kim"}).json()
    call.person(name="Lee")
    asked = '{"field": "external_ids", "op": "%s", "value": %s}'

    def ids(op: str, value: str) -> list[int]:
        answer = call("GET", f"/people?fields=name&filter={asked % (op, value)}")
        assert answer.status_code == 200, answer.content
        return [r["id"] for r in answer.json()["rows"]]

    assert ids("is", '"shop:A/1"') == [made["id"]]
    assert ids("in", '["shop:A/1", "shop:none"]') == [made["id"]]
    assert made["id"] not in ids("is_not", '"shop:A/1"')
    assert ids("system", '"shop"') == [made["id"]]
    assert ids("system", '"till"') == []
    assert call("GET", f"/people?filter={asked % ('is', '5')}").status_code == 400


@pytest.mark.django_db
def test_an_id_of_an_unseen_record_stays_with_it(cast: Cast) -> None:
    Program(cast, "owner")("PUT", BY, {"name": "Kim"})
    stranger = Program(cast, "stranger")
    assert stranger("GET", BY).status_code == 404
    assert stranger("PUT", BY, {"name": "Mine"}).status_code == 403
    assert ExternalId.objects.count() == 1


@pytest.mark.django_db
def test_a_record_in_the_trash_is_not_changed_and_one_that_is_gone_frees_its_id(cast: Cast) -> None:
    call = Program(cast)
    made = call("PUT", BY, {"name": "Kim"}).json()
    call("DELETE", f"/people/{made['id']}")
    assert call("PUT", BY, {"name": "Lee"}).status_code == 409
    Person.objects.for_system("a test").filter(pk=made["id"]).delete()
    assert call("PUT", BY, {"name": "Lee"}).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/people/by/Shop/1", "/people/by/shop/" + "x" * 201, "/people/by/shop/a%01b"])
def test_a_wrong_name_of_a_system_or_an_id_is_refused(cast: Cast, path: str) -> None:
    answer = Program(cast)("PUT", path, {"name": "Kim"})
    assert answer.status_code == 422
    assert {"system", "external_id"} & set(faults(answer))


@pytest.mark.django_db
def test_what_was_written_once_may_be_said_again_but_not_otherwise(cast: Cast) -> None:
    call = Program(cast)
    body: dict[str, Any] = {"number": "1001", "ordered_at": "2026-03-01T10:00:00Z", "currency": "KRW",
                            "lines": [{"quantity": 1, "unit_price": 1000}]}  # fmt: skip
    first = call("PUT", "/orders/by/shop/1001", body)
    assert first.status_code == 201, first.content
    assert call("PUT", "/orders/by/shop/1001", {**body, "note": "late"}).status_code == 200
    other = call("PUT", "/orders/by/shop/1001", {**body, "number": "1002"})
    assert "#/number" in faults(other)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_calls_at_once_make_one_record(cast: Cast) -> None:
    call = Program(cast)
    start, found = threading.Barrier(6), list[int]()

    def put(n: int) -> None:
        start.wait()
        for m in range(10):
            found.append(call("PUT", f"/people/by/shop/{m}", {"name": f"Kim {m}", "city": f"City {n}"}).status_code)
        connection.close()

    threads = [threading.Thread(target=put, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count(201), found.count(200)) == (10, 50)
    assert Person.objects.for_system("a test counts").count() == ExternalId.objects.count() == 10
