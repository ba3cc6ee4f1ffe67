"""Excel and Parquet files of lists: types, nasty values, nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
import python_calamine
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.exports.files import sheets
from dangol.platform.exports.files.parquet import ParquetFile
from dangol.platform.exports.files.sheets import SheetsFile, fits, sheet_name
from dangol.platform.exports.rules import disposition, file_name
from dangol.platform.objects.exporting import Form, Plan, no_formula
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import Field
from dangol.platform.ui.viewer import Viewer
from tests.cast import Cast

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'=1",
    '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0",
]  # fmt: skip
NASTY = [
    *FORMULAS, "<r><t>rich</t></r>", "<r/>", "a\nb\r\nc", "x" * 40_000, "😀" * 20_000, "\x01\x0b\x1f bell", "_x0041_",
    "\ufffe\uffff", "  spaces  ", "]]>&amp;<", "http://a.test", "1e5", "007", "TRUE", "#N/A", "{=1}", "한글 이름",
    "\u202egnp.exe",
]  # fmt: skip
FIELDS = [
    Field("name", "Name"), Field("much", "Much", kind="money"), Field("on", "On", kind="date"),
    Field("at", "At", kind="datetime"), Field("is_it", "Is", kind="bool"), Field("n", "N", kind="number"),
]  # fmt: skip


def workbook(tmp_path: Path, rows: list[tuple[Any, ...]], values: Any = "sheet") -> Path:
    plan = Plan(object_type("person"), ListQuery(), FIELDS, "name")
    viewer = Viewer(language="en", time_zone="Asia/Seoul")
    file = SheetsFile(tmp_path / "b.xlsx", plan, Form("xlsx", values=values), Actor.system("test"), viewer, tmp_path)
    file.write(rows)
    file.close()
    assert [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]
    return tmp_path / "b.xlsx"


def read(path: Path) -> Any:
    return python_calamine.CalamineWorkbook.from_path(str(path))


def row(pk: int, name: str, *rest: Any) -> tuple[Any, ...]:
    return (pk, name, *rest, *[None] * (5 - len(rest)))


def test_nasty_texts_stay_texts(tmp_path: Path) -> None:
    path = workbook(tmp_path, [row(n, text) for n, text in enumerate(NASTY)])
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                content = archive.read(name)
                ElementTree.fromstring(content)  # well-formed, whatever was in it
                assert b"<f>" not in content
                assert b"<hyperlink" not in content
        assert archive.testzip() is None
    found = [line[0] for line in read(path).get_sheet_by_index(0).to_python()[1:]]
    for text, kept in zip(NASTY, found, strict=True):
        if len(text) < 16_000 and text.isprintable() and "\ufffe" not in text and "_x" not in text:
            assert kept == text, ascii(text)
    assert set(found[NASTY.index("x" * 40_000)]) == {"x"}
    assert len(found[NASTY.index("x" * 40_000)]) == 32_767
    assert len(found[NASTY.index("😀" * 20_000)]) == 16_383
    assert read(path).sheet_names[-1] == "Notes"
    assert read(path).get_sheet_by_name("Notes").to_python()[1] == ["Name: 2"]


def test_numbers_days_and_moments_are_such(tmp_path: Path) -> None:
    at = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
    lines = [
        row(1, "a", Decimal("1234.50"), date(2026, 1, 2), at, True, 7),
        row(2, "b", Decimal("12345678901234567.89"), date(1899, 12, 31), at.replace(year=1850), False, 10**20),
        row(3, "c", Decimal("NaN"), date(1900, 2, 28), None, None, 0),
    ]
    found = read(workbook(tmp_path, lines)).get_sheet_by_index(0).to_python()
    assert found[0] == ["Name", "Much", "On", "At", "Is", "N"]
    assert found[1][:4] == ["a", 1234.5, date(2026, 1, 2), datetime(2026, 11, 22, 12, 4, 5)]
    assert found[2][1:3] == ["12345678901234567.89", "1899-12-31"]
    assert found[2][5] == "1" + "0" * 20
    assert found[3][1:3] == ["NaN", "1900-02-28"]


def test_a_full_sheet_is_followed_by_another(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    book = read(workbook(tmp_path, [row(n, f"p{n}") for n in range(7)]))
    assert book.sheet_names == ["People", "People 2", "People 3"]
    assert [len(book.get_sheet_by_index(n).to_python()) for n in range(3)] == [4, 4, 2]
    assert book.get_sheet_by_index(2).to_python() == [["Name", "Much", "On", "At", "Is", "N"], ["p6", *[""] * 5]]


def test_the_head_is_frozen_and_sifted(tmp_path: Path) -> None:
    with zipfile.ZipFile(workbook(tmp_path, [row(1, "a")])) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:F2"' in sheet


@settings(max_examples=40, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_numbers_that_are_written_as_such_lose_nothing(value: Decimal) -> None:
    assert not fits(value) or Decimal(f"{value:.16G}") == value


@settings(max_examples=40, deadline=None)
@given(st.text(), st.integers(1, 99))
def test_sheet_names_are_such_as_excel_takes(title: str, number: int) -> None:
    name = sheet_name(title, number)
    assert 1 <= len(name.encode("utf-16-le", "surrogatepass")) // 2 <= 31
    assert not set(name) & set("[]:*?/\\")
    assert name.casefold() != "history"


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_names_of_downloads_cannot_break_out_of_their_header(words: str) -> None:
    words = words.encode("utf-8", "ignore").decode()
    header = disposition(file_name(words, "csv"), file_name(words, "csv"))
    assert header.isascii()
    assert header.count('"') == 2
    assert not set(header) & {"\r", "\n", "\\"}


def test_a_korean_name_has_a_plain_one_beside_it() -> None:
    assert disposition("고객 2026.xlsx", "people-2026.xlsx") == (
        "attachment; filename=\"people-2026.xlsx\"; filename*=UTF-8''%EA%B3%A0%EA%B0%9D%202026.xlsx"
    )
    assert disposition("a-1.csv", "a-1.csv") == 'attachment; filename="a-1.csv"'


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_takes_the_sting_out_of_every_formula(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.fixture
def people(cast: Cast) -> list[Person]:
    rows = [("=1+1", date(1890, 5, 1)), ("Kim\nTwo", date(1990, 1, 2)), ("<r>x</r>", None)]
    return [Person.plain.create(name=n, born_on=b, owner=cast.owner) for n, b in rows]


def taken(cast: Cast, who: str = "admin", **asked: str) -> bytes:
    client = Client()
    client.force_login(cast.users[who])
    answer = client.post("/people/export", {"columns": "name,born_on,owner,created_at", **asked})
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def test_a_small_list_is_an_excel_file_at_once(cast: Cast, people: list[Person]) -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(taken(cast, format="xlsx", sort="-name")))
    found = book.get_sheet_by_index(0).to_python()
    assert [line[0] for line in found] == ["Name", "Kim\nTwo", "=1+1", "<r>x</r>"]
    assert found[1][1] == date(1990, 1, 2)
    assert found[2][1] == "1890-05-01"
    assert found[1][2] == "Owner"
    assert isinstance(found[1][3], datetime)


def test_parquet_has_a_type_for_each_column(cast: Cast, people: list[Person]) -> None:
    table = pq.read_table(io.BytesIO(taken(cast, format="parquet", sort="name")))
    kinds = {f.name: str(f.type) for f in table.schema}
    assert kinds == {"id": "int64", "name": "string", "born_on": "date32[day]", "owner_id": "int64",
                     "owner": "string", "created_at": "timestamp[us, tz=UTC]"}  # fmt: skip
    assert table.schema.field("born_on").metadata == {b"label": b"Birthday", b"kind": b"date"}
    found = {r["name"]: r for r in table.to_pylist()}
    assert found["=1+1"]["born_on"] == date(1890, 5, 1)
    assert found["=1+1"]["owner_id"] == cast.owner.pk
    assert found["<r>x</r>"]["born_on"] is None


def test_every_field_of_every_object_has_a_type(db: None, tmp_path: Path) -> None:
    from dangol.platform.objects.registry import all_fields, object_types

    for declared in object_types():
        columns = [f for f in all_fields(declared).values() if f.kind != "custom"]
        plan = Plan(declared, ListQuery(), columns, declared.default_sort)
        file = ParquetFile(tmp_path / declared.name, plan, Form("parquet"), Actor.system("test"), Viewer())
        money = {f.name for f in columns if f.kind == "money"}
        assert all(str(file.schema.field(name).type).startswith("decimal128") for name in money)
        file.close()
