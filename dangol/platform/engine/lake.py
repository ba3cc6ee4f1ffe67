"""The folder of Parquet files. A reader holds one version for as long as it likes; a writer adds the next one.

Files come first, then the manifest that names them (`manifests/<version>.json`), then the pointer `current`, replaced
by an atomic rename: a writer that dies in between has changed nothing. Readers hold a shared lock on their manifest,
which the system drops when they die; files are deleted only when every manifest that names them is free. One writer at
a time.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from dangol.platform.db.home import Home
from dangol.platform.engine.errors import LakeBusy
from dangol.platform.engine.manifest import Manifest

CURRENT, MANIFESTS, SCRATCH, LOCK = "current", "manifests", "scratch", "writer.lock"


@dataclass(frozen=True)
class Pinned:
    """One version of the lake, held open: its files stay until the holder lets go."""

    manifest: Manifest
    root: Path

    def paths(self, names: tuple[str, ...]) -> list[str]:
        """The files as absolute paths."""
        return [str(self.root / name) for name in names]


class Lake:
    """The lake below `root` (default: that of the installation's home)."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or Home.from_environment().lake

    @contextmanager
    def pin(self) -> Iterator[Pinned]:
        """Hold the current version; an empty one when nothing was loaded yet."""
        descriptor, manifest = self._open_current()
        try:
            yield Pinned(manifest, self.root)
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def manifest(self) -> Manifest:
        """The current version, not held."""
        with self.pin() as pinned:
            return pinned.manifest

    def scratch(self) -> Path:
        """A folder for what the engine spills to disk."""
        folder = self.root / SCRATCH
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _open_current(self) -> tuple[int | None, Manifest]:
        seen = ""
        while True:
            try:
                name = (self.root / CURRENT).read_text(encoding="ascii").strip()
            except FileNotFoundError:
                return None, Manifest()
            with suppress(FileNotFoundError):
                descriptor = os.open(self.root / MANIFESTS / name, os.O_RDONLY)
                fcntl.flock(descriptor, fcntl.LOCK_SH)
                if os.fstat(descriptor).st_nlink:
                    return descriptor, _read(descriptor)
                os.close(descriptor)
            if name == seen:  # not retired between the two steps: somebody deleted it by hand
                return None, Manifest()
            seen = name

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """Be the one writer. Raises LakeBusy when another process writes. Leftovers of a killed one are removed."""
        (self.root / MANIFESTS).mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LakeBusy() from None
            writer = Writer(self)
            writer.clean()
            yield writer
            writer.clean()
        finally:
            os.close(descriptor)


class Writer:
    """The one process that may add files and versions."""

    def __init__(self, lake: Lake) -> None:
        self.root = lake.root
        self.manifest = _current(self.root)

    def new_file(self, group: str, kind: str) -> tuple[str, Path]:
        """A name for a file of the next version, and its path; the folder exists."""
        (self.root / group).mkdir(mode=0o700, exist_ok=True)
        name = f"{group}/{self.manifest.version + 1:06d}-{kind}-{uuid.uuid4().hex[:8]}.parquet"
        return name, self.root / name

    def publish(self, manifest: Manifest) -> Manifest:
        """Make `manifest` the current version, its number set here; its files are on disk for good before it is."""
        following = replace(manifest, version=self.manifest.version + 1)
        for name in following.files() - self.manifest.files():
            _to_disk(self.root / name)
        file = self.root / MANIFESTS / f"{following.version:06d}.json"
        _write_to_disk(file, following.to_json())
        pointer = self.root / f".{CURRENT}"
        _write_to_disk(pointer, file.name)
        os.replace(pointer, self.root / CURRENT)
        _to_disk(self.root)
        self.manifest = following
        return following

    def clean(self) -> None:
        """Delete versions that nobody holds and files that no version names (old ones, or of a killed writer)."""
        current = f"{self.manifest.version:06d}.json"
        kept: set[str] = set()
        for file in sorted((self.root / MANIFESTS).iterdir()):
            kept |= self.manifest.files() if file.name == current else _held_or_removed(file)
        for file in self.root.glob("*/*.parquet"):
            if str(file.relative_to(self.root)) not in kept:
                file.unlink()

    def drop_everything(self) -> None:
        """Forget what this lake holds (it can always be loaded again); readers keep what they hold."""
        self.manifest = Manifest(version=self.manifest.version)


def _held_or_removed(file: Path) -> set[str]:
    """The files of an old version that a reader holds; a version that nobody holds is removed."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return set(_read(descriptor).files())
    else:
        file.unlink()
        return set()
    finally:
        os.close(descriptor)


def _current(root: Path) -> Manifest:
    try:
        name = (root / CURRENT).read_text(encoding="ascii").strip()
        return Manifest.from_json((root / MANIFESTS / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest()
    except (ValueError, TypeError, KeyError):  # another release, or damaged: start anew above every number there is
        return Manifest(version=max((int(f.stem) for f in (root / MANIFESTS).glob("*.json")), default=0))


def _read(descriptor: int) -> Manifest:
    size = os.fstat(descriptor).st_size
    try:
        return Manifest.from_json(os.pread(descriptor, size, 0).decode())
    except (ValueError, TypeError, KeyError):
        return Manifest()


def _write_to_disk(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    _to_disk(path.parent)


def _to_disk(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on disk for good."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(root: Path) -> None:
    """Delete a lake with everything in it."""
    shutil.rmtree(root, ignore_errors=True)
