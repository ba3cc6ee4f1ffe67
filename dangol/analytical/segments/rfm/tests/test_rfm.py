from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import ibis
import pyarrow as pa

from dangol.analytical.segments.rfm.models import SEGMENT_LABELS
from dangol.analytical.segments.rfm.rules import SEGMENTS, segment_of
from dangol.analytical.segments.rfm.tables.grades import rfm


def test_every_combination_of_grades_has_a_name_and_every_name_a_combination() -> None:
    named = {segment_of(*grades) for grades in product(range(1, 6), repeat=3)}
    assert named == set(SEGMENTS) == set(SEGMENT_LABELS)


def test_the_best_are_champions_and_the_worst_are_lost() -> None:
    assert segment_of(5, 5, 5) == "champions"
    assert segment_of(1, 5, 5) == "cannot_lose"
    assert segment_of(5, 1, 1) == "new"
    assert segment_of(1, 1, 1) == "lost"


def test_equals_get_equal_grades() -> None:
    people = pa.table(
        {
            "person_id": pa.array(range(10), pa.int64()),
            "last_on": [date(2026, 1, 1) + timedelta(days=n) for n in range(10)],
            "purchase_days": pa.array([1] * 6 + [2, 3, 4, 5], pa.int64()),
            "value": pa.array([Decimal(n) for n in range(10)], pa.decimal128(38, 4)),
        }
    )
    found = rfm(ibis.memtable(people)).order_by("graded_id").to_pyarrow().to_pylist()
    assert [row["recency"] for row in found] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert [row["frequency"] for row in found] == [1] * 6 + [4, 4, 5, 5]
    assert [row["segment"] for row in found] == [segment_of(r["recency"], r["frequency"], r["money"]) for r in found]
