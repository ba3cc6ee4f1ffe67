"""How DuckDB is set up here: bounded memory that spills to a folder of the home, two threads, nothing downloaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psutil

THREADS = 2
MEMORY_SHARE = 0.25
SMALLEST_MEMORY_MB, LARGEST_MEMORY_MB = 512, 6144


def settings(scratch: Path) -> dict[str, Any]:
    """The settings of a connection; DANGOL_ENGINE_MEMORY_MB and DANGOL_ENGINE_THREADS override what is guessed."""
    available = int(psutil.virtual_memory().total * MEMORY_SHARE) >> 20
    memory = os.environ.get("DANGOL_ENGINE_MEMORY_MB") or min(max(available, SMALLEST_MEMORY_MB), LARGEST_MEMORY_MB)
    return {
        "memory_limit": f"{memory}MB",
        "threads": int(os.environ.get("DANGOL_ENGINE_THREADS") or THREADS),
        "temp_directory": str(scratch),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


@contextmanager
def by_itself() -> Iterator[Any]:
    """A connection with nothing in it, for work on files that are not in the lake; what it spills is removed."""
    with TemporaryDirectory(prefix="dangol-") as scratch, duckdb.connect(config=settings(Path(scratch))) as connection:
        connection.execute("SET enable_progress_bar = false")  # it would be drawn into the answer
        yield connection
