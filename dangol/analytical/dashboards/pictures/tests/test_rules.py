from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.analytical.dashboards.pictures.rules import (
    Cell,
    Column,
    Table,
    address,
    all_of,
    between,
    csv_text,
    is_,
    safe_cell,
)


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
    assert rows[1] == ["2025-01", "'=1+1, two", "-3"]
    assert rows[2] == ["", "김\n지우", "2.50"]


def test_shares_are_written_as_percentages_and_months_without_a_day() -> None:
    table = Table(
        "t",
        (Column("m", "Month", "month"), Column("s", "Share, %", "percent")),
        ((Cell(date(2025, 3, 1)), Cell(0.7341)),),
    )
    assert csv_text(table).splitlines()[1] == "2025-03,73.41"


def test_an_address_carries_its_filter_through_and_back() -> None:
    tree = all_of(is_("tier", "top"), between("last_order_on", date(2025, 1, 1), date(2025, 3, 31)))
    asked = parse_qs(urlsplit(address("people", tree, sort="-value")).query)
    assert json.loads(asked["filter"][0]) == tree
    assert asked["sort"] == ["-value"]


def test_a_list_without_a_filter_has_a_plain_address() -> None:
    assert address("people", {}) == "/people"
