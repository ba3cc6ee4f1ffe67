"""Lists at a million people: the first page, the page after 5,000 nexts, the record page; through URL, view and SQL."""

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured

TIMES = 100
DEEP = 5_000 * 50


def measure() -> dict[str, Measured]:
    """Fill a database of its own with a million people and their tiers, then ask as an administrator."""
    with house() as owner:
        user = maker.everybody(owner, with_tiers=True)
        return _ask(user)


def _ask(user: Any) -> dict[str, Measured]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(user)
    worst, most, notes = 0.0, 0, []
    for name, asked in _lists(user).items():
        p95, queries = p95_of(lambda asked=asked: client.get("/people?" + urlencode(asked)))
        notes.append(f"{name} {p95:.0f} ms/{queries} q")
        worst, most = max(worst, p95), max(most, queries)
    record, queries = p95_of(lambda: client.get("/people/500000"))
    return {
        "list": Measured(worst, "; ".join(notes)),
        "list_queries": Measured(most),
        "record": Measured(record, f"{queries} queries"),
    }


def _lists(user: Any) -> dict[str, dict[str, str]]:
    from dangol.platform.accounts.queries import actor_for

    actor = actor_for(user)
    found: dict[str, dict[str, str]] = {}
    for sort in ("name", "-created_at", "country", "-value_12m"):
        found[f"{sort} first"] = {"sort": sort}
        found[f"{sort} deep"] = {"sort": sort, "after": _after(actor, sort)}
    found["industry of the company"] = {
        "filter": '{"field": "company", "op": "where", "value": {"field": "industry", "op": "is", "value": "Coffee"}}'
    }
    found["country is GB"] = {"filter": '{"field": "country", "op": "is", "value": "GB"}'}
    found["top tier by value"] = {"filter": '{"field": "tier", "op": "is", "value": "top"}', "sort": "-value_12m"}
    return found


def _after(actor: Any, sort: str) -> str:
    """The cursor that 5,000 nexts lead to, found in one step."""
    from dangol.platform.objects.listing import ListQuery, page
    from dangol.platform.objects.registry import object_type

    people = object_type("person")
    after = ""
    for _ in range(DEEP // 50_000):
        after = page(people, actor, ListQuery(sort=sort, after=after, limit=50_000, columns=["name"])).next
    return after


def p95_of(ask: Callable[[], Any]) -> tuple[float, int]:
    """The 95th percentile of 100 askings in milliseconds, and the queries of one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()  # the very first page of a new house also writes down that house
    with CaptureQueriesContext(connection) as caught:
        answer = ask()
    queries = len(caught)  # at once: the next request empties the log
    assert answer.status_code == 200, answer.status_code
    assert queries, "no query was seen"
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    return quantiles(taken, n=20)[18], queries
