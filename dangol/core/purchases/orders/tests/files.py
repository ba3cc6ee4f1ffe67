"""Order files made for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dangol.core.purchases.orders.rules.choices import Choices, Findings, manners
from dangol.core.purchases.orders.rules.fields import NAMES, looks_like
from dangol.core.purchases.orders.rules.gathering import Aside, Gathering, Line
from dangol.platform.exchange.columns import ImportField, guess_columns
from dangol.platform.exchange.reader import Row, Table, open_table

HEADER = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
FIELDS = tuple(ImportField(name, name, NAMES[name], looks_like(name)) for name in NAMES)

ROWS = (
    ("536365", "85123A", "WHITE HEART", "6", "12/1/2010 8:26", "2.55", "17850", "United Kingdom"),
    ("536365", "71053", "LANTERN", "6", "12/1/2010 8:26", "3.39", "17850", "United Kingdom"),
    ("536365", "71053", "LANTERN", "6", "12/1/2010 8:26", "3.39", "17850", "United Kingdom"),
    ("536365", "POST", "POSTAGE", "1", "12/1/2010 8:27", "18", "17850", "United Kingdom"),
    ("536370", "22728", "ALARM CLOCK", "24", "12/13/2010 8:45", "3.75", "12583", "France"),
    ("536400", "22728", "ALARM CLOCK", "2", "12/14/2010 9:00", "3.75", "", "United Kingdom"),
    ("C536379", "22728", "ALARM CLOCK", "-1", "12/14/2010 9:41", "3.75", "12583", "France"),
    ("A563185", "B", "Adjust bad debt", "1", "12/15/2010 14:50", "-11.06", "", "United Kingdom"),
)


def write(path: Path, rows: Iterable[Sequence[Any]] = ROWS, header: Sequence[str] = HEADER, **how: Any) -> Path:
    """Write rows as a CSV file; `how`: encoding, delimiter."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=how.get("delimiter", ","))
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(how.get("encoding", "utf-8")))
    return path


def columns(table: Table) -> dict[str, int]:
    """The columns as they are guessed."""
    return guess_columns(FIELDS, table.header, table.sample(200))


def opened(path: Path) -> tuple[Table, dict[str, int]]:
    """A file as a table with its guessed columns."""
    table = open_table(path)
    return table, columns(table)


def gathered(
    rows: Sequence[Sequence[str]], mapping: Mapping[str, int], choices: Choices | None = None
) -> tuple[Gathering, list[Line], list[Aside]]:
    """Rows taken in without a database."""
    listed = [Row(number, list(map(str, row))) for number, row in enumerate(rows, start=1)]
    findings = Findings().look(listed, mapping)
    how = manners(choices or Choices(), findings, currency="KRW", time_zone="Asia/Seoul", phone_region="KR")
    gathering = Gathering(mapping, how, len(rows[0]) if rows else 0)
    taken = [gathering.take(row) for row in listed]
    gathering.finish()
    return gathering, [t for t in taken if isinstance(t, Line)], [t for t in taken if isinstance(t, Aside)]


SHOP = {name: place for place, name in enumerate(
    ("number", "code", "description", "quantity", "date", "price", "customer_number", "country"))}  # fmt: skip
