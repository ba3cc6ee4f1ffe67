"""Contents on disk: one file a content, named by its SHA-256, put in place whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

CONTENTS, VIEWS, COMING = "contents", "views", "coming"
_LOCK_ROOM = 7302


class TooLarge(Exception):
    """More came than may be."""


@dataclass(frozen=True)
class Arrived:
    """A content that came in and waits under a name of its own until its row is written."""

    path: Path
    sha256: str
    size: int


def folder(name: str) -> Path:
    """One of the store's folders, for the owner alone."""
    found: Path = settings.HOME.files / name
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(sha256: str) -> Path:
    """Where a content lies."""
    return folder(CONTENTS) / sha256[:2] / sha256


def view_path(sha256: str, edge: int) -> Path:
    """Where the small copy of a picture lies whose longer side has `edge` pixels."""
    return folder(VIEWS) / sha256[:2] / f"{sha256}-{edge}.webp"


@contextmanager
def arrive(chunks: Iterable[bytes], most_bytes: int) -> Iterator[Arrived]:
    """Write a content to disk under a name of its own; what `keep` does not take is deleted at the end.

    Raises TooLarge when more than `most_bytes` come.
    """
    descriptor, name = tempfile.mkstemp(dir=folder(COMING))
    path, seen, size = Path(name), hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in chunks:
                size += len(chunk)
                if size > most_bytes:
                    raise TooLarge
                seen.update(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        yield Arrived(path, seen.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def lock(sha256: str) -> None:
    """Keep others from placing or sweeping this content until the running transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_ROOM, int(sha256[:7], 16)])


def keep(arrived: Arrived) -> None:
    """Put a content in its place, unless an equal one lies there. The caller holds its lock."""
    target = path_of(arrived.sha256)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    if target.exists():
        os.utime(target)
    else:
        arrived.path.replace(target)
        _sync_folder(target.parent)


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that readers see nothing or all of it."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder(COMING))
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def remove(sha256: str, edges: Iterable[int]) -> int:
    """Delete a content and its small copies. Returns its bytes. The caller holds its lock."""
    target, size = path_of(sha256), 0
    with contextlib.suppress(FileNotFoundError):
        size = target.stat().st_size
        target.unlink()
    for edge in edges:
        view_path(sha256, edge).unlink(missing_ok=True)
    return size


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
