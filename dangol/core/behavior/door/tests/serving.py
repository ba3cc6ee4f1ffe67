"""The web server as it runs, in a process of its own on the test's database, and a worker beside it."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time

from dangol.platform.console.tests.running import free_port
from tests.work import environment

WORK = "import django; django.setup(); from dangol.core.behavior.door.tests.serving import work; work()"


def work() -> None:
    """Work off for ever, as a worker's loop does."""
    from dangol.core.behavior.stream.services.working import take_turn

    while True:
        if not take_turn():
            time.sleep(0.05)


class Serving:
    """A web process on a port of its own; it may be killed and started again on the same."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "uvicorn", "dangol.config.asgi:application", "--port", str(self.port),
                   "--lifespan", "off", "--log-level", "critical"]  # fmt: skip
        process = subprocess.Popen(command, env=environment(DANGOL_PROCESS="web", DANGOL_WEB_PROCESSES="1"))
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/v1/up")
                connection.getresponse().read()
                return process
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def kill_and_start(self) -> None:
        """What the supervisor does after a fall."""
        self.end()
        self.process = self._started()

    def end(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()


def worker() -> subprocess.Popen[bytes]:
    """A process that works off until it is killed."""
    return subprocess.Popen([sys.executable, "-c", WORK], env=environment())
