"""A spreadsheet or address cards written anew as CSV. Runs in a child process: `python -m … SOURCE TARGET`.

The request comes as JSON on standard input (`password`, `sheet`); the answer goes out as JSON: `{"sheets": […],
"sheet": …}` or `{"error": code}`. Imports nothing of Django.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from dangol.platform.exchange.files import vcards

MOST_MEMORY = 3 * 1024**3
MOST_SECONDS = 300
MOST_UNPACKED = 1536 * 1024**2
MOST_PARTS = 5_000
MOST_RATIO = 200
HARMLESS_SIZE = 50 * 1024**2
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


class Refused(Exception):
    """The file cannot be taken; the text is a code."""


def main() -> None:
    """Do what is asked and say how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    asked = json.load(sys.stdin)
    try:
        answer = convert(source, target, password=asked.get("password", ""), sheet=asked.get("sheet", ""))
    except Refused as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": "too_large"}
    json.dump(answer, sys.stdout)


def convert(source: Path, target: Path, *, password: str = "", sheet: str = "") -> dict[str, Any]:
    """Write a file as CSV (UTF-8). Raises `Refused`."""
    with source.open("rb") as stream:
        first = stream.read(256)
    if vcards.is_vcard(first):
        _write(target, [list(vcards.COLUMNS)], vcards.rows(source.read_bytes()))
        return {"sheets": [], "sheet": ""}
    with tempfile.TemporaryFile() as opened:
        return _sheet(_decrypted(source, opened, password) if first.startswith(OLE) else source, target, sheet)


def _decrypted(source: Path, opened: IO[bytes], password: str) -> Path | IO[bytes]:
    """The file itself when it has no password (Excel 97), else what is inside."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    with source.open("rb") as stream:
        try:
            office = msoffcrypto.OfficeFile(stream)
            if not office.is_encrypted():
                return source
            if not password:
                raise Refused("password_needed")
            office.load_key(password=password)
            office.decrypt(opened)
        except (InvalidKeyError, DecryptionError) as error:
            raise Refused("password_wrong") from error
        except (FileFormatError, ValueError, KeyError, OSError) as error:
            raise Refused("damaged") from error
    opened.seek(0)
    return opened


def _sheet(source: Path | IO[bytes], target: Path, wanted: str) -> dict[str, Any]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    _refuse_bomb(source)
    try:
        book: Any = CalamineWorkbook.from_object(str(source) if isinstance(source, Path) else source)
        names = [meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        tables = {name: book.get_sheet_by_name(name) for name in ([wanted] if wanted in names else names)}
    except (CalamineError, OSError, ValueError, KeyError) as error:
        raise Refused("password_needed" if "password" in str(error).lower() else "damaged") from error
    name = next((n for n, table in tables.items() if table.height > 1), next(iter(tables), ""))
    if not name:
        raise Refused("no_sheet")
    table = tables[name]
    _write(target, [], _cells(table))
    return {"sheets": names, "sheet": name}


def _refuse_bomb(source: Path | IO[bytes]) -> None:
    """A packed file that would grow beyond all measure is not opened."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            if stream.read(4) != ZIP:
                return
    try:
        with zipfile.ZipFile(source) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile as error:
        raise Refused("damaged") from error
    unpacked, size = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    is_bomb = unpacked > HARMLESS_SIZE and unpacked > size * MOST_RATIO
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or is_bomb:
        raise Refused("bomb")
    if not any(p.filename.startswith(("xl/", "content.xml")) for p in parts):
        raise Refused("no_spreadsheet")
    if not isinstance(source, Path):
        source.seek(0)


def _cells(table: Any) -> Iterator[list[str]]:
    """The rows of a sheet as texts; what is merged downwards stands in each of its rows."""
    top, left = table.start or (0, 0)
    merged = sorted(
        (r1 - top, c1 - left, r2 - top) for (r1, c1), (r2, _c2) in table.merged_cell_ranges or () if r2 > r1
    )
    going: list[tuple[int, int, str]] = []
    place = 0
    for number, values in enumerate(table.iter_rows()):
        row = [text(value) for value in values]
        going = [one for one in going if one[0] >= number]
        for _last, column, value in going:
            if column < len(row) and not row[column]:
                row[column] = value
        while place < len(merged) and merged[place][0] <= number:
            first, column, last = merged[place]
            place += 1
            if first == number and 0 <= column < len(row):
                going.append((last, column, row[column]))
        yield row


def text(value: Any) -> str:
    """A cell's value as one would type it: whole numbers without a point, days as 2026-03-02."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time | timedelta):
        return value.isoformat() if not isinstance(value, timedelta) else str(value)
    return str(value).replace("\x00", "").replace("_x000D_", "")


def _write(target: Path, head: Iterable[list[str]], rows: Iterable[list[str]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerows(head)
        for row in rows:
            writer.writerow(row)


if __name__ == "__main__":
    main()
