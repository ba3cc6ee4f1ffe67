"""Taking one person out of the files of the lake for good: what was superseded is still written in them until then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb

from dangol.platform.engine import duck, merging
from dangol.platform.engine.extract import extract
from dangol.platform.engine.lake import SCRATCH, Lake, Writer
from dangol.platform.engine.manifest import Layer

PERSON = "person_id"


def forget(person_id: int, *, alias: str = "default", lake: Lake | None = None) -> int:
    """Bring the lake up to date, then write every file anew that still names the person; returns how many files went.

    Readers that hold an older version keep its files until they let go; the next writer deletes them. Nothing happens
    while nothing was loaded yet. Raises LakeBusy while another process writes.
    """
    lake = lake or Lake()
    if not lake.manifest().datasets and not lake.manifest().tables:
        return 0
    extract(lake, alias=alias)
    with lake.write() as writer:
        before = writer.manifest
        datasets = {name: _compacted(writer, name, layer) for name, layer in before.datasets.items()}
        tables = {name: _without(writer, name, files, person_id) for name, files in before.tables.items()}
        following = replace(before, datasets=datasets, tables=tables)
        gone = len(before.files() - following.files())
        if gone:
            writer.publish(following)
    return gone


def rows_of(person_id: int, lake: Lake | None = None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What the lake holds of a person: rows by table, of the datasets and of the results of the analysis."""
    with (lake or Lake()).pin() as pinned:
        manifest = pinned.manifest
        sources = {name: merging.reading(layer, pinned.paths) for name, layer in manifest.datasets.items()}
        sources |= {
            name: f"SELECT * FROM {merging.files_sql(pinned.paths(files))}"
            for name, files in manifest.tables.items() if files
        }  # fmt: skip
        with duckdb.connect(config=duck.settings((lake or Lake()).scratch())) as connection:
            for name, source in sources.items():
                if PERSON in _columns(connection, source):
                    found = connection.execute(f"SELECT * FROM ({source}) WHERE {PERSON} = ?", [person_id])
                    rows = found.fetch_arrow_table().to_pylist()
                    if rows:
                        yield name, rows


def _compacted(writer: Writer, group: str, layer: Layer) -> Layer:
    """The dataset in one file, without any row that does not count any more."""
    return merging.compact(writer, group, layer) if layer.superseded or layer.changes else layer


def _without(writer: Writer, name: str, files: tuple[str, ...], person_id: int) -> tuple[str, ...]:
    kept: list[str] = []
    with duckdb.connect(config=duck.settings(writer.root / SCRATCH)) as connection:
        for file in files:
            source = f"SELECT * FROM {merging.files_sql([str(writer.root / file)])}"
            if PERSON not in _columns(connection, source) or not _count(connection, source, person_id):
                kept.append(file)
                continue
            new, path = writer.new_file(file.partition("/")[0], "table")
            place = str(path).replace("'", "''")
            connection.execute(
                f"COPY (SELECT * FROM ({source}) WHERE {PERSON} IS DISTINCT FROM {int(person_id)}) TO '{place}'"
                " (FORMAT parquet, COMPRESSION zstd)"
            )
            kept.append(new)
    return tuple(kept)


def _columns(connection: Any, source: str) -> set[str]:
    return {row[0] for row in connection.execute(f"DESCRIBE {source}").fetchall()}


def _count(connection: Any, source: str, person_id: int) -> int:
    row = connection.execute(f"SELECT count(*) FROM ({source}) WHERE {PERSON} = ?", [person_id]).fetchone()
    return int(row[0]) if row else 0
