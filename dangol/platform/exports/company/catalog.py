"""The tables of the house as the database itself knows them, so that none is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.platform.exports.company.closed import closed_tables, fills_of

_TABLES = """
SELECT c.relname, greatest(c.reltuples, 0)::bigint,
  (SELECT array_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum)) FROM pg_index i
   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
   WHERE i.indrelid = c.oid AND i.indisprimary)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname
"""
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
  a.attidentity <> '' OR pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL,
  a.attgenerated <> '', t.relname, f.attname
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum]
LEFT JOIN pg_class t ON t.oid = k.confrelid
LEFT JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0
  AND NOT a.attisdropped ORDER BY c.relname, a.attnum
"""


@dataclass(frozen=True)
class Column:
    """A column: its type as PostgreSQL writes it, and where it leads."""

    name: str
    type: str
    is_nullable: bool
    is_numbered: bool
    is_worked_out: bool
    references: tuple[str, str] | None = None

    @property
    def is_stamp(self) -> bool:
        """Whether it numbers transactions, which mean nothing in another house."""
        return self.type == "xid8"


@dataclass(frozen=True)
class Table:
    """A table that leaves: the columns that go along, and with what the others are filled where it is read back."""

    name: str
    rows: int
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    fills: dict[str, str]


def tables(cursor: Any) -> list[Table]:
    """Every table that leaves, by name; `rows` is the planner's estimate."""
    cursor.execute(_COLUMNS)
    columns: dict[str, list[Column]] = {}
    for table, name, kind, is_null, is_numbered, is_made, to_table, to_column in cursor.fetchall():
        leads = (to_table, to_column) if to_table else None
        columns.setdefault(table, []).append(Column(name, kind, is_null, is_numbered, is_made, leads))
    cursor.execute(_TABLES)
    closed = closed_tables()
    return [
        _table(name, int(rows), tuple(key or ()), columns[name], closed)
        for name, rows, key in cursor.fetchall()
        if name not in closed
    ]


def _table(name: str, rows: int, key: tuple[str, ...], columns: list[Column], closed: dict[str, str]) -> Table:
    fills = fills_of(name)
    for column in columns:
        if column.is_stamp and not column.is_worked_out:
            fills.setdefault(column.name, "pg_current_xact_id()")
        elif column.references and column.references[0] in closed:
            fills.setdefault(column.name, "NULL")
    kept = tuple(c for c in columns if c.name not in fills and not c.is_worked_out)
    return Table(name, rows, key, kept, {k: v for k, v in fills.items() if any(c.name == k for c in columns)})
