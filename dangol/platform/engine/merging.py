"""One dataset from several files: reading by key, folding in a load's changes, compaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import duckdb

from dangol.platform.engine import duck
from dangol.platform.engine.lake import SCRATCH, Writer
from dangol.platform.engine.manifest import Layer

COMPACT_ABOVE_SHARE = 0.2
COMPACT_ABOVE_ROWS = 50_000
"""A dataset is written anew when what was superseded is more than this share of it, and more than this many rows."""

Paths = Callable[[tuple[str, ...]], Sequence[str]]


def reading(layer: Layer, paths: Paths) -> str:
    """The SQL that gives the dataset's rows as they are now."""
    columns = ", ".join(f'"{name}"' for name in layer.columns)
    parts = [f"SELECT {columns} FROM {files_sql(paths(layer.base))}"]
    if layer.superseded:
        parts[0] += f' WHERE "{layer.key}" NOT IN (SELECT key FROM {files_sql(paths(layer.superseded))})'
    if layer.changes:
        parts.append(f"SELECT {columns} FROM {files_sql(paths(layer.changes))}")
    return " UNION ALL ".join(parts)


def merge(writer: Writer, group: str, known: Layer, new: tuple[str, ...], gone: tuple[str, ...]) -> tuple[Layer, bool]:
    """Fold the rows of `new` and the keys of `gone` into `known`; says whether the dataset was compacted.

    A key in both was deleted and written again: its row counts. Without changes the layer stays as it is.
    """
    if not new and not gone:
        return known, False
    layer = _fold(writer, group, known, new, gone)
    if layer.superseded_rows > max(COMPACT_ABOVE_ROWS, COMPACT_ABOVE_SHARE * layer.base_rows):
        return compact(writer, group, layer), True
    return layer, False


def count(writer: Writer, layer: Layer) -> int:
    """How many rows the dataset has."""
    return _number(writer, f"SELECT count(*) FROM ({reading(layer, _inside(writer))})")


def _fold(writer: Writer, group: str, known: Layer, new: tuple[str, ...], gone: tuple[str, ...]) -> Layer:
    paths = _inside(writer)
    touched = " UNION ".join(
        [f'SELECT "{known.key}" AS key FROM {files_sql(paths(new))}'] * bool(new)
        + [f"SELECT key FROM {files_sql(paths(gone))}"] * bool(gone)
    )
    parts = [f"SELECT * FROM {files_sql(paths(new))}"] * bool(new)
    if known.changes:
        parts.append(f'SELECT * FROM {files_sql(paths(known.changes))} WHERE "{known.key}" NOT IN ({touched})')
    changes, changed_rows = _copy(writer, group, "changes", " UNION ALL ".join(parts))
    before = f" UNION SELECT key FROM {files_sql(paths(known.superseded))}" if known.superseded else ""
    superseded, superseded_rows = _copy(writer, group, "superseded", touched + before)
    return replace(
        known, changes=changes, changed_rows=changed_rows, superseded=superseded, superseded_rows=superseded_rows
    )


def compact(writer: Writer, group: str, layer: Layer) -> Layer:
    """The dataset written anew in one file: nothing of what was superseded is left in it."""
    base, rows = _copy(writer, group, "base", reading(layer, _inside(writer)))
    return replace(layer, base=base, base_rows=rows, changes=(), changed_rows=0, superseded=(), superseded_rows=0)


def _copy(writer: Writer, group: str, kind: str, query: str) -> tuple[tuple[str, ...], int]:
    if not query:
        return (), 0
    name, path = writer.new_file(group, kind)
    rows = _number(writer, f"COPY ({query}) TO '{_escaped(str(path))}' (FORMAT parquet, COMPRESSION zstd)")
    return ((name,) if rows or kind == "base" else ()), rows


def _number(writer: Writer, query: str) -> int:
    with duckdb.connect(config=duck.settings(writer.root / SCRATCH)) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _inside(writer: Writer) -> Paths:
    return lambda names: [str(writer.root / name) for name in names]


def files_sql(paths: Sequence[str]) -> str:
    """The SQL that reads several files as one table."""
    return "read_parquet([" + ", ".join(f"'{_escaped(path)}'" for path in paths) + "])"


def _escaped(path: str) -> str:
    return path.replace("'", "''")
