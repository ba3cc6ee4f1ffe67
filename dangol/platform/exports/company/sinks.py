"""Where the parts of an archive go: into a folder, or into a ZIP file (64-bit, so that parts may be of any size)."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

_BLOCK = 1024 * 1024
STORED = (".webp", ".jpg", ".png", ".zip", ".gz")


@dataclass
class Part:
    """A part being written: its bytes are counted and summed as they come."""

    path: str
    out: IO[bytes]
    size: int = 0
    told: Any = field(default_factory=hashlib.sha256)

    def write(self, block: bytes) -> None:
        """Add bytes."""
        self.told.update(block)
        self.size += len(block)
        self.out.write(block)

    def as_json(self, **more: Any) -> dict[str, Any]:
        """The part as it stands in the manifest."""
        return {"path": self.path, **more, "bytes": self.size, "sha256": self.told.hexdigest()}


class Sink(Protocol):
    """Takes parts one after the other."""

    def part(self, path: str) -> Any:
        """A context manager that yields a `Part`."""


class FolderSink:
    """Parts as files below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def part(self, path: str) -> Iterator[Part]:
        """Write one part."""
        target = self.root / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as out:
            target.chmod(0o600)
            yield Part(path, out)


class ZipSink:
    """Parts as members of a ZIP file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    @contextmanager
    def part(self, path: str) -> Iterator[Part]:
        """Write one part."""
        with self.archive.open(path, "w", force_zip64=True) as out:
            yield Part(path, out)


def pour(source: Path, part: Part) -> None:
    """Write a file into a part."""
    with source.open("rb") as stream:
        while block := stream.read(_BLOCK):
            part.write(block)
