from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.analytical.dashboards.pictures.rules import (
    Cell,
    Cohort,
    Column,
    Move,
    Table,
    csv_text,
    heat_step,
    moved,
    safe_cell,
    thinned,
    usual_first_return,
    weak_cohort,
)


def cohort(month: int, share: float, people: int = 100) -> Cohort:
    return Cohort(date(2025, month, 1), people, (share,))


@given(st.text())
def test_no_text_of_a_file_is_run_by_a_spreadsheet(text: str) -> None:
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("number", [-5, Decimal("-1.50"), -0.5])
def test_a_negative_number_stays_a_number(number: Decimal) -> None:
    assert Decimal(safe_cell(number)) == Decimal(str(number))


def test_a_file_reads_back_as_the_table_it_was_written_from() -> None:
    table = Table(
        "t",
        (Column("month", "Month", "month"), Column("name", 'Na"me', "text"), Column("n", "People")),
        ((Cell(date(2025, 1, 1)), Cell("=1+1, two"), Cell(-3)), (Cell(None), Cell("김\n지우"), Cell(Decimal("2.50")))),
    )
    rows = list(csv.reader(io.StringIO(csv_text(table))))
    assert rows[0] == ["Month", 'Na"me', "People"]
    assert rows[1] == ["2025-01-01", "'=1+1, two", "-3"]
    assert rows[2] == ["", "김\n지우", "2.50"]


def test_shades_run_from_pale_to_dark_on_the_map_s_own_scale() -> None:
    assert [heat_step(s, 0.5) for s in (0, 0.1, 0.25, 0.5)] == [1, 2, 4, 7]
    assert heat_step(0.3, 0) == 1


def test_a_month_well_below_the_usual_is_called_weak() -> None:
    usual = [cohort(m, 0.46) for m in range(1, 8)]
    assert weak_cohort([*usual, cohort(8, 0.30)]) == cohort(8, 0.30)
    assert weak_cohort([*usual, cohort(8, 0.42)]) is None


def test_a_handful_of_people_do_not_make_a_month_weak() -> None:
    assert weak_cohort([*(cohort(m, 0.46) for m in range(1, 8)), cohort(8, 0.0, people=5)]) is None


def test_the_usual_return_weighs_each_month_by_its_people() -> None:
    assert usual_first_return([cohort(1, 0.5, 300), cohort(2, 0.1, 100)]) == pytest.approx(0.4)
    assert usual_first_return([]) is None


def test_coming_new_is_neither_up_nor_down_and_leaving_is_down() -> None:
    moves = [
        Move("top", "middle", 5), Move("middle", "top", 3), Move("bottom", "", 2),
        Move("", "top", 9), Move("top", "top", 50),
    ]  # fmt: skip
    assert moved(moves) == (3, 7)


def test_a_thinned_curve_keeps_its_ends() -> None:
    curve = [(i / 1000, (i / 1000) ** 0.5) for i in range(1001)]
    found = thinned(curve)
    assert (found[0], found[-1]) == (curve[0], curve[-1])
    assert len(found) <= 103
