from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dangol.analytical.dashboards.value.rules import (
    chosen_month,
    direction,
    in_order,
    months_to_choose,
    times_as_much,
    value_at,
    went,
)
from dangol.analytical.segments.tiers.rules import TierFlow, TierShare
from dangol.analytical.warehouse.marts.rules import ParetoPoint

JUNE, JULY, AUGUST = date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)


def flow(before: str, after: str, people: int = 1, month: date = JUNE, until: date = AUGUST) -> TierFlow:
    return TierFlow(month, until, before, after, people)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("top", "middle", "down"),
        ("bottom", "top", "up"),
        ("middle", "middle", "stay"),
        ("top", "", "down"),
        ("", "top", "up"),
    ],
)
def test_a_move_goes_up_down_or_nowhere(before: str, after: str, expected: str) -> None:
    assert direction(flow(before, after)) == expected


def test_coming_new_is_not_counted_as_moving_up() -> None:
    flows = [flow("", "top", 9), flow("middle", "top", 3), flow("bottom", "", 2), flow("top", "middle", 5)]
    assert sum(f.customers for f in went(flows, "up")) == 3
    assert sum(f.customers for f in went(flows, "down")) == 7


def test_moves_stand_in_the_order_of_tiers_and_who_stayed_outside_is_left_out() -> None:
    flows = [flow("", ""), flow("", "top"), flow("middle", "top"), flow("top", "top"), flow("top", "bottom", 0)]
    assert in_order(flows) == [flow("top", "top"), flow("middle", "top"), flow("", "top")]


def test_months_can_be_chosen_up_to_the_one_before_the_last() -> None:
    assert months_to_choose({JUNE, AUGUST, JULY}) == ([JULY, JUNE], AUGUST)
    assert months_to_choose(set()) == ([], None)


def test_without_a_choice_a_quarter_is_looked_back() -> None:
    months = [date(2025, m, 1) for m in range(9, 0, -1)]
    assert chosen_month("", months) == date(2025, 7, 1)
    assert chosen_month("2025-02", months) == date(2025, 2, 1)
    assert chosen_month("nonsense", months[:1]) == months[0]
    assert chosen_month("", []) is None


def test_the_curve_is_read_between_its_points() -> None:
    curve = [ParetoPoint(0, 0), ParetoPoint(0.5, 0.9), ParetoPoint(1, 1)]
    assert value_at(curve, 0.25) == pytest.approx(0.45)
    assert value_at(curve, 1) == 1
    assert value_at([], 0.2) == 0


def test_a_top_customer_is_compared_with_everyone_else() -> None:
    shares = [
        TierShare("top", 2, Decimal(800), 20, 0.2, 0.8),
        TierShare("middle", 5, Decimal(150), 10, 0.5, 0.15),
        TierShare("bottom", 3, Decimal(50), 3, 0.3, 0.05),
    ]
    assert times_as_much(shares) == pytest.approx(16)
    assert times_as_much(shares[:1]) is None
