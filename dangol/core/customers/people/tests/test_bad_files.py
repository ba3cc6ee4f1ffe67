"""Files as they come: whatever is wrong with one, a sentence says what, and the good rows come in."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dangol.core.customers.people.tests.files import HEADER, ROWS, counts, living, take, write
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.errors import BadFile, BadMapping
from dangol.platform.exchange.tests import sheets

pytestmark = pytest.mark.django_db
LINES = "\r\n".join([",".join(HEADER), *(",".join(f'"{c}"' if "," in c else c for c in row) for row in ROWS)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_encoding_and_separator_is_read(
    system: Actor, tmp_path: Path, encoding: str, separator: str
) -> None:
    path = write(tmp_path / "a.csv", encoding=encoding, delimiter=separator)
    assert counts(take(path, system, is_dry=True)) == (3, 0, 0, 0)


def spreadsheet(path: Path) -> None:
    sheets.write(path, [HEADER, *ROWS])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b" \r\n \r\n"), "empty"),
        (lambda path: path.write_bytes(b"name\nKim\nLee\n"), "one column"),
        (lambda path: path.write_bytes(b"%PDF-1.7 ..."), "PDF"),
        (lambda path: path.write_bytes(bytes(range(256)) * 40), "no letters"),
        (lambda path: path.write_bytes(b"PK\x03\x04 cut off"), "damaged"),
        (lambda path: path.write_bytes(gzip.compress(LINES.encode())[:-20]), "damaged"),
        (lambda path: path.write_text(",".join(f"c{i}" for i in range(600)) + "\n" + ",".join("1" * 600)), "columns"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(
    system: Actor, tmp_path: Path, make: Callable[[Path], Any], sentence: str
) -> None:
    path = tmp_path / "a.csv"
    make(path)
    with pytest.raises(BadFile) as caught:
        take(path, system, is_dry=True)
    assert sentence in f"{caught.value.sentence} {caught.value.what_to_do}"


def test_columns_of_no_known_name_are_said_to_be_unused(system: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("1", "2")], ("foo", "bar"))
    with pytest.raises(BadMapping, match="No column was chosen"):
        take(path, system, is_dry=True)


def test_a_broken_quote_takes_only_its_own_row_out(system: Actor, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,email\nKim,kim@x.test\n"Lee,lee@x.test\nPark,park@x.test\n', "utf-8")
    result = take(path, system)
    assert counts(result) == (2, 0, 0, 1)
    assert result["reasons"] == {"broken_quote": 1}


def test_a_row_with_too_many_cells_is_put_aside(system: Actor, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,email\nKim,kim@x.test,what,is,this\nLee,lee@x.test\n", "utf-8")
    assert take(path, system)["reasons"] == {"too_many_cells": 1}


def test_five_hundred_columns_are_read(system: Actor, tmp_path: Path) -> None:
    header = ("name", "email", *(f"c{i}" for i in range(498)))
    path = write(tmp_path / "a.csv", [("Kim", "kim@x.test", *("x" * 498))], header)
    assert counts(take(path, system)) == (1, 0, 0, 0)


def test_the_first_of_two_columns_of_one_name_is_taken(system: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("Kim", "kim@x.test", "other@x.test")], ("name", "email", "email"))
    result = take(path, system)
    assert living()["Kim"].email == "kim@x.test"
    assert result["columns"]["email"] == "email"


@pytest.mark.parametrize(
    ("days", "born"),
    [(("31/12/1990", "01/02/1991"), "1991-02-01"), (("12/31/1990", "01/02/1991"), "1991-01-02"),
     (("1990년 12월 31일", "1991.02.01"), "1991-02-01"), (("33238", "33270"), "1991-02-01")],
)  # fmt: skip
def test_days_are_read_as_the_whole_file_proves_them(
    system: Actor, tmp_path: Path, days: tuple[str, str], born: str
) -> None:
    rows = [(f"p{i}", f"p{i}@x.test", day) for i, day in enumerate(days)]
    take(write(tmp_path / "a.csv", rows, ("name", "email", "birthday")), system)
    assert str(living()["p1"].born_on) == born


def test_a_spreadsheet_with_a_title_merged_cells_and_formulas_comes_in(system: Actor, tmp_path: Path) -> None:
    rows = [("고객 명단 2026", "", "", ""), ("회사", "이름", "이메일", "휴대폰"),
            ("나래", "김지우", ("=A1", "jiwoo@narae.test"), 1012345678), ("", "이서준", "seojun@narae.test", ""),
            ("별", "박하나", ("=1/0", "#DIV/0!"), "010-3333-4444")]  # fmt: skip
    book = sheets.write(tmp_path / "a.xlsx", rows, merged=("A1:D1", "A3:A4"))
    assert counts(take(book, system)) == (3, 0, 0, 0)
    people = living()
    assert people["이서준"].company_id == people["김지우"].company_id
    assert people["김지우"].phone == "+821012345678"
    assert people["박하나"].email == ""


def test_a_protected_spreadsheet_asks_for_its_password(system: Actor, tmp_path: Path) -> None:
    rows = [HEADER, *ROWS, *((f"p{i}", f"p{i}@x.test", "", "", "", "") for i in range(200))]
    book = sheets.write(tmp_path / "a.xlsx", rows, password="1234")
    with pytest.raises(BadFile, match="protected by a password"):
        take(book, system, is_dry=True)
    assert take(book, system, is_dry=True, password="1234")["rows_new"] == 203


def test_address_cards_come_in_as_people(system: Actor, tmp_path: Path) -> None:
    from dangol.platform.exchange.tests.test_files import CARDS

    path = tmp_path / "contacts.vcf"
    path.write_text(CARDS, "utf-8")
    assert counts(take(path, system)) == (2, 0, 0, 0)
    people = living()
    assert people["김지우"].phone == "+821012345678"
    assert people["Jane Webb"].email == "jane@webb.test"
