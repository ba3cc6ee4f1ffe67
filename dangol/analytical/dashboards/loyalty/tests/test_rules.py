from __future__ import annotations

from datetime import date

import pytest

from dangol.analytical.dashboards.loyalty.rules import (
    CohortRow,
    cohort_rows,
    heat_step,
    highest_share,
    usual_first_return,
    weak_cohort,
)
from dangol.analytical.warehouse.marts.rules import CohortMonth


def cell(month: int, since: int, share: float, *, size: int = 100, whole: bool = True) -> CohortMonth:
    return CohortMonth(date(2025, month, 1), since, size, round(share * size), share, whole)


def row(month: int, share: float, size: int = 100) -> CohortRow:
    return CohortRow(date(2025, month, 1), size, (cell(month, 1, share, size=size),))


def test_rows_leave_out_the_cohort_s_own_month_a_month_still_running_and_cohorts_without_any() -> None:
    found = cohort_rows(
        [cell(1, 0, 0.1), cell(1, 2, 0.3), cell(1, 1, 0.4), cell(1, 3, 0.1, whole=False), cell(2, 0, 0.2)]
    )
    assert [(r.month.month, [c.months_since for c in r.months]) for r in found] == [(1, [1, 2])]


def test_only_the_last_cohorts_are_drawn() -> None:
    found = cohort_rows([cell(m, 1, 0.4) for m in range(1, 13)], most=3)
    assert [r.month.month for r in found] == [10, 11, 12]


def test_shades_run_from_pale_to_dark_on_the_map_s_own_scale() -> None:
    assert [heat_step(s, 0.5) for s in (0, 0.1, 0.25, 0.5)] == [1, 2, 4, 7]
    assert heat_step(0.3, 0) == 1


def test_a_handful_of_people_do_not_stretch_the_scale() -> None:
    assert highest_share([row(1, 0.4), row(2, 1.0, size=3)]) == 0.4


def test_a_month_well_below_the_usual_is_called_weak() -> None:
    usual = [row(m, 0.46) for m in range(1, 8)]
    assert weak_cohort([*usual, row(8, 0.30)]) == row(8, 0.30)
    assert weak_cohort([*usual, row(8, 0.42)]) is None


def test_a_handful_of_people_do_not_make_a_month_weak() -> None:
    assert weak_cohort([*(row(m, 0.46) for m in range(1, 8)), row(8, 0.0, size=5)]) is None


def test_the_usual_return_weighs_each_month_by_its_people() -> None:
    assert usual_first_return([row(1, 0.5, 300), row(2, 0.1, 100)]) == pytest.approx(0.4)
    assert usual_first_return([]) is None
