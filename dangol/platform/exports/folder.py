"""Where finished files lie: in the home's `exports`, apart from uploads, so that no backup takes them."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

_BLOCK = 1024 * 1024
_LEFT_BEHIND_SECONDS = 24 * 3600


def folder() -> Path:
    """The folder, for the owner alone; made when missing."""
    found: Path = settings.HOME.root / "exports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(run_id: UUID) -> Path:
    """Where the file of a run lies once it is whole."""
    return folder() / run_id.hex


@contextmanager
def workshop(run_id: Any) -> Iterator[Path]:
    """A folder of a run's own for half a file and what goes with it; empty at first, gone afterwards."""
    here = folder() / f"{run_id.hex}.work"
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir(mode=0o700)
    try:
        yield here
    finally:
        shutil.rmtree(here, ignore_errors=True)


def put_in_place(half: Path, run_id: UUID) -> tuple[int, str]:
    """Let a file that is whole stand in its place, on disk for good; returns its size and SHA-256."""
    told, size = hashlib.sha256(), 0
    with half.open("rb") as stream:
        while block := stream.read(_BLOCK):
            told.update(block)
            size += len(block)
        os.fsync(stream.fileno())
    half.chmod(0o600)
    half.replace(path_of(run_id))
    return size, told.hexdigest()


def remove(run_id: UUID) -> None:
    """Remove the file of a run, if there is one."""
    path_of(run_id).unlink(missing_ok=True)


def sweep(known: set[str]) -> int:
    """Remove what belongs to no run in `known` (names in hex) and has lain still for a day; returns how much."""
    count, before = 0, time.time() - _LEFT_BEHIND_SECONDS
    for entry in folder().iterdir():
        if entry.name.partition(".")[0] in known or entry.stat().st_mtime > before:
            continue
        shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)
        count += 1
    return count
