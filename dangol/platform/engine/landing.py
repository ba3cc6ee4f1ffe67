"""Writing results back to Postgres, so that a row that is as it was is not written.

The rows go by COPY into a temporary table; one statement writes those that are new or differ, another deletes those
that are gone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connections, transaction


@dataclass(frozen=True)
class Landed:
    """How many rows were written new, changed and deleted, and how many there are."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    rows: int = 0

    @property
    def written(self) -> int:
        """How many rows were touched at all."""
        return self.added + self.changed + self.removed


def land(
    batches: Iterable[pa.RecordBatch],
    *,
    table: str,
    key: Sequence[str],
    columns: Sequence[str],
    alias: str = "default",
) -> Landed:
    """Make `table` hold exactly the rows of `batches` in `columns`, writing as little as possible, in one transaction.

    `key` are the columns that name a row (unique in the table); lists come as text, as Postgres writes arrays.
    """
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE landing AS SELECT {_list(columns)} FROM {table} WHERE false")
        rows = _copy(cursor, columns, batches)
        cursor.execute(f"CREATE INDEX ON landing ({_list(key)}); ANALYZE landing")
        removed = _remove(cursor, table, key)
        before = _count(cursor, table)
        written = _upsert(cursor, table, key, columns)
        cursor.execute("DROP TABLE landing")
        added = rows - before
        return Landed(added=added, changed=written - added, removed=removed, rows=rows)


def _copy(cursor: Any, columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> int:
    rows = 0
    options = pacsv.WriteOptions(include_header=False, quoting_style="needed")
    with cursor.copy(f"COPY landing ({_list(columns)}) FROM STDIN (FORMAT csv)") as copy:
        for batch in batches:
            text = io.BytesIO()
            pacsv.write_csv(batch.select(list(columns)), text, options)
            copy.write(text.getbuffer())
            rows += batch.num_rows
    return rows


def _remove(cursor: Any, table: str, key: Sequence[str]) -> int:
    same = " AND ".join(f"landing.{k} = kept.{k}" for k in key)
    cursor.execute(f"DELETE FROM {table} kept WHERE NOT EXISTS (SELECT 1 FROM landing WHERE {same})")
    return int(cursor.rowcount)


def _upsert(cursor: Any, table: str, key: Sequence[str], columns: Sequence[str]) -> int:
    rest = [c for c in columns if c not in key]
    sets = ", ".join(f"{c} = excluded.{c}" for c in rest)
    same = " AND ".join(f"landing.{k} = kept.{k}" for k in key)
    mine, theirs = (", ".join(f"{side}.{c}" for c in rest) for side in ("landing", "kept"))
    first = key[0]
    cursor.execute(
        f"INSERT INTO {table} ({_list(columns)}) SELECT {', '.join(f'landing.{c}' for c in columns)}"
        f" FROM landing LEFT JOIN {table} kept ON {same}"
        f" WHERE kept.{first} IS NULL OR ({mine}) IS DISTINCT FROM ({theirs})"
        f" ON CONFLICT ({_list(key)}) DO UPDATE SET {sets}"
    )
    return int(cursor.rowcount)


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return int(cursor.fetchone()[0])


def _list(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
