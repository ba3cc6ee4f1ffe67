"""A web process on the test's database, served as the house serves it; it may be killed and started again at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.work import environment

_NURSERY = """
import os, sys
import dangol.config.asgi
from django.db import connections
from django.urls import get_resolver
from dangol.platform.console.serving import serve_web
assert get_resolver().url_patterns
connections.close_all()
connections["default"].close_pool()  # opened while loading; no two processes may speak on one connection
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        serve_web(int(sys.argv[1]))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
"""Loads the program once and then makes one process after the other from itself, in no time."""


class Web:
    """Serves the house on a free port of this machine. Who calls while nobody serves waits for the next start."""

    def __init__(self, log: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        listener = self._listener.fileno()
        self._log = log.open("w")
        self._nursery = subprocess.Popen(
            [sys.executable, "-P", "-c", _NURSERY, str(listener)], pass_fds=(listener,), text=True,
            env=environment(DANGOL_PROCESS="web"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
        )  # fmt: skip
        self._pid: int | None = None
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def start(self) -> None:
        """Start a process."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.write("start\n")
        self._nursery.stdin.flush()
        self._pid = int(self._heard())

    def wait(self) -> None:
        """Wait until it answers."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.address}/api/v1/people", timeout=20).status_code == 401:
                    return
            except httpx.TransportError:
                continue
        raise AssertionError("the house does not answer")

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            self._pid = None
            assert self._heard() == "gone"

    def close(self) -> None:
        """End everything."""
        self.kill()
        self._nursery.communicate(timeout=30)
        self._listener.close()
        self._log.close()

    def _heard(self) -> str:
        assert self._nursery.stdout is not None
        line = self._nursery.stdout.readline().strip()
        assert line, f"the web process does not start, see {self._log.name}"
        return line
