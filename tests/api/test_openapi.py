"""The API as a whole: its description changes on purpose only, and nothing that is sent to it breaks it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings

from dangol.config.api import api
from dangol.config.wsgi import application
from tests.cast import Cast

SNAPSHOT = Path(__file__).with_name("openapi.json")


@schemathesis.serializer("message/rfc822")
def _mail(_context: Any, value: Any) -> bytes:
    """A raw mail, as it stands."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


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


@pytest.fixture
def key(cast: Cast) -> str:
    from dangol.platform.accounts.services import create_api_key

    return create_api_key(actor=cast.actor("admin"), user=cast.admin, name="fuzz")[1]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_sent_breaks_it(key: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers={"X-API-Key": key})
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 30
    for operation in operations:
        _attack(operation, key)


def _attack(operation: Any, key: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def attack(case: Any) -> None:
        answer = case.call(headers={"X-API-Key": key})
        assert answer.status_code < 500, (operation.label, case, answer.text)

    attack()
