"""Any table of people -> DuckDB: texts without outer blanks, in small letters, empty ones null."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from dangol.core.identity.matching.estimators.columns import quoted
from dangol.core.identity.matching.estimators.linkage import CannotMatch
from dangol.platform.exchange.files.preparing import needs_preparing, prepare
from dangol.platform.exchange.reader import Table, open_table

BATCH = 50_000
KEY = "unique_id"


def load(connection: Any, path: Path, place: int) -> tuple[list[str], int]:
    """Read a file into the table `raw_<place>`: a column for each of its own, and `unique_id`, the row's number.

    Returns the columns' names and how many rows could not be cut into cells. Raises BadFile, CannotMatch.
    """
    with TemporaryDirectory() as folder:
        table = open_table(_prepared(path, Path(folder)))
        return list(table.header), _fill(connection, table, place)


def _prepared(path: Path, folder: Path) -> Path:
    return prepare(path, folder / "table.csv").path if needs_preparing(path) else path


def _fill(connection: Any, table: Table, place: int) -> int:
    names = table.header
    if KEY in names:
        raise CannotMatch(f"A column is called {KEY}, as the rows' own numbers are.", "Give it another name.")
    columns = ", ".join(f"{quoted(n)} VARCHAR" for n in names)
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
