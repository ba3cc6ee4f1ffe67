"""The audit log over millions of events: whole pages by each question that it answers."""

import time
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured

EVENTS = 2_000_000
STAFF = 20
PEOPLE = 100_000
TIMES = 20


def measure() -> dict[str, Measured]:
    """Fill a database of its own with events of twenty members of staff over two years, then ask as administrator."""
    with house() as owner:
        admin = maker.administrator()
        _staff()
        with owner.cursor() as cursor:
            maker.companies(cursor)
            maker.people(cursor, PEOPLE)
            _events(cursor)
            maker.settle(cursor)
            cursor.execute("SELECT pg_total_relation_size('event'), pg_indexes_size('event')")
            size, indexes = cursor.fetchone()
        note = f"{EVENTS:,} events, {size / 1e6:,.0f} MB, of these indexes {indexes / 1e6:,.0f} MB"
        return _ask(admin, note)


def _staff() -> None:
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.services import create_user

    for i in range(STAFF):
        create_user(actor=Actor.system("benchmark"), email=f"s{i}@bench.test", name=f"S {i}", roles=["sales"])


def _events(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO event (id, name, subject, subject_id, about_id, actor_kind, actor_id, actor_name, reason, source,"
        " request_id, version, occurred_at, changes, payload)"
        " SELECT gen_random_uuid(), CASE WHEN i %% 1000 = 0 THEN 'role.changed' WHEN i %% 20 = 0 THEN 'user.signed_in'"
        " ELSE 'person.changed' END,"
        " CASE WHEN i %% 1000 = 0 THEN 'role' WHEN i %% 20 = 0 THEN 'user' ELSE 'person' END,"
        " 1 + i %% %s, 1 + i %% %s, 'user', (SELECT min(id) FROM accounts_user) + i %% %s, 'S ' || i %% %s, '',"
        " CASE WHEN i %% 500 = 0 THEN 'api' ELSE 'screen' END, 'r' || i, 1,"
        " '2026-11-01'::timestamptz - make_interval(secs => (i * 31) %% 63072000),"
        " jsonb_build_object(CASE WHEN i %% 50 = 0 THEN 'phone' ELSE 'city' END,"
        " jsonb_build_array('City ' || i %% 300, 'City ' || i %% 301)), '{}' FROM generate_series(1, %s::bigint) i",
        [PEOPLE, PEOPLE, STAFF, STAFF, EVENTS],
    )


def _ask(admin: Any, note: str) -> dict[str, Measured]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(admin)
    deep = f"2025-01-01T00:00:00+00:00~{'0' * 8}-0000-0000-0000-{'0' * 12}"
    asked: dict[str, dict[str, str]] = {
        "first": {}, "deep": {"after": deep}, "who": {"who": str(admin.pk + 3)}, "kind": {"subject": "role"},
        "record": {"subject": "person", "record": "777"}, "field": {"field": "phone"}, "source": {"source": "api"},
        "day": {"since": "2026-03-03", "until": "2026-03-03"}, "request": {"request": "r777777"},
        "text": {"text": "City 77", "who": str(admin.pk + 3)}, "nothing": {"text": "nothing like it"},
    }  # fmt: skip
    told: dict[str, list[str]] = {"audit": [], "audit_text": []}
    worst = {"audit": 0.0, "audit_text": 0.0}
    for name, query in asked.items():
        address = "/audit?" + urlencode(query)
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        queries = len(caught)
        taken = []
        for _ in range(TIMES):
            start = time.perf_counter()
            client.get(address)
            taken.append((time.perf_counter() - start) * 1000)
        p95 = quantiles(taken, n=20)[18]
        row = "audit_text" if "text" in query else "audit"
        told[row].append(f"{name} {p95:.0f} ms/{queries} q")
        worst[row] = max(worst[row], p95)
    told["audit"].append(note)
    return {row: Measured(worst[row], "; ".join(told[row])) for row in told}
