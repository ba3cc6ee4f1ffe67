"""Any file of transactions -> a table of texts.

CSV of any usual separator and encoding, packed or not; Parquet; and the format of the CDNOW data.
"""

import csv
import gzip
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from dangol.analytical.predictions.lifetime_value.lab.errors import LabError

_CDNOW_LINE = re.compile(r"^\s*(\d{3,})\s+(?:\d+\s+)?(?:19|20)\d{6}\s+\d+\s+-?\d+(?:\.\d+)?\s*$")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATORS = (",", ";", "\t", "|")
_MISSHAPEN_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of a file as texts. `row_numbers` are as a spreadsheet counts them; `misshapen` could not be split."""

    table: pa.Table
    row_numbers: pa.Array
    misshapen: list[tuple[int, str]]
    format: str

    @property
    def rows_read(self) -> int:
        """All rows of the file, header apart."""
        return int(self.table.num_rows) + len(self.misshapen)


def read_sheet(path: Path) -> Sheet:
    """Read a file of transactions; raise LabError with a sentence when it is none."""
    raw = _raw_bytes(path)
    if raw[:4] == b"PAR1":
        return _parquet(raw)
    if raw.startswith(_SPREADSHEETS):
        raise LabError(f"{path.name} is a spreadsheet or an archive. Save it as CSV and try again.")
    text, encoding = _decode(raw, path)
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    if not lines:
        raise LabError(f"{path.name} holds no rows.")
    if all(_CDNOW_LINE.match(line) for line in lines[: max(1, len(lines) - 1)]):
        return _cdnow(text)
    return _separated(text, lines[0], encoding, path)


def _raw_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except FileNotFoundError:
        raise LabError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise LabError(f"{path} is a folder; name a file in it.") from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise LabError(f"{path.name} is packed (gzip) but damaged: {error}. Pack or download it again.") from None
    except OSError as error:
        raise LabError(f"{path} cannot be read: {error.strerror}.") from None


def _decode(raw: bytes, path: Path) -> tuple[str, str]:
    """UTF-8 first, then Korean Windows, then western Windows; UTF-16 only with its mark."""
    guesses = ["utf-16"] if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp949", "cp1252"]
    for encoding in guesses:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise LabError(f"{path.name} is no text in UTF-8, UTF-16, cp949 or cp1252. Save it as CSV in UTF-8 and try again.")


def _cdnow(text: str) -> Sheet:
    """Columns set apart by spaces, without a header: id, (sample id,) yyyymmdd, number of CDs, dollars."""
    split = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    width = 4 if len(split[0][1]) == 4 else 5
    good = [(number, fields) for number, fields in split if len(fields) == width]
    bad = [(number, " ".join(fields)) for number, fields in split if len(fields) != width]
    names = ["customer", "date", "cds", "dollars"] if width == 4 else ["customer", "sample", "date", "cds", "dollars"]
    columns = zip(*(fields for _, fields in good), strict=True)
    table = pa.table({name: pa.array(values, pa.string()) for name, values in zip(names, columns, strict=True)})
    return Sheet(table, pa.array([number for number, _ in good], pa.int64()), bad, "CDNOW")


def _separated(text: str, first_line: str, encoding: str, path: Path) -> Sheet:
    separator = max(_SEPARATORS, key=lambda sign: len(next(csv.reader([first_line], delimiter=sign))))
    header = next(csv.reader([first_line], delimiter=separator))
    if len(header) < 2:
        raise LabError(
            f"{path.name} has one column only. Columns must be set apart by comma, semicolon, tab or bar; "
            "at least a customer and a date are needed."
        )
    if _looks_like_data(header):
        raise LabError(
            f"The first line of {path.name} should name the columns, but reads like data: {first_line.strip()[:80]!r}. "
            "Put a line of names on top, for example customer,date,amount."
        )
    names = _distinct([name.strip() or f"column {place}" for place, name in enumerate(header, 1)])
    misshapen: list[tuple[int, str]] = []
    table = _parse(text, separator, names, misshapen, path)
    if not table.num_rows:
        raise LabError(f"{path.name} names columns ({', '.join(names)}) but holds no rows under them.")
    numbers = _row_numbers(table.num_rows, [number for number, _ in misshapen])
    kind = {",": "CSV", ";": "CSV (semicolons)", "\t": "CSV (tabs)", "|": "CSV (bars)"}[separator]
    return Sheet(table, numbers, misshapen, kind if encoding == "utf-8-sig" else f"{kind}, {encoding}")


def _looks_like_data(header: list[str]) -> bool:
    return sum(bool(re.fullmatch(r"[-\d.,:/ ]*\d[-\d.,:/ ]*", field.strip())) for field in header) >= 2


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def _parse(text: str, separator: str, names: list[str], misshapen: list[tuple[int, str]], path: Path) -> pa.Table:
    def put_aside(row: pyarrow.csv.InvalidRow) -> str:
        if len(misshapen) >= _MISSHAPEN_KEPT:
            return "error"
        misshapen.append((row.number or 0, row.text))
        return "skip"

    content = text.lstrip("\ufeff \t\r\n") if text[:1].isspace() or text[:1] == "\ufeff" else text
    options = pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=put_aside)
    convert = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    reading = pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False, block_size=1 << 24)
    try:
        return pyarrow.csv.read_csv(io.BytesIO(content.encode()), reading, options, convert)
    except pa.ArrowInvalid as error:
        reason = str(error).split("\n")[0][:200]
        raise LabError(
            f"{path.name} cannot be split into columns: {reason}. Is there a quote that never ends?"
        ) from None


def _row_numbers(rows: int, skipped: list[int]) -> pa.Array:
    """Spreadsheet rows of the rows that were kept: the header is row 1."""
    everything = np.arange(2, rows + len(skipped) + 2, dtype=np.int64)
    return pa.array(np.setdiff1d(everything, skipped, assume_unique=True)[:rows])


def _parquet(raw: bytes) -> Sheet:
    try:
        table = pyarrow.parquet.read_table(pa.BufferReader(raw))
        texts = table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise LabError(f"The Parquet file has columns that cannot be read as text: {error}.") from None
    return Sheet(texts, pa.array(np.arange(1, table.num_rows + 1, dtype=np.int64)), [], "Parquet")
