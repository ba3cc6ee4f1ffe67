"""Who uses the embedded server now, by lock files: the system lets go of a lock when its process dies, however it dies.

Each user holds a file of its own in `run/users`. `run/gate.lock` is held while somebody comes in (until the server
is ready) and while the keeper stops the server, so that these two never overlap.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO


class Lock:
    """An exclusive lock on a file; held until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: IO[str] | None = None

    def take(self, wait_seconds: float = 0, on_wait: Callable[[], None] | None = None) -> bool:
        """Take the lock, waiting at most so long; True when it is ours. `on_wait` is called once after two seconds."""
        stream = open(self.path, "a+", encoding="utf-8")  # noqa: SIM115
        begun, told = time.monotonic(), on_wait is None
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waited = time.monotonic() - begun
                if waited >= wait_seconds:
                    stream.close()
                    return False
                if not told and on_wait and waited > 2:
                    on_wait()
                    told = True
                time.sleep(0.02)
                continue
            self._stream = stream
            return True

    def write(self, note: str) -> None:
        """Replace what the file says about its holder."""
        assert self._stream is not None
        self._stream.seek(0)
        self._stream.truncate()
        self._stream.write(note)
        self._stream.flush()

    def release(self) -> None:
        """Let go of the lock."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def is_held(path: Path) -> bool:
    """True while some living process holds the lock on `path`."""
    with suppress(FileNotFoundError), open(path, encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class Register:
    """The users of one home's server."""

    def __init__(self, run: Path) -> None:
        self.gate = Lock(run / "gate.lock")
        self._folder = run / "users"

    def enter(self) -> Lock:
        """Write this process in; the caller holds the gate."""
        number = 0
        while (path := self._folder / f"{os.getpid()}-{number}.lock").exists() and is_held(path):
            number += 1
        lock = Lock(path)
        lock.take(wait_seconds=5)
        return lock

    def leave(self, lock: Lock) -> None:
        """Write this process out."""
        lock.path.unlink(missing_ok=True)
        lock.release()

    def living(self) -> list[int]:
        """Return the process ids of all users that still live."""
        return [int(path.name.split("-")[0]) for path in self._folder.glob("*.lock") if is_held(path)]

    def forget_dead(self) -> None:
        """Remove the files of dead users; the caller holds the gate."""
        for path in self._folder.glob("*.lock"):
            if not is_held(path):
                path.unlink(missing_ok=True)
