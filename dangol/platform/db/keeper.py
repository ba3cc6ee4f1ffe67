"""The process that keeps the embedded server running while anybody uses it.

    python -P -m dangol.platform.db.keeper HOME

It is started by the first user and outlives it; it starts the server as its own child, starts it again after a crash,
and stops it when the last user has left or died. When the keeper itself dies, the system shuts the server down.
What it has to say goes to standard output, one JSON object a line, until the server is ready.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen, TimeoutExpired

from dangol.platform.db.cluster import Cluster
from dangol.platform.db.errors import CannotContinue, from_os_error
from dangol.platform.db.home import Home
from dangol.platform.db.processes import end_leftovers
from dangol.platform.db.users import Lock, Register

LOOK_SECONDS = 1.0
STOP_SECONDS = 60
LONGEST_PAUSE_SECONDS = 15
DOORBELL = "keeper.bell"


class Keeper:
    """Keeps the server of one home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.register = Register(home.run)
        self.server: Popen[bytes] | None = None
        self.is_told_to_stop = False
        self._cluster: Cluster | None = None
        self._pause = 0.5
        self._bell = _open_bell(home.run / DOORBELL)

    def run(self) -> None:
        """Bring the server up, tell the starter, and keep it until nobody needs it."""
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, self._ask_to_stop)
        self._cluster = Cluster.of(self.home)
        self._cluster.prepare()
        self._start()
        if self.is_told_to_stop:
            return
        say(state="ready")
        _close_output()
        while not self.is_told_to_stop:
            assert self.server is not None
            if self.server.poll() is not None and not self._start_again():
                return
            if self._nobody_is_left():
                break
            self._wait(LOOK_SECONDS)
        self._stop()

    def _start(self) -> None:
        """Start the server and wait until it takes connections, however long recovery lasts."""
        assert self._cluster is not None
        log_from = self._cluster.log_size()
        self.server = self._cluster.start()
        begun, told = time.monotonic(), False
        while not self._is_ready():
            if self.server.poll() is not None:
                raise self._cluster.trouble(log_from)
            if self.is_told_to_stop:
                self._stop()
                return
            if not told and time.monotonic() - begun > 3:
                say(state="recovering")
                told = True
            self._wait(0.03)

    def _is_ready(self) -> bool:
        assert self._cluster is not None
        assert self.server is not None
        try:
            number = (self.home.pg / "postmaster.pid").read_text().split("\n", 1)[0]
        except OSError:
            return False
        return number == str(self.server.pid) and self._cluster.state() == "ready"

    def _start_again(self) -> bool:
        """Bring a fallen server up, pausing longer after each failure; False when nobody wants it any more."""
        assert self.server is not None
        assert self._cluster is not None
        self._note(f"the server ended ({_how(self.server.returncode)}) and is started again")
        while not self.is_told_to_stop and not self._nobody_is_left():
            try:
                end_leftovers(self.home.pg)
                self._cluster.prepare()
                self._start()
            except (CannotContinue, OSError) as failure:
                self._note(f"{failure}; next try in {self._pause:.0f} s")
                self._wait(self._pause)
                self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            self._pause = 0.5
            return True
        return False

    def _nobody_is_left(self) -> bool:
        """True when no user lives; the gate is then kept shut until this process has ended."""
        if self.register.living() or not self.register.gate.take():
            return False
        if self.register.living():
            self.register.gate.release()
            return False
        self.register.forget_dead()
        return True

    def _stop(self) -> None:
        if self.server is None:
            return
        for sign, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if self.server.poll() is None:
                self.server.send_signal(sign)
            with contextlib.suppress(TimeoutExpired):
                self.server.wait(patience)
                return

    def _ask_to_stop(self, *_: object) -> None:
        self.is_told_to_stop = True

    def _wait(self, seconds: float) -> None:
        """Sleep, but wake when somebody rings because he has left."""
        ready, _, _ = select.select([self._bell], [], [], seconds)
        if ready:
            os.read(self._bell, 4096)

    def _note(self, sentence: str) -> None:
        with contextlib.suppress(OSError), (self.home.log / "postgres.log").open("a") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC [keeper] {sentence}\n")


def _open_bell(path: Path) -> int:
    if not path.is_fifo():
        path.unlink(missing_ok=True)
        os.mkfifo(path, 0o600)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def say(**what: str) -> None:
    """Tell the starter, if it still listens."""
    with contextlib.suppress(OSError):
        os.write(1, (json.dumps(what) + "\n").encode())


def _close_output() -> None:
    """Let the starter see the end of what is said; later words would only be lost."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def main() -> int:
    """Run the keeper of the home named on the command line; 0 when all went well."""
    home = Home(Path(sys.argv[1]))
    lock = Lock(home.run / "keeper.lock")
    if not lock.take(wait_seconds=5):
        say(error="Another keeper runs already.", what_to_do="Try again.")
        return 1
    lock.write(str(os.getpid()))
    keeper = Keeper(home)
    try:
        keeper.run()
    except (CannotContinue, OSError) as failure:
        known = failure if isinstance(failure, CannotContinue) else from_os_error(failure, home.root)
        say(**(known.as_dict() if known else {"error": f"The database did not start: {failure}", "what_to_do": ""}))
        keeper.is_told_to_stop = True
        keeper._stop()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
