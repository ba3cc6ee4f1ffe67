"""Tables of pictures, the CSV files made of them, and addresses of the lists behind their numbers. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal
from urllib.parse import urlencode

Kind = Literal["text", "number", "money", "percent", "month"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column of a picture's table."""

    key: str
    label: Any
    kind: Kind = "number"


@dataclass(frozen=True)
class Cell:
    """One value, and the address of the list behind it if it has one; `count` is how long that list is for a share."""

    value: Any
    door: str = ""
    heat: int = 0
    count: int | None = None


@dataclass(frozen=True)
class Table:
    """The numbers of a picture; the page and the CSV file are both written from it."""

    caption: Any
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(default=())


def csv_text(table: Table) -> str:
    """Return `table` as CSV text (RFC 4180) with its labels as the first row.

    Text that a spreadsheet would run as a formula is made plain by a leading apostrophe. Numbers are written plain,
    without separators, shares as percentages, months as 2026-03.
    """
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([safe_cell(str(c.label)) for c in table.columns])
    for row in table.rows:
        lines.writerow([csv_cell(cell.value, column.kind) for column, cell in zip(table.columns, row, strict=True)])
    return out.getvalue()


def csv_cell(value: Any, kind: Kind) -> str:
    """Return one value of a table as its CSV cell."""
    if kind == "percent" and value is not None:
        return safe_cell(round(float(value) * 100, 2))
    return safe_cell(value.isoformat()[:7] if kind == "month" and isinstance(value, date) else value)


def safe_cell(value: Any) -> str:
    """Return what may stand in a cell: nothing for None, months and days in ISO form, texts that run nothing."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else repr(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def address(slug: str, tree: Mapping[str, Any], *, sort: str = "") -> str:
    """Return the address of the list `slug` narrowed by the filter `tree`: the door behind a number."""
    asked = {"filter": json.dumps(tree, ensure_ascii=False, separators=(",", ":"))} if tree else {}
    return f"/{slug}?{urlencode(asked | ({'sort': sort} if sort else {}))}".rstrip("?")


def all_of(*conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filter that asks all `conditions`; one alone stands by itself."""
    return dict(conditions[0]) if len(conditions) == 1 else {"and": [dict(c) for c in conditions]}


def is_(field_name: str, value: Any) -> dict[str, Any]:
    """Return the condition that a field is `value`."""
    return {"field": field_name, "op": "is", "value": value}


def between(field_name: str, first: Any, last: Any) -> dict[str, Any]:
    """Return the condition that a field lies between two values, both counted; days are written in ISO form."""
    ends = [end.isoformat() if isinstance(end, date) else end for end in (first, last)]
    return {"field": field_name, "op": "between", "value": ends}


@dataclass(frozen=True)
class Ground:
    """What the figures stand on: money and days in which they were counted, and the limits of their tiers."""

    currency: str
    time_zone: str
    top_percent: Decimal
    bottom_percent: Decimal
    window_months: int


@dataclass(frozen=True)
class Picture:
    """A picture: its table, what the chart is drawn from (None: from the table), the facts of its finding."""

    name: str
    make_table: Callable[[], Table]
    chart: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def table(self) -> Table:
        """Its table; made only when somebody looks at it, since each number carries an address."""
        return self.make_table()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.chart is None and not self.table.rows
