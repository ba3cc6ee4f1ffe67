"""What a table's columns are to a comparison, judged by their values alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FEW_VALUES = 50
MOST_PAIRS_A_RECORD = 60
"""So many pairs a record may one blocking rule bring in; a column whose common values bring more is joined with
another."""
CODE = "[0-9 ./:+-]+"
LONG_CODE = 6


@dataclass(frozen=True)
class Column:
    """A column: how many records have it, how many values there are, which share looks like a code (digits and signs),
    how long values are on average, and how many pairs of records agree in it."""

    name: str
    filled: int
    distinct: int
    codes: float
    length: float
    pairs: int

    @property
    def kind(self) -> str:
        """`useless` (empty, all the same, or all different), `few` (a short list of values), `code`, `long_code` or
        `text`."""
        if self.distinct < 2 or not self.pairs:
            return "useless"
        if self.distinct < FEW_VALUES:
            return "few"
        if self.codes > 0.5:
            return "long_code" if self.length >= LONG_CODE else "code"
        return "text"


def describe(connection: Any, tables: list[str], names: list[str]) -> list[Column]:
    """The columns `names` of DuckDB tables of texts taken together; empty texts are null there. Two statements each."""
    rows = " UNION ALL ".join(f"SELECT * FROM {table}" for table in tables)
    return [_column(connection, rows, name) for name in names]


def _column(connection: Any, rows: str, name: str) -> Column:
    q = quoted(name)
    filled, distinct, codes, length = connection.execute(
        f"SELECT count({q}), count(DISTINCT {q}), avg(regexp_full_match({q}, '{CODE}')::int), avg(length({q}))"
        f" FROM ({rows})"
    ).fetchone()
    return Column(name, filled, distinct, codes or 0.0, length or 0.0, _agreeing(connection, rows, [name]))


def agreeing_pairs(connection: Any, tables: list[str], names: list[str]) -> int:
    """How many pairs of records agree in all of `names`."""
    return _agreeing(connection, _together(tables), names)


def _together(tables: list[str]) -> str:
    return " UNION ALL ".join(f"SELECT * FROM {table}" for table in tables)


def _agreeing(connection: Any, rows: str, names: list[str]) -> int:
    keys = ", ".join(quoted(n) for n in names)
    known = " AND ".join(f"{quoted(n)} IS NOT NULL" for n in names)
    (pairs,) = connection.execute(
        f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) n FROM ({rows}) WHERE {known} GROUP BY {keys})"
    ).fetchone()
    return int(pairs)


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'
