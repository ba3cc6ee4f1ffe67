from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.platform.exchange.errors import BadFile
from dangol.platform.exchange.reader import BROKEN_QUOTE, LINE_TOO_LONG, NUL_CHARACTER, TOO_MANY_CELLS, open_table

PLAIN = "Order,Date,Price\n1,2024-01-02,3.50\n2,2024-01-03,4\n"


def put(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path: Path) -> list[list[str]]:
    return [row.cells for row in open_table(path).rows() if not row.fault]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    table = open_table(put(tmp_path, PLAIN.replace(",", separator)))
    assert table.header == ("Order", "Date", "Price")
    assert [row.cells[2] for row in table.rows()] == ["3.50", "4"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_korean_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = "주문번호,상품명,판매가\n1,원두 이백 그램,12000\n2,드리퍼,9900\n"
    table = open_table(put(tmp_path, text.encode(encoding)))
    assert table.header == ("주문번호", "상품명", "판매가")
    assert [row.cells[1] for row in table.rows()] == ["원두 이백 그램", "드리퍼"]


def test_western_letters_outside_utf_8_are_read_as_windows_1252(tmp_path: Path) -> None:
    assert cells(put(tmp_path, "Name,Price\nCafé £20 €,3\n".encode("cp1252"))) == [["Café £20 €", "3"]]


def test_a_letter_far_down_the_file_decides_the_encoding(tmp_path: Path) -> None:
    text = "Name,Price\n" + "plain,1\n" * 400_000 + "Müller,2\n"
    table = open_table(put(tmp_path, text.encode("latin-1")))
    assert list(table.rows())[-1].cells == ["Müller", "2"]


def test_a_packed_file_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    assert cells(put(tmp_path, gzip.compress(PLAIN.encode()), "orders.csv")) == cells(put(tmp_path, PLAIN, "b.csv"))


def test_a_packed_file_that_was_cut_short_is_refused_with_a_sentence(tmp_path: Path) -> None:
    packed = gzip.compress((PLAIN + "3,2024-01-04,1\n" * 5000).encode())
    with pytest.raises(BadFile, match="damaged"):
        list(open_table(put(tmp_path, packed[: len(packed) // 2])).rows())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"just words\nin one column\nand no more\n", "one column"),
        (b"PK\x03\x04 an Excel workbook", "Excel"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (bytes(range(256)) * 40, "no letters"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence) as refused:
        open_table(put(tmp_path, content))
    assert refused.value.what_to_do


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="nowhere"):
        open_table(tmp_path / "nowhere.csv")


def test_a_file_without_a_header_keeps_its_first_row(tmp_path: Path) -> None:
    table = open_table(put(tmp_path, "1001,2024-01-02,3.50\n1002,2024-01-03,4.00\n"))
    assert not table.layout.is_header_given
    assert table.header == ("Column 1", "Column 2", "Column 3")
    assert [row.cells[0] for row in table.rows()] == ["1001", "1002"]


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    table = open_table(put(tmp_path, f"Orders of January\n\n{PLAIN}"))
    assert table.header == ("Order", "Date", "Price")
    assert len(list(table.rows())) == 2


def test_the_line_that_names_the_separator_is_obeyed(tmp_path: Path) -> None:
    table = open_table(put(tmp_path, "sep=;\nOrder;Date;Price\n1;2024-01-02;3,50\n"))
    assert table.header == ("Order", "Date", "Price")
    assert [row.cells for row in table.rows()] == [["1", "2024-01-02", "3,50"]]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    rows = "".join(f"{i},2024-01-02,1.00\n" for i in range(3000))
    table = open_table(put(tmp_path, f'Order,Date,Price\n9001,"2024-01-02,1.00\n{rows}'))
    found = list(table.rows())
    assert [row.fault for row in found if row.fault] == [BROKEN_QUOTE]
    assert len(found) == 3001
    assert found[1].cells == ["0", "2024-01-02", "1.00"]


def test_a_quoted_text_may_go_over_several_lines(tmp_path: Path) -> None:
    assert cells(put(tmp_path, 'Order,Note\n1,"two\nlines"\n2,one\n')) == [["1", "two\nlines"], ["2", "one"]]


def test_a_line_of_a_hundred_megabytes_is_one_row_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as out:
        out.write(b"Order,Date,Price\n1,2024-01-02,3\n")
        for _block in range(100):
            out.write(b"x" * 1_000_000)
        out.write(b"\n2,2024-01-03,4\n")
    found = list(open_table(path).rows())
    assert [row.fault for row in found] == ["", LINE_TOO_LONG, ""]
    assert len(found[1].cells[0]) <= 2000


def test_nul_bytes_put_their_row_aside(tmp_path: Path) -> None:
    table = open_table(
        put(tmp_path, PLAIN.encode() + b"3,2024-01-04,\x005\n4,2024-01-05,6\n" + b"5,2024-01-05,6\n" * 60)
    )
    assert [row.fault for row in table.rows()][:4] == ["", "", NUL_CHARACTER, ""]


def test_more_cells_than_columns_put_a_row_aside_and_fewer_do_not(tmp_path: Path) -> None:
    found = list(open_table(put(tmp_path, PLAIN + "3,2024-01-04,1,000\n4,2024-01-05\n5,2024-01-05,1,\n")).rows())
    assert [row.fault for row in found] == ["", "", TOO_MANY_CELLS, "", ""]
    assert found[3].cells == ["4", "2024-01-05", ""]


def test_column_names_are_unique(tmp_path: Path) -> None:
    assert open_table(put(tmp_path, "Name,Name,\nA,B,C\nD,E,F\n")).header == ("Name", "Name (2)", "Column 3")


def test_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="klingon"):
        open_table(put(tmp_path, PLAIN), encoding="klingon")


pieces = st.sampled_from(
    [
        b"a",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r\n",
        b'"',
        b"'",
        b"1",
        b"2024-01-02",
        b"\x00",
        b"\xff",
        b"\xc0\xa1",
        b" ",
        b"=",
        b"\xe9",
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pieces, max_size=80).map(b"".join))
def test_any_bytes_are_a_table_or_get_a_sentence(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), content)
        try:
            table = open_table(path)
        except BadFile:
            return
        rows = list(table.rows())
    assert all(len(row.cells) == len(table.header) for row in rows if not row.fault)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
