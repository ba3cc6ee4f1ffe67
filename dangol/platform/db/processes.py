"""Knows processes by what they are, not by their number alone: a number is given again after a crash."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

PROGRAM = "postgres"


def postmaster_of(data: Path) -> int | None:
    """Return the process id of the server that runs on the folder `data`, or None.

    The number in `postmaster.pid` counts only when that process is a PostgreSQL server, was started with this folder
    and works in it.
    """
    try:
        number = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return number if is_server_on(number, data) else None


def is_server_on(number: int, data: Path) -> bool:
    """True when process `number` is a PostgreSQL server whose command line and working folder name `data`."""
    try:
        process = psutil.Process(number)
        command = process.cmdline()
        if not command or Path(command[0]).name != PROGRAM or process.status() == psutil.STATUS_ZOMBIE:
            return False
        named = command[command.index("-D") + 1]
        return os.path.samefile(named, data) and os.path.samefile(process.cwd(), data)
    except (psutil.Error, ValueError, IndexError, OSError):
        return False


def leftovers_of(data: Path) -> Iterator[psutil.Process]:
    """Yield PostgreSQL processes that still work in `data`: back ends whose server was killed."""
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error, OSError):
            if process.info["name"] == PROGRAM and os.path.samefile(process.cwd(), data):
                yield process


def end(process: psutil.Process, patience_seconds: float, *signals: signal.Signals) -> bool:
    """Send each signal in turn until the process has ended; True when it has."""
    for sign in signals:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(sign)
        if wait_until(lambda: has_ended(process), patience_seconds):
            return True
    return False


def has_ended(process: psutil.Process) -> bool:
    """True when the process runs no more, even where nobody has asked for its exit code yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def end_leftovers(data: Path, patience_seconds: float = 60) -> None:
    """End what an earlier server left behind in `data`: first cleanly, at last by force."""
    number = postmaster_of(data)
    if number is not None:
        end(psutil.Process(number), patience_seconds, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
    for process in leftovers_of(data):
        end(process, 5, signal.SIGQUIT, signal.SIGKILL)


def wait_until(is_done: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Ask `is_done()` again and again for at most `seconds`; True as soon as it is."""
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
