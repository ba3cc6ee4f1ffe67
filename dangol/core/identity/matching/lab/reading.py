"""Any table of people -> DuckDB: texts without outer blanks, in small letters, empty ones null."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from dangol.core.identity.matching.estimators.linkage import CannotMatch
from dangol.platform.exchange.files.preparing import needs_preparing, prepare
from dangol.platform.exchange.reader import Table, open_table

BATCH = 50_000
KEY = "unique_id"


def load(connection: Any, path: Path, place: int) -> tuple[list[str], int]:
    """Read a file into the table `raw_<place>`: columns `c0`, `c1` ... in the file's order, and `unique_id`, the row's
    number.

    What columns are called in the file is for people alone: Splink parses names and reserves some. Returns those names,
    each of them once, and how many rows could not be cut into cells. Raises BadFile, CannotMatch.
    """
    if not path.is_file():
        raise CannotMatch(f"There is no file {path}.", "Write the path of a file with people, for example people.csv.")
    with TemporaryDirectory() as folder:
        table = open_table(_prepared(path, Path(folder)))
        faults = _fill(connection, table, place)
    (rows,) = connection.execute(f"SELECT count(*) FROM raw_{place}").fetchone()
    if not rows:
        raise CannotMatch(f"{path.name} has a header and no rows.", "Give a file with at least some people in it.")
    return told_apart(table.header), faults


def inner(place: int) -> str:
    """What the column at a place is called inside."""
    return f"c{place}"


def told_apart(header: Sequence[str]) -> list[str]:
    """The names of columns; the second of the same name with a number behind it."""
    found: list[str] = []
    for name in header:
        called, number = name, 1
        while called in found:
            number += 1
            called = f"{name} ({number})"
        found.append(called)
    return found


def _prepared(path: Path, folder: Path) -> Path:
    return prepare(path, folder / "table.csv").path if needs_preparing(path) else path


def _fill(connection: Any, table: Table, place: int) -> int:
    names = [inner(n) for n in range(len(table.header))]
    columns = ", ".join(f"{name} VARCHAR" for name in names)
    connection.execute(f"CREATE TABLE raw_{place} ({KEY} BIGINT, {columns})")
    faults = 0
    rows = table.rows()
    while batch := list(islice(rows, BATCH)):
        good = [row for row in batch if not row.fault]
        faults += len(batch) - len(good)
        cells: Iterator[Any] = zip(*(row.cells for row in good), strict=True)
        texts = [pa.array([_plain(c) for c in column], pa.string()) for column in cells] or [
            pa.array([], pa.string()) for _ in names
        ]
        numbers = pa.array([row.number for row in good], pa.int64())
        connection.register("batch", pa.table([numbers, *texts], names=[KEY, *names]))
        connection.execute(f"INSERT INTO raw_{place} SELECT * FROM batch")
        connection.unregister("batch")
    return faults


def _plain(cell: str) -> str | None:
    return " ".join(cell.split()).lower() or None
