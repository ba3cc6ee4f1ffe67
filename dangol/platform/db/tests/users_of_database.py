"""Processes that use an embedded database, for tests that kill some of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from dangol.platform.db.home import Home
from dangol.platform.db.processes import postmaster_of, wait_until
from dangol.platform.db.users import is_held

_USER = """
import sys
from dangol.platform.db.embedded import ensure_database
from dangol.platform.db.errors import CannotContinue
try:
    with ensure_database(say=lambda sentence: print(sentence, file=sys.stderr)) as database:
        print("up", flush=True)
        sys.stdin.read()
except CannotContinue as failure:
    print(failure.sentence, failure.what_to_do, flush=True)
print("down", flush=True)
"""


class User:
    """A process of its own that holds the database of a home until it is told to leave."""

    def __init__(self, home: Home, *before: str) -> None:
        self.process = subprocess.Popen(
            [*before, sys.executable, "-c", _USER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(home),
        )  # fmt: skip
        assert self.process.stdout is not None
        self.first_word = self.process.stdout.readline().strip()

    def leave(self) -> str:
        """Close the database in good order and return what the process said last."""
        out, _ = self.process.communicate(timeout=90)
        return out.strip()

    def kill(self) -> None:
        """Kill the process as the system does when memory runs out."""
        self.process.kill()
        self.process.communicate()


def environment(home: Home, **more: str) -> dict[str, str]:
    """Return an environment that names the home and no other database."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return {**kept, "DANGOL_HOME": str(home.root), **more}


@contextmanager
def using(home: Home) -> Iterator[User]:
    """A user who is killed at the end, if it is not gone by then."""
    user = User(home)
    try:
        yield user
    finally:
        if user.process.poll() is None:
            user.kill()


def server_of(home: Home) -> psutil.Process:
    """Return the process of the home's server, which must run."""
    number = postmaster_of(home.pg)
    assert number is not None, "no server runs"
    return psutil.Process(number)


def keeper_of(home: Home) -> psutil.Process:
    """Return the process that keeps the home's server."""
    return psutil.Process(int((home.run / "keeper.lock").read_text()))


def has_new_holder(lock: Path, fallen: int) -> bool:
    """True when another process than `fallen` holds a lock file by now."""
    return is_held(lock) and lock.read_text() not in ("", str(fallen))


def processes_of(home: Home) -> list[psutil.Process]:
    """Return every living process that works for the home, by its command line or working folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                continue
            if str(home.root) in " ".join(process.cmdline()) or process.cwd().startswith(str(home.root)):
                found.append(process)
    return found


def is_all_over(home: Home, seconds: float = 60) -> bool:
    """True when, within so many seconds, nothing runs any more for the home."""
    return wait_until(lambda: not processes_of(home) and not is_held(home.run / "keeper.lock"), seconds, pause=0.05)


def query(home: Home, statement: str, alias: str = "default") -> list[tuple[object, ...]]:
    """Run one statement in the home's database, which must be up, and return its rows."""
    import psycopg

    from dangol.platform.db.connections import database_settings, libpq_parameters

    with psycopg.connect(**libpq_parameters(database_settings(home)[alias])) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def modes_above(path: Path) -> dict[str, tuple[int, int, int]]:
    """Return mode and owners of every folder above `path`."""
    return {str(p): (p.stat().st_mode, p.stat().st_uid, p.stat().st_gid) for p in path.parents}


@contextmanager
def small_disk(folder: Path, limit: str) -> Iterator[Path]:
    """A disk in memory with a limit of size or of files, mounted below `folder`."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", limit, "tmpfs", str(disk)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
