"""Where the parts' words go, and that their files do not grow without end."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from dangol.platform.db.connections import server_url

LARGEST_BYTES = 10 * 1024 * 1024
KEPT = 5


def is_to_stderr() -> bool:
    """Whether parts write to standard error (for systemd's journal) instead of files under `log/`.

    DANGOL_LOG_TO=stderr or files decides; else files for the embedded database, standard error with a server.
    """
    asked = os.environ.get("DANGOL_LOG_TO", "")
    return asked == "stderr" if asked in ("stderr", "files") else server_url() is not None


def rotate(folder: Path, largest: int = LARGEST_BYTES) -> list[str]:
    """Copy each log that has become too large to `.1` (and that to `.2` ...), and empty it; returns their names.

    Writers keep their open file: they append, so they go on at the beginning of the emptied one.
    """
    done = []
    for log in sorted(folder.glob("*.log")):
        with contextlib.suppress(OSError):
            if log.stat().st_size > largest:
                _move_on(log)
                done.append(log.name)
    return done


def _move_on(log: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    copy = log.with_name(f"{log.name}.1")
    shutil.copyfile(log, copy)
    copy.chmod(0o600)
    os.truncate(log, 0)
