from __future__ import annotations

import csv
import zipfile
from datetime import date
from pathlib import Path

import pytest

from dangol.platform.exchange.errors import BadFile
from dangol.platform.exchange.files.convert import Refused, convert
from dangol.platform.exchange.files.preparing import needs_preparing, prepare
from dangol.platform.exchange.files.vcards import COLUMNS, rows
from dangol.platform.exchange.tests import sheets

HEAD = ("이름", "생일", "금액", "전화")


def read(source: Path, target: Path, **how: str) -> list[list[str]]:
    convert(source, target, **how)
    with target.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_cells_are_what_one_would_type(tmp_path: Path) -> None:
    book = sheets.write(tmp_path / "a.xlsx", [
        HEAD, ("김지우", date(1990, 3, 2), 1234.5, 1012345678), ("이", "", ("=B2*2", 30.0), ("=1/0", "#DIV/0!")),
        ("박", True, 0.1, "010-1")])  # fmt: skip
    found = read(book, tmp_path / "a.csv")
    assert found[0] == list(HEAD)
    assert found[1] == ["김지우", "1990-03-02", "1234.5", "1012345678"]
    assert found[2] == ["이", "", "30", ""]
    assert found[3] == ["박", "TRUE", "0.1", "010-1"]


def test_what_is_merged_downwards_stands_in_each_row(tmp_path: Path) -> None:
    rows_ = [
        ("고객 목록", "", ""),
        ("회사", "이름", "전화"),
        ("나래", "김", "1"),
        ("", "이", "2"),
        ("", "박", "3"),
        ("별", "최", "4"),
    ]
    book = sheets.write(tmp_path / "a.xlsx", rows_, merged=("A1:C1", "A3:A5"))
    found = read(book, tmp_path / "a.csv")
    assert [row[0] for row in found] == ["고객 목록", "회사", "나래", "나래", "나래", "별"]
    assert found[0][1:] == ["", ""]


def test_the_first_sheet_with_a_table_is_taken_and_another_can_be(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheets.workbook({"Cover": [], "People": [("name",), ("Kim",)], "Firms": [("firm",), ("Narae",)]}))
    assert convert(path, tmp_path / "o.csv") == {"sheets": ["Cover", "People", "Firms"], "sheet": "People"}
    assert read(path, tmp_path / "o.csv", sheet="Firms")[1] == ["Narae"]


def test_a_password_opens_a_protected_file(tmp_path: Path) -> None:
    rows_ = [HEAD, ("김", "", 1, 2), *((f"이{i}", "", i * 7.3, i) for i in range(200))]
    book = sheets.write(tmp_path / "a.xlsx", rows_, password="비밀 1")
    assert read(book, tmp_path / "a.csv", password="비밀 1")[1][0] == "김"
    for given, code in (("", "password_needed"), ("wrong", "password_wrong")):
        with pytest.raises(Refused, match=code):
            convert(book, tmp_path / "a.csv", password=given)


def test_a_packed_bomb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024**2))
    with pytest.raises(Refused, match="bomb"):
        convert(path, tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04 broken", "damaged"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "damaged")],
)
def test_a_damaged_file_is_said_to_be_so(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refused, match=code):
        convert(path, tmp_path / "a.csv")


def test_a_packed_file_that_is_no_spreadsheet_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("people.csv", "name,email")
    with pytest.raises(Refused, match="no_spreadsheet"):
        convert(path, tmp_path / "a.csv")


def test_a_child_process_does_it_and_says_what_is_wrong(tmp_path: Path) -> None:
    book = sheets.write(tmp_path / "a.xlsx", [HEAD, ("김", "", 1, 2)])
    assert needs_preparing(book)
    assert prepare(book, tmp_path / "o.csv").sheet == "Sheet1"
    locked = sheets.write(tmp_path / "b.xlsx", [HEAD], password="x")
    with pytest.raises(BadFile) as caught:
        prepare(locked, tmp_path / "p.csv")
    assert "password" in caught.value.sentence
    assert not (tmp_path / "p.csv").exists()


CARDS = """BEGIN:VCARD
VERSION:3.0
N:김;지우;;;
FN:지우 김
ORG:나래상사;영업팀
TITLE:과장
TEL;TYPE=WORK,FAX:02-111-2222
TEL;TYPE=CELL:010-1234-5678
EMAIL;TYPE=INTERNET:jiwoo@narae.test
ADR;TYPE=HOME:;;테헤란로 1;강남구;서울;06000;대한민국
BDAY:1990-03-02
NOTE:줄 하나\\n줄 둘\\, 끝
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ
 SkZJRg
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Jane Webb
N:Webb;Jane;;;
TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+44-20-7946-0000;ext=1
item1.EMAIL:jane@webb.test
EMAIL:second@webb.test
BDAY:--0302
END:VCARD
"""


def card_rows(text: str) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows(text.encode())]


def test_cards_of_version_3_and_4_become_rows() -> None:
    kim, jane = card_rows(CARDS.replace("\n", "\r\n"))
    assert (kim["Name"], kim["Company"], kim["Phone"]) == ("김지우", "나래상사", "010-1234-5678")
    assert (kim["Birthday"], kim["Country"], kim["City"]) == ("1990-03-02", "대한민국", "강남구")
    assert kim["Note"] == "줄 하나\n줄 둘, 끝"
    assert kim["Other phones"] == "02-111-2222"
    assert (jane["Name"], jane["Email"], jane["Phone"]) == ("Jane Webb", "jane@webb.test", "+44-20-7946-0000")
    assert (jane["Other emails"], jane["Birthday"]) == ("second@webb.test", "")


def test_cards_of_version_2_1_in_any_encoding_become_rows() -> None:
    name = "=EA=B9=80;=EC=A7=80=\r\n=EC=9A=B0;;;"
    head = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    quoted = f"{head}{name}\r\nTEL;CELL:01012345678\r\nEND:VCARD\r\n"
    assert next(rows(quoted.encode()))[0] == "김지우"
    korean = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:이;서준\r\nTEL;CELL;PREF:010\r\nEND:VCARD\r\n".encode("cp949")
    assert next(rows(korean))[0] == "이서준"


def test_broken_cards_give_what_they_hold() -> None:
    text = (
        "BEGIN:VCARD\nFN:A\nno colon\nBEGIN:VCARD\nFN:inner\nEND:VCARD\nEMAIL:a@b.test\nEND:VCARD\nBEGIN:VCARD\nFN:cut"
    )
    assert [row[:2] for row in rows(text.encode())] == [["A", "a@b.test"]]
    assert list(rows(b"")) == []
