from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.collaborative.activities.attachments.rules.kinds import HEAD_BYTES, agrees
from dangol.collaborative.activities.attachments.rules.names import clean_name, ending_of, with_ending_of
from dangol.collaborative.activities.attachments.tests import samples


def fits(name: str, content: bytes) -> bool:
    return agrees(ending_of(name), content[:HEAD_BYTES], io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", samples.PDF),
        ("a.docx", samples.docx()),
        ("a.hwpx", samples.zipped({"mimetype": b"application/hwp+zip"})),
        ("a.odt", samples.zipped({"mimetype": b"application/vnd.oasis.opendocument.text"})),
        ("a.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("a.zip", samples.zipped({"x": b"y"})),
        ("a.txt", "안녕하세요".encode()),
        ("a.csv", "이름,도시\n김,서울".encode("cp949")),
        ("a.txt", "안녕".encode("utf-16")),
        ("a.mp3", b"ID3\x03\0\0\0" + b"\0" * 50),
        ("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("a.flac", b"fLaC" + b"\0" * 30),
    ],
)
def test_honest_files_are_taken(name: str, content: bytes) -> None:
    assert fits(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", samples.picture()),
        ("a.pdf", samples.HTML),
        ("a.pdf", b"%FDF-1.2"),
        ("a.txt", samples.HTML),
        ("a.txt", b"\xef\xbb\xbf  " + samples.SVG),
        ("a.txt", "<script>".encode("utf-16")),
        ("a.csv", b"#!/bin/sh\nrm -rf /"),
        ("a.txt", b"a\x00b"),
        ("a.zip", samples.EXE),
        ("a.docx", samples.zipped({"x": b"y"})),
        ("a.docx", samples.docx(**{"word/vbaProject.bin": b"macro"})),
        ("a.xlsx", samples.docx()),
        ("a.odt", samples.zipped({"mimetype": b"text/html"})),
        ("a.zip", samples.MANY_NAMES_ZIP),
        ("a.zip", b"PK\x03\x04" + b"\0" * 100),
        ("a.zip", samples.zipped({"x": b"y"}) + b"PK\x05\x06"),
        ("a.doc", samples.PDF),
        ("a.mp3", samples.EXE),
        ("a.mp4", b"nonsense"),
        ("a.exe", samples.EXE),
        ("a.svg", samples.SVG),
        ("a.html", samples.HTML),
        ("a", b"text"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    assert not fits(name, content)


@given(st.text(), st.sampled_from(["", ".pdf", ".tar.gz", ".한글"]))
def test_a_cleaned_name_is_short_visible_and_no_path(text: str, end: str) -> None:
    cleaned = clean_name(text + end)
    assert 0 < len(cleaned.encode()) <= 200
    assert not set(cleaned) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in cleaned)
    assert not cleaned.startswith(".")
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\계약서.pdf", "계약서.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("con.txt", "_con.txt"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("  ..  ", "file"),
        ("가" * 200 + ".pdf", "가" * 65 + ".pdf"),
    ],
)
def test_names_are_cleaned(raw: str, cleaned: str) -> None:
    assert clean_name(raw) == cleaned


def test_renaming_keeps_the_ending() -> None:
    assert with_ending_of("new", "old.pdf") == "new.pdf"
    assert with_ending_of("new.exe", "old.pdf") == "new.exe.pdf"
    assert with_ending_of("new.PDF", "old.pdf") == "new.PDF"
