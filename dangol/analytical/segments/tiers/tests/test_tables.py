from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.analytical.segments.tiers.rules import TIERS, Limits, flow_pairs, is_slipping, late_after_days, months_up_to
from dangol.analytical.segments.tiers.tables.history import tier_flows, tier_months, tier_periods, tiers_at
from dangol.analytical.segments.tiers.tables.ranking import NAMES, ranked

percents = st.integers(1, 10_000).map(lambda n: Decimal(n) / 100)
limits = st.tuples(percents, percents, st.integers(1, 24)).map(
    lambda found: Limits(found[0], min(found[1], 100 - found[0]), found[2])
)
values = st.integers(-5, 12).map(lambda n: Decimal(n).scaleb(1))
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BACKEND = ibis.duckdb.connect(threads=1)


def rows(table: Any) -> list[dict[str, Any]]:
    return table.to_pyarrow().to_pylist()


@given(limits, st.integers(0, 3000))
def test_every_customer_is_in_exactly_one_tier(found: Limits, customers: int) -> None:
    top, bottom = found.places(customers)
    assert 0 <= top <= customers
    assert 0 <= bottom <= customers - top
    counted = Counter(found.tier_of(rank, customers) for rank in range(1, customers + 1))
    assert (counted["top"], counted["bottom"], counted.total()) == (top, bottom, customers)


def test_halves_count_up_and_the_usual_limits_split_a_real_shop() -> None:
    assert Limits().places(4372) == (874, 1312)
    assert Limits(Decimal("12.5"), Decimal(0)).places(4) == (1, 0)
    assert Limits(Decimal(100), Decimal(0)).places(7) == (7, 0)


@quick
@given(limits, st.lists(values, max_size=40))
def test_the_expression_places_everybody_as_the_rule_does(found: Limits, worth: list[Decimal]) -> None:
    people = pa.table(
        {
            "person_id": pa.array(range(len(worth)), pa.int64()),
            "value_in_window": pa.array(worth, pa.decimal128(38, 4)),
            "orders_in_window": pa.array([1] * len(worth), pa.int64()),
        }
    )
    placed = rows(ranked(ibis.memtable(people), limits=found))
    order = sorted(range(len(worth)), key=lambda person: (-worth[person], person))
    expected = {p: (n, found.tier_of(n, len(worth))) for n, p in enumerate(order, 1)}
    assert {r["ranked_id"]: (r["rank"], NAMES[r["tier_code"]]) for r in placed} == expected
    if sum(worth):
        assert sum(float(r["share"]) for r in placed) == pytest.approx(1, abs=1e-5)
        last = max(placed, key=lambda r: r["rank"])
        assert float(last["cumulative_share"]) == pytest.approx(1)


def history(cells: dict[tuple[int, date], Decimal], months: list[date], found: Limits) -> tuple[Any, Any]:
    by_month = pa.table(
        {
            "person_id": pa.array([p for p, _ in cells], pa.int64()),
            "month": pa.array([m for _, m in cells], pa.date32()),
            "value": pa.array(list(cells.values()), pa.decimal128(18, 4)),
        }
    )
    people = BACKEND.create_table("people", pa.table({"person_id": sorted({p for p, _ in cells})}), overwrite=True)
    each = [
        tiers_at(
            ibis.memtable(by_month),
            from_month=months_up_to(m, date.min, found.window_months)[0],
            to_month=m,
            limits=found,
        )
        for m in months
    ]
    wide = BACKEND.create_table("wide", tier_months(people, each), overwrite=True)
    return wide, rows(tier_periods(wide, months=months))


def tier_in(cells: dict[tuple[int, date], Decimal], person: int, month: date, found: Limits) -> str:
    window = months_up_to(month, date.min, found.window_months)
    sums: dict[int, Decimal] = {}
    for (who, when), value in cells.items():
        if when in window:
            sums[who] = sums.get(who, Decimal(0)) + value
    order = sorted(sums, key=lambda p: (-sums[p], p))
    return found.tier_of(order.index(person) + 1, len(order)) if person in sums else ""


months_of_shop = [date(2025, m, 1) for m in range(1, 9)]
cells_of_shop = st.dictionaries(
    st.tuples(st.integers(1, 8), st.sampled_from(months_of_shop)), values, min_size=1, max_size=30
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells_of_shop, st.sampled_from([Limits(window_months=1), Limits(window_months=3), Limits()]))
def test_history_says_of_each_month_what_plain_python_says(
    cells: dict[tuple[int, date], Decimal], found: Limits
) -> None:
    wide, periods = history(cells, months_of_shop, found)
    told: dict[tuple[int, date], str] = {}
    for period in periods:
        for month in months_of_shop:
            if period["from_month"] <= month <= period["until_month"]:
                assert (period["person_id"], month) not in told
                told[period["person_id"], month] = period["tier"]
    people = {p for p, _ in cells}
    assert {(p, m): told.get((p, m), "") for p in people for m in months_of_shop} == {
        (p, m): tier_in(cells, p, m, found) for p in people for m in months_of_shop
    }
    flows = rows(tier_flows(wide, pairs=flow_pairs(len(months_of_shop)), months=months_of_shop))
    for flow in flows:
        expected = sum(
            1 for p in people
            if tier_in(cells, p, flow["from_month"], found) == flow["from_tier"]
            and tier_in(cells, p, flow["to_month"], found) == flow["to_tier"]
        )  # fmt: skip
        assert flow["customers"] == expected


def test_pairs_of_months_join_neighbours_and_each_month_with_the_last() -> None:
    assert flow_pairs(1) == []
    assert flow_pairs(4) == [(0, 1), (0, 3), (1, 2), (1, 3), (2, 3)]


def test_late_is_one_gap_and_a_half_but_two_weeks_at_least() -> None:
    assert [late_after_days(gap) for gap in (1, 10, 28, 40, 100)] == [15, 24, 42, 60, 150]


def test_only_top_customers_with_a_rhythm_slip() -> None:
    day = date(2026, 3, 31)
    assert is_slipping("top", date(2026, 1, 1), 30, day)
    assert not is_slipping("top", date(2026, 3, 1), 30, day)
    assert not is_slipping("middle", date(2026, 1, 1), 30, day)
    assert not is_slipping("top", date(2026, 1, 1), None, day)
    assert set(TIERS) == set(NAMES.values())
