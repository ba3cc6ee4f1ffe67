"""Finding out how the bytes of a file are to be read as text."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from dangol.platform.exchange.errors import BadFile

BLOCK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
KNOWN = {
    b"PK\x03\x04": "Excel, ZIP",
    b"\xd0\xcf\x11\xe0": "Excel 97",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"SQLite format 3": "SQLite",
    b"PAR1": "Parquet",
    b"BZh": "bzip2",
    b"7z\xbc\xaf": "7z",
    b"\xfd7zXZ": "xz",
}
FORGIVEN_FAULTS = 0.001


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacking gzip by its first bytes, whatever its name says."""
    with path.open("rb") as probe:
        packed = probe.read(2) == GZIP_MAGIC
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the unpacked bytes of a file, a megabyte at a time. Raises `BadFile` when a packed file is cut short."""
    try:
        with open_bytes(path) as stream:
            while block := stream.read(BLOCK):
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise cut_short() from error


def cut_short() -> BadFile:
    """Return the sentence for a packed file that ends too early."""
    return BadFile(
        _("The packed file (gzip) is damaged: it ends in the middle."),
        _("Copy or download it again, or unpack it and choose the file inside."),
    )


def find_encoding(path: Path) -> str:
    """Return the Python name of a file's encoding, judged by the whole file.

    UTF-8 where the bytes are valid UTF-8 (a stray fault in a thousand is forgiven), cp949 (EUC-KR) where they read as
    Korean, else Windows-1252 or Latin-1, in which every byte means something.

    Raises:
        BadFile: it is empty, is no text, or is packed and cut short.
    """
    first = _first_block(path)
    for bom, name in BOMS:
        if first.startswith(bom):
            return name
    _refuse_binary(first)
    if _reads_as(path, "utf-8"):
        return "utf-8"
    if _is_nearly_utf8(path):
        return "utf-8"
    if _is_korean(path):
        return "cp949"
    return "cp1252" if _reads_as(path, "cp1252") else "latin-1"


def _first_block(path: Path) -> bytes:
    first = next(blocks(path), b"")
    if not first.strip():
        raise BadFile(_("The file is empty."), _("Choose a file with a line of column names and rows below it."))
    return first


def _refuse_binary(first: bytes) -> None:
    for magic, kind in KNOWN.items():
        if first.startswith(magic):
            raise BadFile(
                _("This is not a text table but a file of another kind (%(kind)s).") % {"kind": kind},
                _("Save it as CSV first; in Excel: File, Save as, CSV UTF-8."),
            )
    control = sum(first.count(bytes([code])) for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 31))
    if control > len(first) // 100:
        raise BadFile(
            _("This is not a text table: it is full of bytes that are no letters."),
            _("Save it as CSV first; in Excel: File, Save as, CSV UTF-8."),
        )


def _reads_as(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_utf8(path: Path) -> bool:
    """Whether the text is UTF-8 with a few broken letters, as when two files were joined by hand."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    good = bad = 0
    for block in blocks(path):
        text = decoder.decode(block)
        bad += text.count("\ufffd")
        good += len(text) - len(text.encode("ascii", "ignore"))
    return bad <= (good - bad) * FORGIVEN_FAULTS


def _is_korean(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("cp949")()
    hangul = others = 0
    try:
        for block in blocks(path):
            for letter in decoder.decode(block):
                if letter > "\x7f":
                    hangul += "가" <= letter <= "힣"
                    others += not "가" <= letter <= "힣"
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return hangul > others
