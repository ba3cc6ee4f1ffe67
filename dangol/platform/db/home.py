"""The folder in which everything of one installation lives. Nothing above it is ever changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dangol.platform.db.errors import CannotContinue, disk_full, from_os_error

MINIMUM_FREE_BYTES = 64 * 1024 * 1024
SOCKET_PATH_LIMIT = 107
PORT = 5432
_ROOMS = ("run", "run/users", "files", "keys", "log")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")


@dataclass(frozen=True)
class Home:
    """Paths of an installation below `root`, the value of DANGOL_HOME."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """Return the home that DANGOL_HOME names; by default `dangol` in the user's data folder."""
        named = os.environ.get("DANGOL_HOME")
        if named:
            return cls(Path(os.path.abspath(os.path.expanduser(named))))
        data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
        return cls(Path(os.path.abspath(data)) / "dangol")

    @property
    def pg(self) -> Path:
        """The cluster of the embedded PostgreSQL."""
        return self.root / "pg"

    @property
    def run(self) -> Path:
        """Lock files and notes of what is running now."""
        return self.root / "run"

    @property
    def files(self) -> Path:
        """What people uploaded."""
        return self.root / "files"

    @property
    def keys(self) -> Path:
        """Secrets, each file readable by the owner alone."""
        return self.root / "keys"

    @property
    def lake(self) -> Path:
        """The warehouse's Parquet files; can always be built again."""
        return self.root / "lake"

    @property
    def log(self) -> Path:
        """What the parts print."""
        return self.root / "log"

    @property
    def socket_folder(self) -> Path:
        """The private folder of the database's socket.

        It lies in the home where it fits; a deep home gets a short private folder of its own under /tmp, since the
        system allows 107 bytes for the path of a socket.
        """
        inside = self.run / "pg"
        longest = os.fsencode(inside / f".s.PGSQL.{PORT}.lock")
        if len(longest) <= SOCKET_PATH_LIMIT and _PLAIN.issuperset(str(inside)):
            return inside
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(f"/tmp/dangol-{os.getuid()}-{name}")  # noqa: S108

    def ensure(self) -> Home:
        """Create what is missing, each folder for the owner alone.

        Raises:
            CannotContinue: the folder cannot be made or written, or its disk is full.
        """
        try:
            self._refuse_foreign_folder()
            self.root.parent.mkdir(parents=True, exist_ok=True)
            _private_folder(self.root)
            for room in _ROOMS:
                _private_folder(self.root / room)
            self._check_space()
            self._check_writable()
        except OSError as error:
            raise from_os_error(error, self.root) or CannotContinue(
                f"{self.root} cannot be used as Dangol's folder: {error.strerror or error}.",
                "Point DANGOL_HOME at a folder that you can write to.",
            ) from error
        return self

    def _refuse_foreign_folder(self) -> None:
        """Keep a slip like DANGOL_HOME=/tmp from closing a folder that belongs to something else."""
        if not self.root.exists() or self.root.is_mount():
            return
        found = {entry.name for entry in self.root.iterdir()}  # at one moment: another start may be making it
        if found - {"lost+found"} and not found & {"run", "keys", "pg"}:
            raise CannotContinue(
                f"{self.root} holds files that are not Dangol's.",
                "Point DANGOL_HOME at a folder that is empty or does not exist yet.",
            )

    def _check_space(self) -> None:
        free = shutil.disk_usage(self.root).free
        if free < MINIMUM_FREE_BYTES:
            full = disk_full(self.root)
            raise CannotContinue(
                f"Only {free // 1024**2} MB are free on the disk that holds {self.root};"
                f" Dangol needs at least {MINIMUM_FREE_BYTES // 1024**2} MB.",
                full.what_to_do,
            )

    def _check_writable(self) -> None:
        with tempfile.NamedTemporaryFile(dir=self.run, prefix="write-test-") as probe:
            probe.write(b"x" * 4096)


def _private_folder(path: Path) -> None:
    """Create `path` with mode 0700, or narrow the mode of one that stands there already."""
    path.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)


def write_private(path: Path, content: str) -> None:
    """Write a file that only the owner can read, so that a reader sees the old content or the new, never half."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600 by itself
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object in a small JSON file, or None when it is missing or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def kept_secret(path: Path) -> str:
    """Return the secret kept in `path`, made on first use; two processes at once get the same one."""
    if not path.exists():
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48))
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
        Path(name).unlink()
    return path.read_text(encoding="ascii").strip()
