"""The tables of the old systems as rows of texts, and CSV files as somebody would export them. Nothing is kept."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.exchange.by_command import take_in

Rows = list[dict[str, str]]
_INSERT = re.compile(r"INSERT INTO (\w+) VALUES \((.*)\);")
_TABLE = re.compile(r"CREATE TABLE (\w+) \(\n(.*?)\n\);", re.DOTALL)


def tables_of_dump(path: Path) -> dict[str, Rows]:
    """{table: rows} of an SQL dump with one INSERT a row; what is not known is an empty text."""
    text = path.read_text("utf-8")
    names = {table: [line.split()[0] for line in body.splitlines()] for table, body in _TABLE.findall(text)}
    found: dict[str, Rows] = {table: [] for table in names}
    for table, values in _INSERT.findall(text):
        cells = next(csv.reader([values], quotechar="'", skipinitialspace=True))
        found[table].append(dict(zip(names[table], ("" if c == "NULL" else c for c in cells), strict=True)))
    return found


def tables_of_sqlite(path: Path) -> dict[str, Rows]:
    """{table: rows} of an SQLite file, opened for reading only."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as known:
        known.row_factory = sqlite3.Row
        names = [n for (n,) in known.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
        return {
            name: [
                {k: "" if v is None else str(v) for k, v in dict(row).items()}
                for row in known.execute(f'SELECT * FROM "{name}"')
            ]
            for name in names
        }


def export(path: Path, rows: Iterable[dict[str, Any]], names: Sequence[str] = ()) -> Path:
    """Write rows as a CSV file, all columns or the named ones."""
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(names or listed[0]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(listed)
    return path


def bring(actor: Actor, kind: str, path: Path, columns: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    """Take a file in; columns and choices as one would give them on the command line."""
    return take_in(
        kind, path, actor=actor.via("import"), columns=columns or {}, options=options, is_dry=False,
        listener=lambda done, total, step: None,
    )  # fmt: skip


def as_shown(number: str) -> str:
    """A `real` as PostgreSQL shows it in an export: the dump writes more digits than such a number has."""
    return f"{float(number):.6g}" if number else ""


def amount(row: dict[str, str], price: str, quantity: str, discount: str = "") -> Decimal:
    """What a line costs, to the cent."""
    found = Decimal(row[price]) * Decimal(row[quantity]) * (1 - Decimal(row[discount] if discount else 0))
    return found.quantize(Decimal("0.01"))
