from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.platform.api.limits import Policy, take
from dangol.platform.api.models import Bucket
from dangol.platform.api.tests.program import Program
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_calls_are_counted_by_key_and_by_member_of_staff(cast: Cast, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 3
    call, other, third = Program(cast), Program(cast), Program(cast)
    answers = [call("GET", "/people/count") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"key";q=3;w=60, "user";q=6;w=60'
    assert answers[0]["RateLimit"].startswith('"key";r=2;t=20, "user";r=5;t=')
    refused = answers[3]
    assert 1 <= int(refused["Retry-After"]) <= 20
    assert refused["Content-Type"] == "application/problem+json"
    assert '"key";r=0' in refused["RateLimit"]
    assert [other("GET", "/people/count").status_code for _ in range(2)] == [200, 200]
    assert third("GET", "/people/count").status_code == 429


def test_calls_come_back_with_time(cast: Cast) -> None:
    policy = Policy("key", "key:0", 60)
    assert take([policy])[0].left == 59
    Bucket.objects.update(tokens=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_bucket SET at = at - interval '10 seconds'")
    [taken] = take([policy])
    assert taken.is_allowed
    assert 9 <= taken.left < 10
    Bucket.objects.update(tokens=0)
    [refused] = take([policy])
    assert not refused.is_allowed
    assert refused.wait_seconds == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_bucket SET at = at - interval '1 hour'")
    assert take([policy])[0].left == 59


def test_counting_costs_one_query(cast: Cast) -> None:
    policies = [Policy("key", "key:0", 60), Policy("user", "user:0", 120)]
    with CaptureQueriesContext(connection) as caught:
        take(policies)
    assert len(caught) == 1


def test_a_list_by_key_stays_within_the_budget_of_queries(cast: Cast) -> None:
    call = Program(cast)
    call.person()
    with CaptureQueriesContext(connection) as caught:
        assert call("GET", "/people").status_code == 200
    assert len(caught) <= 12, [q["sql"][:90] for q in caught]
