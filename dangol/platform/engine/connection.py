"""Handing out an Ibis backend over one version of the lake. Expressions above this room do not know which engine runs.

Whoever wants another engine over the same files gives `open_backend` a function that registers the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import ibis
from ibis.backends import BaseBackend

from dangol.platform.engine import duck, merging
from dangol.platform.engine.lake import Lake, Pinned

OpenBackend = Callable[[Pinned, Path, str, bool], BaseBackend]


def open_duckdb(pinned: Pinned, scratch: Path, time_zone: str, with_results: bool) -> BaseBackend:
    """DuckDB in this process, with a view for each dataset and each table of the lake."""
    backend = ibis.duckdb.connect(**duck.settings(scratch))
    backend.raw_sql(f"SET TimeZone = '{ZoneInfo(time_zone).key}'")
    backend.raw_sql("SET enable_progress_bar = false")
    for name, layer in pinned.manifest.datasets.items():
        backend.raw_sql(f'CREATE VIEW "{name}" AS {merging.reading(layer, pinned.paths)}')
    results = pinned.manifest.tables if with_results else {}
    for name, files in results.items():
        if files:
            backend.raw_sql(f'CREATE VIEW "{name}" AS SELECT * FROM {merging.files_sql(pinned.paths(files))}')
    return backend


@contextmanager
def connect(
    lake: Lake | None = None,
    *,
    time_zone: str = "UTC",
    with_results: bool = True,
    open_backend: OpenBackend = open_duckdb,
) -> Iterator[BaseBackend]:
    """Open the current version of the lake: an Ibis backend with a table per dataset and per published result.

    `time_zone` decides where a day begins when a moment is turned into a date. The version stays as it is until the
    block ends, whatever is loaded meanwhile. An analysis leaves out the results of the one before: it makes them anew.
    """
    lake = lake or Lake()
    with lake.pin() as pinned:
        backend = open_backend(pinned, lake.scratch(), time_zone, with_results)
        try:
            yield backend
        finally:
            backend.disconnect()
