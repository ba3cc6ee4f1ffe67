"""The file that a backup is: a packed tar whose last member says what the others must be."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from dangol.platform.db.errors import CannotContinue

DUMP = "database.dump"
MANIFEST = "manifest.json"
FORMAT = 1
FOLDERS = ("files", "keys")
DATABASE_KEYS = "keys/database.json"
_BLOCK = 1024 * 1024
Moved = Callable[[int], None]


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: made by which version, when, and each member's size and SHA-256."""

    version: str
    made_at: str
    members: dict[str, dict[str, Any]]

    def as_json(self) -> bytes:
        """Return the text that goes into the archive."""
        return json.dumps({"format": FORMAT, **self.__dict__}, indent=1, ensure_ascii=False).encode()

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """Return the manifest in `text`. Raises ValueError when it is none, or of a later kind."""
        found = json.loads(text)
        if found.pop("format") != FORMAT:
            raise ValueError("made by a later version")
        return cls(**found)


def pack(target: Path, dump: Path, root: Path, version: str, made_at: str, moved: Moved) -> Manifest:
    """Write the archive of a dump and the home's folders; whole or not at all, readable by the owner alone."""
    members: dict[str, dict[str, Any]] = {}
    half = target.with_name(f".{target.name}.part")
    try:
        with open(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1) as tar:
                for name, path in _sources(dump, root):
                    members[name] = _add(tar, name, path, moved)
                manifest = Manifest(version, made_at, members)
                _add_bytes(tar, MANIFEST, manifest.as_json())
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return manifest


def unpack(archive: Path, folder: Path, moved: Moved) -> Manifest:
    """Unpack an archive into an empty folder and compare every member with the manifest.

    Raises:
        CannotContinue: it is no archive of Dangol's, incomplete, damaged, or of a later version.
    """
    found: dict[str, dict[str, Any]] = {}
    text = b""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is None or not _is_expected(member.name):
                    raise ValueError(f"unexpected {member.name}")
                if member.name == MANIFEST:
                    text = stream.read()
                else:
                    found[member.name] = _write(stream, folder / member.name, moved)
        manifest = Manifest.read(text)
    except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise _damaged(archive, str(error)) from error
    if manifest.members != found:
        raise _damaged(archive, "a member differs from what the archive says of itself")
    return manifest


def _sources(dump: Path, root: Path) -> Iterator[tuple[str, Path]]:
    yield DUMP, dump
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not path.is_symlink() and name != DATABASE_KEYS:
                yield name, path


def _add(tar: tarfile.TarFile, name: str, path: Path, moved: Moved) -> dict[str, Any]:
    with path.open("rb") as stream:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = os.fstat(stream.fileno()).st_size, 0o600, int(path.stat().st_mtime)
        summed = _Summed(stream, moved)
        tar.addfile(info, summed)
    return {"bytes": info.size, "sha256": summed.sum.hexdigest()}


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def _write(stream: IO[bytes], target: Path, moved: Moved) -> dict[str, Any]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    summed, size = _Summed(stream, moved), 0
    with open(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as out:
        while block := summed.read(_BLOCK):
            size += out.write(block)
    return {"bytes": size, "sha256": summed.sum.hexdigest()}


def _is_expected(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name in (DUMP, MANIFEST) or (len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts)


def _damaged(archive: Path, why: str) -> CannotContinue:
    return CannotContinue(
        f"{archive} is no complete backup of Dangol ({why}). Nothing was changed.",
        "Take another copy of the file, or an earlier backup.",
    )


class _Summed:
    """A stream that keeps the checksum of what was read from it."""

    def __init__(self, stream: IO[bytes], moved: Moved) -> None:
        self.sum = hashlib.sha256()
        self._stream, self._moved = stream, moved

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self.sum.update(block)
        self._moved(len(block))
        return block
