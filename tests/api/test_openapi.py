"""The API as a whole: its description changes on purpose only, and nothing that is sent to it breaks it."""

from __future__ import annotations

import json
import os
import re
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from dangol.config.api import api
from dangol.config.wsgi import application
from tests.cast import Cast

SNAPSHOT = Path(__file__).with_name("openapi.json")
FUZZ = int(os.environ.get("FUZZ", "0"))
"""More examples an operation, others each time: FUZZ=200. Without it the same few, so that a change alone decides."""
CALLS, WALKS, STEPS = FUZZ or 8, FUZZ or 15, 6
CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.response_headers_conformance, checks.ignored_auth,
    checks.missing_required_header, checks.allow_header_conformance,
]  # fmt: skip


@schemathesis.serializer("message/rfc822")
def _mail(_context: Any, value: Any) -> bytes:
    """A raw mail, as it stands."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


thorough = settings(
    deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=not FUZZ,
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip


def described() -> Any:
    return json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))


def test_the_description_is_the_one_kept_in_git() -> None:
    text = json.dumps(described(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(text)
    assert SNAPSHOT.read_text() == text, "run with UPDATE_SNAPSHOTS=1 if the change is meant"


@pytest.mark.django_db
def test_the_description_is_served_to_who_is_signed_in(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")


def test_the_description_is_valid() -> None:
    schemathesis.openapi.from_dict(described()).validate()


def test_every_operation_says_all_that_it_can_answer() -> None:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            statuses = set(operation["responses"])
            assert {"401", "403", "406", "429", "500", "503"} <= statuses, (method, path)
            if "requestBody" in operation:
                assert {"400", "413", "415", "422"} <= statuses, (method, path)
            if method != "get":
                assert {"400", "409", "413", "422"} <= statuses, (method, path)
            if "{" in path:
                assert "404" in statuses, (method, path)
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert answer == {"$ref": f"#/components/responses/Problem{status}"}, (method, path)


def test_a_problem_is_described_with_all_that_it_says() -> None:
    components = described()["components"]
    for name, answer in components["responses"].items():
        assert set(answer["content"]) == {"application/problem+json"}, name
        assert ("RateLimit" in answer["headers"]) is (name != "Problem401")
    assert "Retry-After" in components["responses"]["Problem429"]["headers"]
    said = {"type", "title", "status", "detail", "errors", "current", "request_id"}
    assert set(components["schemas"]["Problem"]["properties"]) == said


@pytest.fixture
def key(cast: Cast, settings: Any) -> str:
    from dangol.platform.accounts.services import create_api_key

    settings.API_CALLS_PER_MINUTE = 10**9
    return create_api_key(actor=cast.actor("admin"), user=cast.admin, name="fuzz")[1]


@pytest.fixture
def schema(key: str) -> Any:
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers={"X-API-Key": key})
    return found.include(path_regex="^/api/v1/")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_sent_breaks_it_or_is_answered_otherwise_than_described(key: str, schema: Any) -> None:
    _fill(key)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 60
    wrong: dict[str, str] = {}
    for operation in operations:
        _attack(operation, key, wrong)
    assert not wrong, "\n\n".join(f"{label}: {what}" for label, what in wrong.items())


def _fill(key: str) -> None:
    """Something to find: the first ids are there."""
    client = Client(headers={"X-API-Key": key})
    for slug, body in (
        ("companies", {"name": "Hanbit"}), ("people", {"name": "Kim", "email": "kim@shop.test"}),
        ("products", {"name": "Beans", "code": "B-1", "price": "12000"}), ("segments", {"name": "All"}),
    ):  # fmt: skip
        for n in range(3):
            values = {**body, "name": f"{body['name']} {n}", **({"code": f"B-{n}"} if "code" in body else {})}
            assert client.put(f"/api/v1/{slug}/by/shop/{n}", values, "application/json").status_code == 201, slug


def _attack(operation: Any, key: str, wrong: dict[str, str]) -> None:
    @settings(thorough, max_examples=CALLS)
    @given(case=operation.as_strategy())
    def attack(case: Any) -> None:
        headers = {"X-API-Key": key, "Accept-Encoding": "identity"}
        case.validate_response(case.call(headers=headers), checks=CHECKS, headers=headers)

    try:
        attack()
    except (Exception, FailureGroup) as error:
        wrong[operation.label] = _said(error)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_calls_that_follow_from_each_other_are_answered_as_described_too(key: str, schema: Any) -> None:
    """Records are made, then read, changed, shared, trashed by the ids and tags that came back."""
    _fill(key)
    headers = {"X-API-Key": key, "Accept-Encoding": "identity"}
    answered: list[int] = []

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            case.validate_response(response, checks=CHECKS, headers=headers)
            answered.append(response.status_code)

    run_state_machine_as_test(Walk, settings=settings(thorough, max_examples=WALKS, stateful_step_count=STEPS))
    assert sum(status < 300 for status in answered) > WALKS // 2, "hardly anything was found or made"


def _said(error: BaseException) -> str:
    return "; ".join(str(e) for e in getattr(error, "exceptions", [error]))[:1500]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_addresses_answer_only_the_methods_that_they_name(key: str, schema: Any) -> None:
    client = Client(headers={"X-API-Key": key}, raise_request_exception=False)
    for path, methods in described()["paths"].items():
        address = re.sub(r"\{[^}]+\}", "1", path)
        for method in ("get", "post", "put", "patch", "delete", "trace", "options", "propfind"):
            if method not in methods:
                answer = client.generic(method.upper(), address)
                assert answer.status_code == 405, (method, path, answer.status_code)
                assert {m.lower() for m in answer["Allow"].split(", ")} == set(methods), (path, answer["Allow"])
                assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.slow
@pytest.mark.django_db
def test_nobody_comes_in_without_a_key(cast: Cast) -> None:
    ways = cycle(({}, {"X-API-Key": "dgl_wrong"}, {"Authorization": "Bearer dgl_wrong"}))
    for path, methods in described()["paths"].items():
        for method in methods:
            address = re.sub(r"\{[^}]+\}", "1", path)
            answer = Client(headers=next(ways)).generic(method.upper(), address, b"{}", "application/json")
            assert answer.status_code == 401, (method, path)
            assert answer["Content-Type"] == "application/problem+json"
