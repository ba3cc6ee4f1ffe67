"""Reading an archive of a whole company: its manifest, and its parts compared with it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from dangol.platform.db.errors import CannotContinue
from dangol.platform.exports.company.packing import FORMAT, FORMAT_VERSION, MANIFEST

_BLOCK = 1024 * 1024
MOST_MANIFEST = 256 * 1024 * 1024


class Archive:
    """An archive in a ZIP file or a folder, opened for reading."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._zip = None if place.is_dir() else zipfile.ZipFile(place)
        self.manifest = self._manifest()

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        """A part, to be read. Raises CannotContinue when it is not there."""
        _check_path(self.place, path)
        try:
            with self._zip.open(path) if self._zip else (self.place / path).open("rb") as stream:
                yield stream
        except (KeyError, FileNotFoundError, zipfile.BadZipFile, EOFError) as error:
            raise damaged(self.place, f"{path} is missing or broken") from error

    def close(self) -> None:
        """Let go of the file."""
        if self._zip:
            self._zip.close()

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What the manifest lists."""
        found: list[dict[str, Any]] = self.manifest["parts"]
        return found

    def check(self, advance: Any = lambda size: None) -> None:
        """Compare every part with the manifest. Raises CannotContinue."""
        for part in self.parts:
            told, size = hashlib.sha256(), 0
            with self.open(part["path"]) as stream:
                while block := stream.read(_BLOCK):
                    told.update(block)
                    size += len(block)
                    advance(len(block))
            if size != part["bytes"] or told.hexdigest() != part["sha256"]:
                raise damaged(self.place, f"{part['path']} differs from what the manifest says")

    def _manifest(self) -> dict[str, Any]:
        with self.open(MANIFEST) as stream:
            text = stream.read(MOST_MANIFEST)
        try:
            found = json.loads(text)
            if found["format"] != FORMAT:
                raise damaged(self.place, "its manifest is of something else")
            if found["format_version"] > FORMAT_VERSION:
                raise CannotContinue(
                    f"{self.place} was made by a later version of Dangol.", "Bring this Dangol up to date first."
                )
            known = {part["path"]: (part["kind"], part["bytes"], part["sha256"]) for part in found["parts"]}
            found["schema"].items(), found["tables"].items(), found["content"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise damaged(self.place, "its manifest cannot be read") from error
        for path, (kind, *_sums) in known.items():
            _check_path(self.place, path)
            if not path.startswith("files/" if kind == "file" else "tables/"):
                raise damaged(self.place, f"it names a part {path!r}")
        return dict(found)


def is_archive(place: Path) -> bool:
    """Whether this looks like an export of a whole company, and not like a backup."""
    if place.is_dir():
        return (place / MANIFEST).is_file()
    if not zipfile.is_zipfile(place):
        return False
    with zipfile.ZipFile(place) as archive:
        return MANIFEST in archive.namelist()


def damaged(place: Path, why: str) -> CannotContinue:
    """The sentence for an archive that cannot be trusted."""
    return CannotContinue(
        f"{place} is no complete export of a company ({why}). Nothing was changed.", "Take another copy of it."
    )


def _check_path(place: Path, path: str) -> None:
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/") or "\\" in path or "\0" in path:
        raise damaged(place, f"it names a part {path!r}")
