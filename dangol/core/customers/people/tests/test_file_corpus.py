"""A corpus of files as they come wrong, each made here: what is said of it helps, and every good row comes in."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dangol.core.customers.people.tests.files import counts, living, take
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.errors import BadFile
from dangol.platform.exchange.tests import sheets

pytestmark = pytest.mark.django_db
TABLE = "name,email,birthday\nKim,kim@x.test,1990-03-02\nLee,lee@x.test,1991-01-02\n"
KOREAN = "이름,이메일,도시\n김지우,kim@x.test,서울\n이서준,lee@x.test,부산\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 8


@dataclass(frozen=True)
class Case:
    """A file: its bytes, and either the words of the sentence with which it is refused, or what comes of it."""

    content: bytes
    refused: tuple[str, ...] = ()
    came: tuple[int, int, int, int] = (2, 0, 0, 0)
    reasons: tuple[str, ...] = ()
    born: str = ""
    said: tuple[str, ...] = ()
    name: str = "file.csv"


def book(rows: list[Any], merged: tuple[str, ...] = (), password: str = "") -> bytes:
    data = sheets.workbook({"Sheet1": rows}, merged)
    return sheets.protected(data, password) if password else data


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return out.getvalue()


HEAD = ("name", "email", "birthday")
ROWS = [("Kim", "kim@x.test", ""), ("Lee", "lee@x.test", "")]
WIDE = ",".join(("name", "email", *(f"c{i}" for i in range(498))))
CORPUS: dict[str, Callable[[], Case]] = {
    "utf-8 with a mark": lambda: Case(KOREAN.encode("utf-8-sig")),
    "cp949": lambda: Case(KOREAN.encode("cp949")),
    "euc-kr": lambda: Case(KOREAN.encode("euc-kr")),
    "utf-16": lambda: Case(KOREAN.encode("utf-16")),
    "windows-1252": lambda: Case("name,email\nJosé,jose@x.test\nZoë,zoe@x.test\n".encode("cp1252")),
    "utf-8 joined with a few bytes of something else": lambda: Case(
        KOREAN.encode() + ("가" * 2000).encode() + b",x@x.test,\xff\n", came=(3, 0, 0, 0)
    ),
    "a quote never closed": lambda: Case(
        b'name,email\nKim,kim@x.test\n"Cho,cho@x.test\nLee,lee@x.test\n', came=(2, 0, 0, 1), reasons=("broken_quote",)
    ),
    "quotes inside a text": lambda: Case(b'name,email\n"Kim ""K"" Lee",kim@x.test\nLee "L" Ho,lee@x.test\n'),
    "a line break inside a text": lambda: Case(b'name,email\n"Kim\nLee",kim@x.test\nLee,lee@x.test\n'),
    "500 columns": lambda: Case(f"{WIDE}\nKim,kim@x.test{',x' * 498}\nLee,lee@x.test{',x' * 498}\n".encode()),
    "501 columns": lambda: Case(f"{WIDE},c\n{'1,' * 500}1\n".encode(), refused=("501 columns", "500", "Take out")),
    "merged cells": lambda: Case(
        book([("company", "name", "email"), ("Narae", *ROWS[0][:2]), ("", *ROWS[1][:2])], ("A2:A3",)), name="a.xlsx"
    ),
    "formulas, one of them failed": lambda: Case(
        book([HEAD, (("=A9", "Kim"), "kim@x.test", ""), ("Lee", ("=1/0", "#DIV/0!"), "")]), name="a.xlsx"
    ),
    "a failed formula as text": lambda: Case(
        b"name,email\nKim,kim@x.test\nLee,#REF!\n", came=(1, 0, 0, 1), reasons=("formula_error",)
    ),
    "day before month": lambda: Case(b"name,email,birthday\nA,a@x.test,31/12/1990\nKim,b@x.test,01/02/1991\n",
                                     born="1991-02-01"),
    "month before day": lambda: Case(b"name,email,birthday\nA,a@x.test,12/31/1990\nKim,b@x.test,01/02/1991\n",
                                     born="1991-01-02"),
    "year first, as in Korea": lambda: Case("name,email,birthday\nA,a@x.test,1990년 12월 31일\n"
                                            "Kim,b@x.test,1991. 2. 1.\n".encode(), born="1991-02-01"),
    "a day that no calendar has": lambda: Case(
        b"name,email,birthday\nKim,kim@x.test,1990-02-30\nLee,lee@x.test,1991-02-01\n", came=(1, 0, 0, 1),
        reasons=("bad_date",),
    ),
    "two columns of one name": lambda: Case(b"name,email,email\nKim,kim@x.test,no\nLee,lee@x.test,no\n"),
    "no names for some columns": lambda: Case(b"name,email,,\nKim,kim@x.test,1,2\nLee,lee@x.test,3,4\n"),
    "a title above the header": lambda: Case(b"Members 2026,,\n\nname,email,city\nKim,kim@x.test,Seoul\n"
                                             b"Lee,lee@x.test,Busan\n"),
    "empty": lambda: Case(b"", refused=("The file is empty", "column names")),
    "blanks only": lambda: Case(b" \n\t\n", refused=("The file is empty",)),
    "a header only": lambda: Case(b"name,email\n", came=(0, 0, 0, 0), said=("no rows below",)),
    "one column": lambda: Case(b"name\nKim\nLee\n", refused=("one column", "commas")),
    "NUL bytes": lambda: Case(
        b"name,email\nKim,kim@x.test\nL\x00ee,lee@x.test\n" + b"Cho,cho@x.test\n" * 20, came=(2, 0, 19, 1),
        reasons=("nul_character",),
    ),
    "a picture renamed": lambda: Case(JPEG, refused=("JPEG", "CSV")),
    "a program renamed": lambda: Case(bytes(range(256)) * 40, refused=("no letters", "CSV")),
    "a damaged workbook": lambda: Case(book([HEAD, *ROWS])[:-200], refused=("damaged", "save it anew")),
    "a packed file of something else": lambda: Case(packed(people_DOT_csv=TABLE.encode()), refused=("ZIP", "Unpack")),
    "a bomb": lambda: Case(packed(xl__worksheets__sheet1_DOT_xml=b"0" * (60 << 20)), refused=("far larger",)),
    "gzip": lambda: Case(gzip.compress(TABLE.encode())),
    "gzip cut short": lambda: Case(gzip.compress(TABLE.encode())[:-10], refused=("damaged", "again")),
    "a password": lambda: Case(book([HEAD, *ROWS], password="1234"), refused=("password", "Give the password")),
    "a line too long": lambda: Case(
        b"name,email\nKim,kim@x.test\n" + b"x" * 300_000 + b",y@x.test\nLee,lee@x.test\n", came=(2, 0, 0, 1),
        reasons=("line_too_long",),
    ),
    "more cells than columns": lambda: Case(
        b"name,email\nKim,kim@x.test\nLee,lee@x.test\nCho, Inc,c,d@x.test\n", came=(2, 0, 0, 1),
        reasons=("too_many_cells",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CORPUS)
def test_a_file_comes_in_or_a_sentence_helps(system: Actor, tmp_path: Path, what: str) -> None:
    case = CORPUS[what]()
    path = tmp_path / case.name
    path.write_bytes(case.content)
    if case.refused:
        with pytest.raises(BadFile) as caught:
            take(path, system)
        said = f"{caught.value.sentence} {caught.value.what_to_do}"
        assert all(words in said for words in case.refused), said
        assert caught.value.what_to_do
        assert not living()
        return
    result = take(path, system)
    assert (counts(result), tuple(result["reasons"])) == (case.came, case.reasons)
    assert len(living()) == case.came[0]
    assert all(words in " ".join(result["warnings"]) for words in case.said)
    if case.born:
        assert str(living()["Kim"].born_on) == case.born
