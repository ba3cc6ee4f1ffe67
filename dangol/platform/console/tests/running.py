"""A `dangol start` in a process of its own, for tests."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from dangol.platform.console.supervisor import answers
from dangol.platform.db.home import Home
from dangol.platform.db.processes import wait_until
from dangol.platform.db.tests.users_of_database import environment, is_all_over

DANGOL = [sys.executable, "-P", "-m", "dangol.config.cli"]


def dangol(home: Home, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*DANGOL, *arguments], env=environment(home, **more), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def answer_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the one JSON object on standard output; anything more or less is a failure."""
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """A started installation."""

    def __init__(self, home: Home, port: int, **more: str) -> None:
        self.home, self.port = home, port
        self.errors = (home.root.parent / f"{home.root.name}.stderr").open("w+")
        self.process = subprocess.Popen(
            [*DANGOL, "start", "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors,
            env=environment(home, DANGOL_PORT=str(port), **more), text=True, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.told: dict[str, Any] = json.loads(line) if line else {}

    @property
    def said(self) -> str:
        """What it wrote on standard error."""
        self.errors.flush()
        return Path(self.errors.name).read_text()

    def part(self, name: str) -> psutil.Process:
        """Return the process of a part: `web` or `worker`."""
        return psutil.Process(int((self.home.run / f"{name}.lock").read_text()))

    def is_healthy(self, seconds: float = 180) -> bool:
        """True when all parts are up within so many seconds."""
        return wait_until(lambda: answers("127.0.0.1", self.port), seconds, pause=0.1)

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of an address."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()

    def health(self) -> tuple[int, dict[str, str]]:
        """Return what /healthz answers."""
        status, text = self.get("/healthz")
        return status, json.loads(text)

    def end(self, sign: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(sign)
        self.process.communicate(timeout=60)
        return self.process.returncode


@contextmanager
def started(home: Home, port: int | None = None, **more: str) -> Iterator[Running]:
    """An installation that runs while the block does, and of which nothing is left after it."""
    running = Running(home, port or free_port(), **more)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.end()
        running.errors.close()
        assert is_all_over(home, seconds=30), "something was left running"
