"""Segments at a million customers and ten million order lines: the preview, and a refresh that moves people."""

import json
import sys
import time
from typing import Any

from benchmarks.house import house
from benchmarks.load_marts import LINES, ORDERS_OF_LIVES
from benchmarks.measured import Measured, seconds

CUSTOMERS = 1_000_000
TABLES = ("customers_person", "purchases_order", "purchases_line")
PEOPLE = f"""
INSERT INTO catalog_product (code, name, kind, category)
  SELECT 'P' || i, 'Product ' || i, 'goods', 'Category ' || i % 40 FROM generate_series(1, 4000) i;
INSERT INTO customers_person (customer_number, name, email, city, country)
  SELECT 'C' || i, 'Customer ' || i, CASE WHEN i % 3 > 0 THEN 'c' || i || '@bench.test' ELSE '' END,
    'City ' || i % 300, CASE WHEN i % 5 = 0 THEN 'GB' ELSE 'KR' END FROM generate_series(1, {CUSTOMERS}) i;
INSERT INTO segments_customer_tier (person_id, tier, rank, value, value_12m, value_in_window, months, first_order_on,
    last_order_on, order_count, purchase_days, is_slipping, recency, frequency, money, segment)
  SELECT id, CASE WHEN id % 10 < 2 THEN 'top' WHEN id % 10 < 7 THEN 'middle' ELSE 'bottom' END, id,
    (id * 7919) % 1000003, (id * 104729) % 1000003, (id * 7919) % 1000003, array_fill(1.0, ARRAY[12]),
    '2025-01-01', date '2026-10-01' - (id % 700)::int, 3, 3, id % 97 = 0, 3, 3, 3, 'loyal'
  FROM customers_person WHERE id % 10 <> 9;
"""


INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT LIKE '%%_pkey'
  AND indexname NOT LIKE '%%_by_xid' AND indexname NOT IN (SELECT conname FROM pg_constraint)"""


def often(op: str, times: int, days: int, **where: Any) -> dict[str, Any]:
    return {"field": "purchases", "op": op, "value": {"times": times, "days": days, "where": where}}


ASKED = {
    "top tier in Korea": {"and": [
        {"field": "tier", "op": "is", "value": "top"}, {"field": "country", "op": "is", "value": "KR"}]},
    "twice in 90 days": often("at_least", 2, 90),
    "a category twice in 90 days": often("at_least", 2, 90, category=["Category 7"]),
    "nothing for 180 days": often("at_most", 0, 180),
    "spent in a year": {"field": "spent", "op": "gte", "value": {"amount": 20000, "days": 365}},
    "groups in groups": {"and": [
        {"field": "email", "op": "is_not_empty"},
        {"or": [{"field": "value_12m", "op": "gte", "value": 500000}, often("at_least", 1, 30)]},
        {"not": {"field": "city", "op": "contains", "value": "city 1"}}]},
}  # fmt: skip


def measure() -> dict[str, Measured]:
    """Fill a database of its own, then ask as an administrator through the API, and refresh a segment of 200,000."""
    with house() as owner:
        with owner.cursor() as cursor:
            _fill(cursor)
        return {"segment_preview": _preview(), "segment_refresh": _refresh()}


def _fill(cursor: Any) -> None:
    cursor.execute(INDEXES, [list(TABLES)])  # filled without them, which takes a third of the time
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    # Conditions count days back from now, so the shop's days end with today.
    orders = ORDERS_OF_LIVES.replace("timestamptz '2024-01-01 09:00+09'", "now() - interval '1001 days'")
    for name, statement in (("people", PEOPLE), ("orders", orders), ("lines", LINES)):
        _say(f"filling: {name}")
        cursor.execute(statement)
    for name, definition in indexes:
        _say(f"index: {name}")
        cursor.execute(definition)
    cursor.execute("VACUUM ANALYZE")


def _client() -> Any:
    from django.conf import settings
    from django.test import Client

    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.services import create_user, ensure_builtin_roles

    settings.ALLOWED_HOSTS = ["*"]
    system = Actor.system("benchmark")
    ensure_builtin_roles(actor=system)
    user = create_user(actor=system, email="admin@bench.test", name="Admin", roles=["administrator"])
    client = Client()
    client.force_login(user)
    return client


def _preview() -> Measured:
    client, taken, notes = _client(), {}, []
    for name, tree in ASKED.items():
        body = json.dumps({"filter": tree})
        counts = []

        def ask(body: str = body, counts: list[int] = counts) -> None:
            answer = client.post("/api/v1/segments/preview", body, content_type="application/json")
            assert answer.status_code == 200, answer.content
            counts.append(answer.json()["count"])

        taken[name] = seconds(ask, times=5)
        notes.append(f"{name} {taken[name]:.2f} s ({counts[0]:,})")
        _say(notes[-1])
    return Measured(max(taken.values()), "; ".join(notes))


def _refresh() -> Measured:
    from dangol.analytical.segments.definitions.services import create_segment, save_rules
    from dangol.analytical.segments.members.services import refresh
    from dangol.platform.access.actor import Actor

    system = Actor.system("benchmark")
    top = {"field": "tier", "op": "is", "value": "top"}
    made = create_segment(actor=system, values={"name": "Top"}, rules=top)
    start = time.perf_counter()
    first = refresh(actor=system, segment_id=made.pk)
    entered = time.perf_counter() - start
    korean = {"and": [top, {"field": "country", "op": "is", "value": "KR"}]}
    save_rules(actor=system, segment_id=made.pk, tree=korean)
    start = time.perf_counter()
    second = refresh(actor=system, segment_id=made.pk)
    left = time.perf_counter() - start
    again = seconds(lambda: refresh(actor=system, segment_id=made.pk), times=3)
    note = f"{first.entered:,} entered {entered:.1f} s; {second.left:,} left {left:.1f} s; nobody moved {again:.1f} s"
    return Measured(entered, note)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
