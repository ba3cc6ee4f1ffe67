from __future__ import annotations

from datetime import date
from decimal import Decimal

from dangol.core.membership.grades.rules import Held, Step, end_of_month, held_now, reached, window_start

STEPS = [Step("gold", Decimal(500)), Step("silver", Decimal(100)), Step("bronze", Decimal(0))]
DAY = date(2026, 3, 15)


def test_the_highest_grade_that_is_reached_counts() -> None:
    assert [getattr(reached(STEPS, Decimal(n)), "grade_id", None) for n in (0, 99, 100, 500, 9999)] == [
        "bronze", "bronze", "silver", "gold", "gold",
    ]  # fmt: skip
    assert reached(STEPS[:2], Decimal(99)) is None


def test_a_grade_is_kept_to_the_end_of_its_time_and_longer_when_it_is_reached_again() -> None:
    before = held_now(STEPS, Decimal(600), Held(), DAY, 12)
    assert before == Held("gold", date(2027, 3, 31))
    assert held_now(STEPS, Decimal(0), before, date(2027, 3, 31), 12) == before
    assert held_now(STEPS, Decimal(0), before, date(2027, 4, 1), 12) == Held("bronze", date(2028, 4, 30))
    assert held_now(STEPS, Decimal(500), before, date(2026, 5, 1), 12) == Held("gold", date(2027, 5, 31))


def test_a_higher_grade_comes_at_once() -> None:
    assert held_now(STEPS, Decimal(500), Held("silver", date(2030, 1, 1)), DAY, 0) == Held("gold", date(2026, 3, 31))


def test_a_grade_that_is_out_of_use_is_not_kept() -> None:
    assert held_now(STEPS, Decimal(0), Held("old", date(2030, 1, 1)), DAY, 1) == Held("bronze", date(2026, 4, 30))


def test_windows_begin_on_the_day_after() -> None:
    assert window_start(date(2026, 3, 31), 1) == date(2026, 3, 1)
    assert window_start(date(2026, 3, 15), 12) == date(2025, 3, 16)
    assert end_of_month(date(2026, 12, 31), 0) == date(2026, 12, 31)
