"""Keeps database, web server and worker running until it is told to stop, and then leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dangol.platform.console import address
from dangol.platform.console.child import LISTENER
from dangol.platform.console.output import say
from dangol.platform.console.parts import Part, lifeline
from dangol.platform.console.pulse import Pulse
from dangol.platform.console.rotation import is_to_stderr, rotate
from dangol.platform.db.embedded import Database, ensure_database
from dangol.platform.db.errors import CannotContinue, disk_full
from dangol.platform.db.home import Home
from dangol.platform.db.users import Lock, is_held

LOOK_SECONDS = 0.25
END_SECONDS = 15
FALLS_BEFORE_GIVING_UP = 4
LITTLE_SPACE_BYTES = 32 * 1024 * 1024
WARN_EVERY_SECONDS = 60
ROTATE_EVERY_SECONDS = 60
MOST_WEB_PARTS = 4
COUNTED = "PROMETHEUS_MULTIPROC_DIR"
"""Where the parts count together, as prometheus_client names it."""

Ready = Callable[[dict[str, Any]], None]


class Supervisor:
    """One running installation."""

    def __init__(self, home: Home, host: str, port: int) -> None:
        self.home, self.host, self.port = home, host, port
        self.address = address.shown(host, port)
        self._lock = Lock(home.run / "start.lock")
        self._parts: list[Part] = []
        self._is_hurried = False
        self._falls = 0
        self._warned_at = 0.0
        self._rotated_at = 0.0

    def run(self, wants_demo: bool, on_ready: Ready, *, no_backup: bool = False) -> None:
        """Bring everything up, call `on_ready` once when it answers, and keep it up until a signal comes.

        Raises:
            CannotContinue: it runs already, the port is taken, or a part does not start.
        """
        self._claim()
        listener: socket.socket | None = None
        database: Database | None = None
        try:
            self._hear_signals()
            listener = address.listen(self.host, self.port, lambda: is_held(self.home.run / "web.lock"))
            database = ensure_database(self.home, say)
            told = self._prepare(["--demo"] * wants_demo + ["--no-backup"] * no_backup)
            self._make_parts(listener.fileno())
            self._keep(database, lambda: on_ready({"address": self.address, "pid": os.getpid(), **told}))
        except KeyboardInterrupt:
            say("Stopping ...")
        finally:
            self._stop(listener, database)

    def _claim(self) -> None:
        if not self._lock.take(wait_seconds=0.3):
            running = running_note(self.home)
            raise CannotContinue(
                f"Dangol is already running for {self.home.root} at {running.get('address', 'an unknown address')}"
                f" (process {running.get('pid', 'unknown')}).",
                "Open that address, or stop it first with: dangol stop",
            )
        self._lock.write(json.dumps({"pid": os.getpid(), "address": self.address}))

    def _hear_signals(self) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, stop)

    def _prepare(self, options: list[str]) -> dict[str, Any]:
        """Migrate and load the demo company in a process of its own; returns what it found."""
        command = [sys.executable, "-P", "-m", "dangol.platform.console.prepare", *options]
        environment = {**os.environ, "DANGOL_HOME": str(self.home.root)}
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
        try:
            words, _ = child.communicate()
        except KeyboardInterrupt:
            os.killpg(child.pid, signal.SIGTERM)
            child.communicate()
            raise
        try:
            told: dict[str, Any] = json.loads(words.decode().strip().splitlines()[-1])
        except (ValueError, IndexError):
            raise CannotContinue("The tables could not be prepared.", "See the lines above.") from None
        if "error" in told:
            raise CannotContinue(told["error"], told["what_to_do"])
        return told

    def _make_parts(self, listener: int) -> None:
        reading, environment = lifeline()
        environment = {**environment, "DANGOL_HOME": str(self.home.root)}
        environment[COUNTED] = str(emptied(self.home.run / "counted"))
        web = {**environment, "DANGOL_PROCESS": "web", LISTENER: str(listener)}
        work = {**environment, "DANGOL_PROCESS": "worker"}
        logs = None if is_to_stderr() else self.home.log
        self._parts = [
            *(
                Part(name, logs and logs / f"{name}.log", web, (reading, listener), self._note_fall, Pulse())
                for name in web_parts()
            ),
            Part("worker", logs and logs / "worker.log", work, (reading,), self._note_fall),
        ]

    def _keep(self, database: Database, on_ready: Callable[[], None]) -> None:
        """Look after everything, for ever."""
        is_ready = False
        while True:
            for part in self._parts:
                part.look()
            self._look_after(database)
            if not is_ready and answers(self.host, self.port):
                is_ready = True
                on_ready()
            if not is_ready and self._falls >= FALLS_BEFORE_GIVING_UP:
                raise CannotContinue("Dangol does not start.", f"Look into the files in {self.home.log}.")
            time.sleep(LOOK_SECONDS)

    def _look_after(self, database: Database) -> None:
        """Bring a fallen database back, and speak up in time when the disk fills."""
        try:
            if not database.is_up():
                say("The database ended; starting it again.")
                database.revive()
            self._keep_logs_small()
            if shutil.disk_usage(self.home.root).free < LITTLE_SPACE_BYTES:
                raise disk_full(self.home.root)
        except CannotContinue as trouble:
            if time.monotonic() - self._warned_at > WARN_EVERY_SECONDS or not self._warned_at:
                self._warned_at = time.monotonic()
                say(f"{trouble.sentence} {trouble.what_to_do}")
            time.sleep(1)

    def _keep_logs_small(self) -> None:
        if time.monotonic() - self._rotated_at > ROTATE_EVERY_SECONDS:
            self._rotated_at = time.monotonic()
            rotate(self.home.log)

    def _note_fall(self, sentence: str) -> None:
        self._falls += 1
        say(sentence)

    def _stop(self, listener: socket.socket | None, database: Database | None) -> None:
        """End the parts, then the database; a second Ctrl-C forces the parts at once."""
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, self._hurry)
        for part in self._parts:
            part.ask_to_end()
        deadline = time.monotonic() + END_SECONDS
        for part in self._parts:
            while part.is_running() and not self._is_hurried and time.monotonic() < deadline:
                time.sleep(0.02)
            part.make_end()
        if listener is not None:
            listener.close()
        if database is not None:
            database.close()
        self._lock.release()

    def _hurry(self, *_: object) -> None:
        self._is_hurried = True


def web_parts() -> list[str]:
    """Names of the processes that answer pages, all on one socket: as many as DANGOL_WEB_PROCESSES says, else one a
    core, four at most.

    Raises:
        CannotContinue: the variable holds no number from 1 to 64.
    """
    asked = os.environ.get("DANGOL_WEB_PROCESSES") or str(min(os.cpu_count() or 1, MOST_WEB_PARTS))
    if not asked.isdecimal() or not 1 <= int(asked) <= 64:
        raise CannotContinue(f"DANGOL_WEB_PROCESSES is “{asked}”.", "Set it to a number from 1 to 64, or leave it out.")
    return ["web", *(f"web-{number}" for number in range(2, int(asked) + 1))]


def emptied(folder: Path) -> Path:
    """The folder, made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def running_note(home: Home) -> dict[str, Any]:
    """Return what the running `dangol start` of a home wrote about itself: `pid` and `address`."""
    try:
        found = json.loads((home.run / "start.lock").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def answers(host: str, port: int, seconds: float = 5) -> bool:
    """True when the site says that all its parts are up."""
    connection = http.client.HTTPConnection(address.reachable(host), port, timeout=seconds)
    try:
        connection.request("GET", "/healthz", headers={"Host": _allowed_host()})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _allowed_host() -> str:
    """Return a name under which the site answers, which localhost need not be on a real server."""
    first = os.environ.get("DANGOL_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    return "localhost" if first in ("", "*") else first
