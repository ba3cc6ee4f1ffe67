"""Matching a million people, of whom every tenth is there a second time with slips, other letters and things left out.

Who is whom is known by the customer number alone, which the matching does not compare.
"""

import os
import time
from typing import Any

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured
from benchmarks.search import DOMAINS, FAMILIES, FIRST, SECOND

PEOPLE = int(os.environ.get("DANGOL_BENCH_PEOPLE", maker.PEOPLE))
EACH = 9
"""After so many people one comes again."""
HASH = "('x' || substr(md5(i || '{}'), 1, 7))::bit(28)::int"
ORIGINALS = """
INSERT INTO customers_person (customer_number, name, latin_name, email, phone, born_on, address, city, country)
SELECT 'A' || i, CASE WHEN h1 % 20 = 0 THEN latin ELSE f[1] || g[1] || h[1] END, CASE WHEN h1 % 4 = 0 THEN latin
  ELSE '' END,
  CASE WHEN h2 % 10 < 7 THEN lower(g[2] || h[2] || '.' || f[2]) || h2 % 1000 || '@' ||
    (string_to_array(%(domains)s, '|'))[1 + h3 % 10] ELSE '' END,
  CASE WHEN h3 % 10 < 8 THEN '+8210' || lpad((h4 % 100000000)::text, 8, '0') ELSE '' END,
  CASE WHEN h4 % 10 < 6 THEN date '1945-01-01' + h5 % 22000 END,
  CASE WHEN h5 % 10 < 6 THEN
    (ARRAY['세종대로', '테헤란로', '한강대로', '월드컵로', '중앙로', '문화로', '시청로', '대학로'])[1 + h6 % 8]
    || ' ' || 1 + h7 % 400 || ', ' || 101 + h6 % 1900 || '호' ELSE '' END,
  'City ' || h7 % 160, 'KR'
FROM (SELECT *, f[2] || ' ' || g[2] || h[2] AS latin FROM (SELECT i, {hashes},
    string_to_array((%(families)s::text[])[1 + {hash_f} % %(count)s], ' ') f,
    string_to_array((string_to_array(%(first)s, '|'))[1 + {hash_g} % 15], ' ') g,
    string_to_array((string_to_array(%(second)s, '|'))[1 + {hash_h} % 16], ' ') h
  FROM generate_series(1, %(people)s) i) x) y"""
AGAIN = """
INSERT INTO customers_person (customer_number, name, latin_name, email, phone, born_on, address, city, country)
SELECT 'B' || substr(customer_number, 2),
  CASE WHEN h1 % 10 < 6 THEN name WHEN h1 % 10 < 8 AND latin_name <> '' THEN latin_name
    WHEN h1 % 10 = 9 AND length(name) = 3 THEN substr(name, 1, 2) || '영' ELSE name END, '',
  CASE WHEN h2 % 10 < 5 THEN email WHEN h2 % 10 < 8 THEN '' ELSE split_part(email, '@', 1) ||
    CASE WHEN email = '' THEN '' ELSE '@hanmail.net' END END,
  CASE WHEN h3 % 10 < 6 THEN phone WHEN h3 % 10 < 8 OR phone = '' THEN ''
    ELSE substr(phone, 1, 12) || (h4 % 10)::text END,
  CASE WHEN h4 % 10 < 7 THEN born_on WHEN h4 % 10 = 9 THEN born_on + 1 END,
  CASE WHEN h5 % 10 < 5 THEN address WHEN h5 % 10 < 8 THEN '' ELSE split_part(address, ',', 1) END,
  CASE WHEN h6 % 10 < 8 THEN city ELSE 'City ' || h7 % 160 END, country
FROM (SELECT p.*, {hashes} FROM (SELECT substr(customer_number, 2)::int AS i, q.* FROM customers_person q) p
  WHERE i % %(each)s = 0) x"""


def measure() -> dict[str, Measured]:
    """Match in this process; memory is the highest that it ever held."""
    with house() as owner:
        with owner.cursor() as cursor:
            truth = _people(cursor)
            maker.settle(cursor)
        from dangol.core.identity.matching.services import run
        from dangol.platform.access.actor import Actor

        steps: list[tuple[str, float]] = []
        began = time.perf_counter()
        done = run(actor=Actor.system("benchmark"), object_name="person", listener=_watch(steps))
        seconds = time.perf_counter() - began
        with owner.cursor() as cursor:
            pairs, right = _judged(cursor, done.threshold or 1.0)
        precision, recall = right / max(pairs, 1), right / truth
        f1 = 2 * right / (pairs + truth)
        note = (
            f"{done.records:,} people, {truth:,} there twice; {pairs:,} pairs from {done.threshold:.3f} on:"
            f" precision {precision:.4f}, recall {recall:.4f} (F1 expected without labels {done.expected_f1:.4f});"
            f" {_parts(steps)}"
        )
        return {
            "matching": Measured(seconds, note),
            "matching_f1": Measured(f1, "threshold chosen without labels; a third of the second records share little"),
            "matching_memory": Measured(_peak_mb(), "this process at its highest, DuckDB with it"),
        }


def _people(cursor: Any) -> int:
    families = [word for entry in FAMILIES.split("|") for word in [entry.rsplit(" ", 1)[0]] * int(entry.split()[-1])]
    hashes = ", ".join(f"{HASH.format(n)} AS h{n}" for n in range(1, 8))
    more = ", ".join(f"{HASH.format('again' + str(n))} AS h{n}" for n in range(1, 8))
    parts = {f"hash_{n}": HASH.format(n) for n in "fgh"}
    given = {"domains": DOMAINS, "families": families, "count": len(families), "first": FIRST, "second": SECOND,
             "people": PEOPLE * EACH // (EACH + 1), "each": EACH}  # fmt: skip
    cursor.execute(_percents(ORIGINALS).format(hashes=_percents(hashes), **parts), given)
    cursor.execute(_percents(AGAIN).format(hashes=more), given)
    return int(cursor.rowcount)


def _percents(sql: str) -> str:
    """Percent signs doubled, but for those of parameters."""
    return sql.replace(" % ", " %% ")


def _judged(cursor: Any, threshold: float) -> tuple[int, int]:
    cursor.execute(
        "SELECT count(*), count(*) FILTER (WHERE substr(a.customer_number, 2) = substr(b.customer_number, 2))"
        " FROM identity_pair p JOIN customers_person a ON a.id = p.first_id"
        " JOIN customers_person b ON b.id = p.second_id WHERE p.probability >= %s",
        [threshold],
    )
    pairs, right = cursor.fetchone()
    return int(pairs), int(right)


def _watch(steps: list[tuple[str, float]]) -> Any:
    def listener(done: int, total: int, step: str) -> None:
        if not steps or steps[-1][0] != step:
            steps.append((step, time.perf_counter()))

    return listener


def _parts(steps: list[tuple[str, float]]) -> str:
    ends = [at for _name, at in steps[1:]] + [time.perf_counter()]
    return ", ".join(f"{name.lower()} {end - at:.0f} s" for (name, at), end in zip(steps, ends, strict=True))


def _peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
