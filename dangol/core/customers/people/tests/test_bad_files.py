"""Files as they come: whatever is wrong with one, a sentence says what, and the good rows come in."""

from __future__ import annotations

from pathlib import Path

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


def test_columns_of_no_known_name_are_said_to_be_unused(system: Actor, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("1", "2")], ("foo", "bar"))
    with pytest.raises(BadMapping, match="No column was chosen"):
        take(path, system, is_dry=True)


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
