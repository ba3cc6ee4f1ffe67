"""The web server as it runs, and a worker, in processes of their own on the test's database.

    python -m dangol.core.behavior.door.tests.serving NUMBER-OF-SOCKET

One process sets Django up and forks the others as it is told, so that one which was killed is back at once.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import NoReturn

from tests.work import environment


class Serving:
    """Web processes on a socket that outlives them, as `dangol start` keeps one, and workers; each may be killed."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        number = self._listener.fileno()
        command = [sys.executable, "-m", __name__, str(number)]
        self._mother = subprocess.Popen(
            command, env=environment(DANGOL_PROCESS="web", DANGOL_WEB_PROCESSES="1"), pass_fds=(number,),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._pids: list[int] = []

    def start(self, what: str) -> int:
        """Start a `web` process or one that does `work`; returns its number."""
        assert self._mother.stdin
        assert self._mother.stdout
        self._mother.stdin.write(f"{what}\n")
        self._mother.stdin.flush()
        pid = int(self._mother.stdout.readline())
        self._pids.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        """End one at once, as a failing machine would."""
        os.kill(pid, signal.SIGKILL)
        self._pids.remove(pid)

    def kill_all(self) -> None:
        """End whatever runs."""
        for pid in list(self._pids):
            self.kill(pid)

    def close(self) -> None:
        """End everything."""
        self.kill_all()
        self._mother.kill()
        self._mother.communicate()
        self._listener.close()


def main(number: int) -> None:
    """Fork what is asked for, line by line."""
    import django

    django.setup()
    from django.db import connections

    from dangol.config.asgi import application  # noqa: F401 (children have it from us)

    connections.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with suppress(BaseException):
                _serve(number) if line.strip() == "web" else _work()
            os._exit(1)
        print(pid, flush=True)


def _serve(number: int) -> None:
    import uvicorn

    config = uvicorn.Config("dangol.config.asgi:application", lifespan="off", log_level="critical")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=number)])


def _work() -> NoReturn:
    """Work off for ever, as a worker's loop does."""
    from dangol.core.behavior.stream.services.working import take_turn

    while True:
        if not take_turn():
            time.sleep(0.05)


if __name__ == "__main__":
    main(int(sys.argv[1]))
