"""The database of an installation, brought up for as long as somebody uses it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any, Self

from dangol.platform.db.connections import database_settings, server_url
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import PORT, Home
from dangol.platform.db.keeper import DOORBELL
from dangol.platform.db.passwords import ADMIN, Passwords
from dangol.platform.db.users import Lock, Register, is_held

Say = Callable[[str], None]
STOP_SECONDS = 75


def _silent(_: str) -> None:
    """Say nothing."""


class Database:
    """A handle on a running database; closing it (or leaving the `with` block) gives it back.

    The embedded server stops when its last user has closed, and not before.
    """

    def __init__(self, home: Home, say: Say = _silent) -> None:
        self.home = home
        self.is_embedded = server_url() is None
        self._say = say
        self._register = Register(home.run)
        self._place: Lock | None = None

    def settings(self) -> dict[str, dict[str, Any]]:
        """Return Django's DATABASES: `default` for the plain role, `owner` for changes of tables."""
        return database_settings(self.home)

    def admin(self) -> dict[str, Any]:
        """Return libpq's parameters of the superuser; of the embedded server only."""
        passwords = Passwords.read(self.home)
        if not self.is_embedded or passwords is None:
            raise CannotContinue("There is no superuser to speak of.", "This is possible with the embedded database.")
        return {
            "host": str(self.home.socket_folder), "port": PORT, "dbname": "postgres",
            "user": ADMIN, "password": passwords.admin,
        }  # fmt: skip

    def open(self) -> Self:
        """Bring the database up. Raises CannotContinue with a sentence when that fails."""
        if not self.is_embedded:
            self.prepare_roles()
            return self
        self._say_while_waiting()
        try:
            self._place = self._register.enter()
            self._ensure_keeper()
            self.prepare_roles()
        except BaseException:
            self._leave()
            raise
        finally:
            self._register.gate.release()
        return self

    def prepare_roles(self) -> None:
        """Make the roles and give them their rights, where that is ours to do; check the server where it is not."""
        from dangol.platform.db import roles

        if self.is_embedded:
            roles.prepare(self.admin(), self.home)
        else:
            roles.check_server(self.settings())

    def close(self) -> None:
        """Give the database back; when nobody else uses it, return after the server has stopped."""
        if self._place is None:
            return
        self._leave()
        deadline = time.monotonic() + STOP_SECONDS
        while self.is_up() and not self._register.living() and time.monotonic() < deadline:
            time.sleep(0.02)

    def is_up(self) -> bool:
        """True while the embedded server has its keeper; always true for a server of somebody else."""
        return not self.is_embedded or is_held(self.home.run / "keeper.lock")

    def revive(self) -> None:
        """Start a keeper again when ours has died."""
        if self.is_up() or not self._register.gate.take(wait_seconds=30):
            return
        try:
            self._ensure_keeper()
        finally:
            self._register.gate.release()

    def _say_while_waiting(self) -> None:
        def waiting() -> None:
            self._say("Waiting for another Dangol command that starts or stops the database ...")

        if not self._register.gate.take(wait_seconds=3600, on_wait=waiting):
            raise CannotContinue(
                "Another Dangol command has been starting the database for an hour.",
                f"Look into {self.home.log / 'postgres.log'}.",
            )

    def _ensure_keeper(self) -> None:
        """Start a keeper unless one lives, and wait until the server takes connections."""
        if self.is_up():
            self._wait_for_running_keeper()
            if self.is_up():
                return
        keeper = subprocess.Popen(
            [sys.executable, "-P", "-m", "dangol.platform.db.keeper", str(self.home.root)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=(log := self._open_log()),
            cwd="/", start_new_session=True,
        )  # fmt: skip
        log.close()
        assert keeper.stdout is not None
        with keeper.stdout as words:
            self._listen(words)

    def _listen(self, words: IO[bytes]) -> None:
        for line in words:
            said = json.loads(line)
            if said.get("state") == "ready":
                return
            if said.get("state") == "recovering":
                self._say("The database was not stopped cleanly and recovers what it had promised; please wait ...")
            if "error" in said:
                raise CannotContinue(said["error"], said["what_to_do"])
        raise CannotContinue("The database's keeper ended at once.", f"See {self.home.log / 'postgres.log'}.")

    def _wait_for_running_keeper(self) -> None:
        """Wait for a server whose starter died, or that is being started again after a crash."""
        from dangol.platform.db import roles

        while self.is_up() and not roles.takes_connections(self.admin()):
            time.sleep(0.1)

    def _open_log(self) -> IO[bytes]:
        return (self.home.log / "postgres.log").open("ab")

    def _leave(self) -> None:
        if self._place is not None:
            self._register.leave(self._place)
            self._place = None
            _ring(self.home)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def ensure_database(home: Home | None = None, say: Say = _silent) -> Database:
    """Bring the database of `home` (by default the one DANGOL_HOME names) up and return a handle to close.

    Raises:
        CannotContinue: with a sentence that says what to do.
    """
    return Database((home or Home.from_environment()).ensure(), say).open()


def _ring(home: Home) -> None:
    """Wake the keeper, so that it sees at once that somebody has left."""
    with contextlib.suppress(OSError):
        bell = os.open(home.run / DOORBELL, os.O_WRONLY | os.O_NONBLOCK)
        os.write(bell, b"\0")
        os.close(bell)
