from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.membership.points.rules import Line, Lot, balance, earned, expires_on, in_turn, use

amounts = st.integers(1, 10_000).map(lambda n: Decimal(n) / 100)
days = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 1, 1)))
lots = st.lists(st.tuples(amounts, days), max_size=8).map(
    lambda found: [Lot(key, left, day) for key, (left, day) in enumerate(found)]
)


def test_an_order_earns_its_percentage_rounded_down() -> None:
    assert earned(Decimal("29999.99"), Decimal("1.50"), 0) == 449
    assert earned(Decimal("29999.99"), Decimal("1.50"), 2) == Decimal("449.99")
    assert earned(Decimal("-29999.99"), Decimal("1.50"), 0) == -449
    assert earned(Decimal(50), Decimal(1), 0) == 0


def test_points_are_good_to_the_end_of_a_month() -> None:
    assert expires_on(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert expires_on(date(2026, 12, 5), 12) == date(2027, 12, 31)
    assert expires_on(date(2026, 1, 31), 0) is None


def test_what_expires_first_is_used_first_and_what_never_expires_last() -> None:
    found = [Lot(1, Decimal(5)), Lot(2, Decimal(5), date(2027, 1, 1)), Lot(3, Decimal(5), date(2026, 1, 1))]
    assert [lot.key for lot in in_turn(found)] == [3, 2, 1]
    assert use(found, Decimal(7)) == [Lot(3, Decimal(0), date(2026, 1, 1)), Lot(2, Decimal(3), date(2027, 1, 1))]


@given(lots, amounts)
def test_using_points_takes_exactly_so_many_or_nothing(found: list[Lot], points: Decimal) -> None:
    there = sum((lot.left for lot in found), Decimal(0))
    if points > there:
        with pytest.raises(ValueError, match="Not enough"):
            use(found, points)
        return
    changed = {lot.key: lot.left for lot in use(found, points)}
    after = [changed.get(lot.key, lot.left) for lot in found]
    assert there - sum(after, Decimal(0)) == points
    assert all(left >= 0 for left in after)


@given(st.lists(st.tuples(st.integers(), st.integers(-500, 500)), max_size=10))
def test_a_ledger_adds_up_to_its_lines(found: list[tuple[int, int]]) -> None:
    assert balance(Line(at, Decimal(points)) for at, points in found) == sum(points for _, points in found)
