"""The gate at a million people: permits in batches as a campaign takes them, and the decision about everybody."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from benchmarks.house import house
from benchmarks.measured import Measured, seconds

PEOPLE = 1_000_000
BATCH = 500
BATCHES = 60
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
FILL = f"""
INSERT INTO customers_person (customer_number, name, email, phone, country)
  SELECT 'C' || i, 'Kim ' || i, CASE WHEN i % 50 = 0 THEN '' WHEN i % 97 = 0 THEN 'no address' ELSE
    'c' || i || '@bench.test' END, '+8210' || lpad(i::text, 8, '0'), CASE WHEN i % 5 = 0 THEN 'GB' ELSE 'KR' END
  FROM generate_series(1, {PEOPLE}) i;
INSERT INTO consent_record (person_id, purpose_id, channel, state, at, method)
  SELECT id, (SELECT id FROM consent_purpose WHERE code = 'offers'), 'email',
    CASE WHEN id % 40 = 0 THEN 'refused' WHEN id % 20 = 0 THEN 'withdrawn' ELSE 'given' END, '2026-01-01', 'import'
  FROM customers_person;
INSERT INTO consent_suppression (channel, address, reason, note)
  SELECT 'email', email, 'bounce', '' FROM customers_person WHERE id % 100 = 1 AND email LIKE 'c%';
INSERT INTO consent_permit (key, person_id, channel, message_class, address, issued_at)
  SELECT 'old:' || i, 1 + (i * 7919) % {PEOPLE}, 'email', 'advertising', 'x',
    '2026-11-20'::timestamptz - make_interval(days => (i % 90)::int) FROM generate_series(1, {2 * PEOPLE}::bigint) i;
INSERT INTO segments_customer_tier (person_id, tier, rank, value, value_12m, value_in_window, months, first_order_on,
    last_order_on, order_count, purchase_days, is_slipping, recency, frequency, money, segment)
  SELECT id, CASE WHEN id % 10 < 2 THEN 'top' WHEN id % 10 < 7 THEN 'middle' ELSE 'bottom' END, id, 1, 1, 1,
    array_fill(1.0, ARRAY[12]), '2025-01-01', '2026-10-01', 3, 3, false, 3, 3, 3, 'loyal' FROM customers_person;
"""


def measure() -> dict[str, Measured]:
    """Fill a database of its own, then ask by batch and by statement."""
    with house() as owner:
        with owner.cursor() as cursor:
            cursor.execute(FILL)
            cursor.execute("VACUUM ANALYZE")
        return {"gate_permits": _permits(), "gate_decision": _decision(), "gate_decision_night": _decision("sms")}


def _asked(channel: str = "email") -> Any:
    from dangol.core.consent.gate.rules import Asked
    from dangol.core.consent.ledger.models import Purpose

    at = AT if channel == "email" else AT.replace(hour=14)
    return Asked(channel, "advertising", Purpose.objects.get(code="offers").pk, at)


def _permits() -> Measured:
    """Permits and refusals a second, one batch after the other, each in its own transaction."""
    from dangol.core.consent.gate.services import Wanted, issue_permits
    from dangol.platform.access.actor import Actor
    from dangol.platform.mail.permits import Permit

    actor, asked, issued = Actor.system("benchmark"), _asked(), 0
    start = time.perf_counter()
    for number in range(BATCHES):
        first = 1 + number * 15_000
        wanted = [Wanted(f"campaign:1:{pk}", pk) for pk in range(first, first + BATCH)]
        found = issue_permits(actor=actor, asked=asked, wanted=wanted)
        issued += sum(isinstance(each, Permit) for each in found.values())
    taken = time.perf_counter() - start
    return Measured(BATCHES * BATCH / taken, f"{issued / taken:,.0f} permits, the others refused with their reason")


def _decision(channel: str = "email") -> Measured:
    from django.db import connection

    from dangol.core.consent.gate.queries import decision_sql

    gate, rows = decision_sql(_asked(channel)), list[tuple[str, int]]()

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {gate.reason}, count(*), max({gate.until}) FROM customers_person p {gate.joins} GROUP BY 1",
                gate.params,
            )
            rows[:] = [(reason or "send", count) for reason, count, _until in cursor.fetchall()]

    taken = _timed(ask)
    assert sum(count for _reason, count in rows) == PEOPLE
    return Measured(taken, ", ".join(f"{reason} {count:,}" for reason, count in sorted(rows)))


def _timed(ask: Callable[[], None]) -> float:
    return seconds(ask, times=3)
