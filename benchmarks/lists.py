"""Lists at a million people: the first page, the page after 5,000 nexts, the record page; through URL, view and SQL."""

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks.house import house
from benchmarks.measured import Measured

PEOPLE = 1_000_000
TIMES = 40
DEEP = 5_000 * 50
FILL = f"""
INSERT INTO customers_company (name, city, country)
  SELECT 'Company ' || i, 'City ' || i % 300, 'KR' FROM generate_series(1, 20000) i;
INSERT INTO customers_person (customer_number, name, latin_name, email, phone, city, country, company_id, owner_id)
  SELECT 'C' || i,
    chr((44032 + (i::bigint * 7919) % 11172)::int) || chr((44032 + (i::bigint * 104729) % 11172)::int)
      || chr(44032 + i % 11172),
    'Kim ' || i, 'c' || i || '@bench.test', '+8210' || lpad(i::text, 8, '0'), 'City ' || i % 300,
    CASE WHEN i % 5 = 0 THEN 'GB' ELSE 'KR' END, CASE WHEN i % 3 = 0 THEN 1 + i % 20000 END,
    (SELECT id FROM accounts_user LIMIT 1) FROM generate_series(1, {PEOPLE}) i;
INSERT INTO segments_customer_tier (person_id, tier, rank, value, value_12m, value_in_window, months, first_order_on,
    last_order_on, order_count, purchase_days, is_slipping, recency, frequency, money, segment)
  SELECT id, CASE WHEN id % 10 < 2 THEN 'top' WHEN id % 10 < 7 THEN 'middle' ELSE 'bottom' END, id,
    (id * 7919) % 1000003, (id * 104729) % 1000003, (id * 7919) % 1000003, array_fill(1.0, ARRAY[12]),
    '2025-01-01', '2026-10-01', 3, 3, id % 97 = 0, 3, 3, 3, 'loyal' FROM customers_person WHERE id % 10 <> 9;
"""


def measure() -> dict[str, Measured]:
    """Fill a database of its own with a million people and their tiers, then ask as an administrator."""
    with house() as owner:
        user = _administrator()
        with owner.cursor() as cursor:
            cursor.execute(FILL)
            cursor.execute("VACUUM ANALYZE")
        return _ask(user)


def _administrator() -> Any:
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.services import create_user, ensure_builtin_roles

    system = Actor.system("benchmark")
    ensure_builtin_roles(actor=system)
    return create_user(actor=system, email="admin@bench.test", name="Admin", roles=["administrator"])


def _ask(user: Any) -> dict[str, Measured]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(user)
    worst, most, notes = 0.0, 0, []
    for name, asked in _lists(user).items():
        p95, queries = _p95(lambda asked=asked: client.get("/people?" + urlencode(asked)))
        notes.append(f"{name} {p95:.0f} ms/{queries} q")
        worst, most = max(worst, p95), max(most, queries)
    record, queries = _p95(lambda: client.get("/people/500000"))
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


def _p95(ask: Callable[[], Any]) -> tuple[float, int]:
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
