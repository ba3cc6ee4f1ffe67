"""A web process on the test's database, which can be killed and started again at the same address."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import httpx

from tests.work import environment


class Web:
    """Serves the house on a free port of this machine."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "uvicorn", "dangol.config.asgi:application", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env=environment(DANGOL_API_RATE="1000000"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.address}/api/v1/people", timeout=60).status_code == 401:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError("the house does not answer")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
