"""Reading Postgres: one snapshot for all tables, rows by COPY into Arrow, memory flat whatever the size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

BLOCK_BYTES = 8 << 20
_IDENTITY = """
SELECT s.system_identifier::text || '/' || c.timeline_id || '/' || d.oid, pg_current_snapshot()::text
FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d WHERE d.datname = current_database()"""


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database. `server` names cluster, timeline and database; `moment` is Postgres' own text for
    which transactions are visible in it (`xmin:xmax:those still running`)."""

    connection: psycopg.Connection[Any]
    server: str
    moment: str

    def source_of(self, table: str) -> str:
        """The table's identity as Postgres knows it: another one when it was emptied, restored or rewritten."""
        row = self.connection.execute(
            "SELECT oid::text || '/' || relfilenode FROM pg_class WHERE oid = %s::regclass", [table]
        ).fetchone()
        return str(row[0]) if row else ""

    def knows(self, token: str) -> bool:
        """Whether the database holds the mark of an earlier load."""
        found = self.connection.execute("SELECT 1 FROM engine_load WHERE token::text = %s", [token]).fetchone()
        return found is not None

    def count(self, query: str) -> int:
        """How many rows a query gives."""
        row = self.connection.execute(f"SELECT count(*) FROM ({query}) counted").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def snapshot(parameters: dict[str, Any]) -> Iterator[Snapshot]:
    """Open a read-only view of one moment; `parameters` as for `psycopg.connect`."""
    with psycopg.connect(**parameters, autocommit=False) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL statement_timeout = 0")
        server, moment = connection.execute(_IDENTITY).fetchone() or ("", "")
        yield Snapshot(connection, server, moment)


class _Stream(io.RawIOBase):
    """What COPY sends, as a file that Arrow can read."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._parts = iter(copy)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, have = [self._rest], len(self._rest)
        while size < 0 or have < size:
            part = next(self._parts, None)
            if part is None:
                break
            parts.append(bytes(part))
            have += len(part)
        found = b"".join(parts)
        size = have if size < 0 else size
        self._rest = found[size:]
        return found[:size]

    def is_empty(self) -> bool:
        """Whether nothing was sent at all."""
        first = self.read(1)
        self._rest = first + self._rest
        return not first


def batches(connection: psycopg.Connection[Any], query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows of a query, in the order of `schema`, as Arrow batches; decimals exact, empty text is not NULL."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        stream = _Stream(copy)
        if not stream.is_empty():
            yield from _reader(stream, schema)


def _reader(stream: _Stream, schema: pa.Schema) -> pacsv.CSVStreamingReader:
    return pacsv.open_csv(
        stream,
        read_options=pacsv.ReadOptions(column_names=schema.names, block_size=BLOCK_BYTES),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types=dict(zip(schema.names, schema.types, strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def write_parquet(path: Path, found: Iterator[pa.RecordBatch], schema: pa.Schema) -> int:
    """Write batches to one file, which may hold no rows, and return how many there were."""
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for batch in found:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows
