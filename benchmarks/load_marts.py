"""The nightly analysis at a million customers: first load, and the day after when one customer in a hundred bought."""

import os
import resource
import sys
import time
from typing import Any

from benchmarks.house import house
from benchmarks.measured import Measured

CUSTOMERS = int(os.environ.get("DANGOL_BENCH_CUSTOMERS", "1000000"))
ORDERS = 4 * CUSTOMERS
"""Every other order has three lines, the rest two: ten million lines for a million customers."""

BARE_TABLES = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT conrelid::regclass AS name, conname FROM pg_constraint WHERE contype IN ('f', 'u')
    AND conrelid IN ('customers_person'::regclass, 'purchases_order'::regclass, 'purchases_line'::regclass)
  LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.name, one.conname); END LOOP;
  FOR one IN SELECT indexname FROM pg_indexes WHERE tablename IN ('customers_person', 'purchases_order',
    'purchases_line') AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_by_xid'
  LOOP EXECUTE format('DROP INDEX %I', one.indexname); END LOOP; END $$;
"""
"""Indexes of lists and checks of links are not what is measured; filling would take three times as long with them."""

PEOPLE = f"""
INSERT INTO catalog_product (code, name, kind)
  SELECT 'P' || i, 'Product ' || i, CASE WHEN i % 200 = 0 THEN 'fee' ELSE 'goods' END FROM generate_series(1, 4000) i;
INSERT INTO customers_person (customer_number, name, country)
  SELECT 'C' || i, 'Customer ' || i, CASE WHEN i % 5 = 0 THEN 'GB' ELSE 'KR' END FROM generate_series(1, {CUSTOMERS}) i;
"""
ORDERS_OF_LIVES = f"""
SELECT setseed(0.4);
CREATE TEMP TABLE life AS SELECT i AS person_id, (900 * random())::int AS starts,
  (-250 * ln(1 - random() * 0.999))::int AS lasts,
  exp(sqrt(-2 * ln(1 - random() * 0.999)) * cos(6.2832 * random())) AS size FROM generate_series(1, {CUSTOMERS}) i;
CREATE INDEX ON life (person_id);
INSERT INTO purchases_order (source, number, kind, person_id, ordered_at, currency, rate, amount, value, line_count)
  SELECT 'bench', i::text, CASE WHEN i % 40 = 0 THEN 'cancellation' ELSE 'order' END, person_id,
    timestamptz '2024-01-01 09:00+09'
      + least(starts + (CASE WHEN i <= {CUSTOMERS} THEN 0 ELSE random() END) * lasts, 1000) * interval '1 day',
    'KRW', 1, money, money, 2
  FROM (SELECT i, CASE WHEN i <= {CUSTOMERS} THEN i
          ELSE 1 + ({CUSTOMERS} * power(random(), 2))::int % {CUSTOMERS} END AS p
        FROM generate_series(1, {ORDERS}) i) chosen
  JOIN life ON person_id = p,
  LATERAL (SELECT (CASE WHEN i % 40 = 0 THEN -1 ELSE 1 END * (1000 + i % 97 * 250) * size)::numeric(19, 4)) paid(money);
"""
LINES = """
INSERT INTO purchases_line
    (order_id, position, product_id, code, kind, quantity, unit_price, amount, value, occurred_at)
  SELECT o.id, n, 1 + (o.id * 7 + n) % 4000, 'P' || 1 + (o.id * 7 + n) % 4000, 'goods', 1, o.amount / 2, o.amount / 2,
    o.value / 2, o.ordered_at
  FROM purchases_order o, LATERAL generate_series(1, 2 + (o.id % 2)::int) n;
"""
NEXT_DAY = f"""
UPDATE purchases_order SET value = value + 1, amount = amount + 1 WHERE id % 100 = 7;
UPDATE purchases_line SET quantity = 2 WHERE id % 100 = 7;
INSERT INTO purchases_order (source, number, kind, person_id, ordered_at, currency, rate, amount, value, line_count)
  SELECT 'bench', 'next' || i, 'order', i * 100, timestamptz '2026-09-28 10:00+09', 'KRW', 1, 9000, 9000, 2
  FROM generate_series(1, {CUSTOMERS} / 100) i;
"""


def measure() -> dict[str, Measured]:
    """Fill a database of its own, analyse it, change one row in a hundred, and analyse it again."""
    with house() as owner:
        with owner.cursor() as cursor:
            for name, statement in (("bare tables", BARE_TABLES), ("people", PEOPLE), ("orders", ORDERS_OF_LIVES),
                                    ("lines", LINES), ("statistics", "VACUUM ANALYZE")):  # fmt: skip
                _say(f"filling: {name}")
                cursor.execute(statement)
        first = _analyze()
        with owner.cursor() as cursor:
            cursor.execute(NEXT_DAY)
        second = _analyze()
    return {
        "load_and_marts": Measured(first["seconds"]["extract"] + first["seconds"]["marts"], _note(first)),
        "nightly": Measured(first["all"], _note(first)),
        "nightly_second_day": Measured(second["all"], _note(second)),
        "load_second_day": Measured(second["seconds"]["extract"], _changed(second)),
    }


def _analyze() -> dict[str, Any]:
    from dangol.analytical.warehouse.analysis.services import analyze
    from dangol.platform.access.actor import Actor

    start, worked = time.perf_counter(), time.process_time()
    found = analyze(actor=Actor.system("benchmark"), listener=lambda done, total, step: _say(step))
    found["all"], found["worked"] = time.perf_counter() - start, time.process_time() - worked
    _say(f"{found['all']:.1f} s: {found['seconds']} {found['written']} {found['lifetime_value'].get('groups')}")
    return found


def _note(found: dict[str, Any]) -> str:
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in found["seconds"].items() if seconds >= 0.1)
    rows = sum(taken["rows"] for taken in found["extracted"].values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    busy = f"{found['worked']:.0f} s of processor in this process, load {os.getloadavg()[1]:.1f}"
    return f"{rows:,} rows, {found['customers']:,} customers; {parts} s; {busy}; peak {peak:,} MB"


def _changed(found: dict[str, Any]) -> str:
    changed = sum(taken["changed"] for taken in found["extracted"].values())
    return f"{changed:,} rows changed"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
