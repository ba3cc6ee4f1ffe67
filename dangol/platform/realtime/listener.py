"""The one connection of a web process that hears what the database tells."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connections

from dangol.platform.db.connections import libpq_parameters
from dangol.platform.realtime.rules import CHANNEL

log = logging.getLogger("dangol.realtime")
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
ECHO_SECONDS, ECHO_PATIENCE = 30.0, 10.0
ECHO = "#"
DEAF = (
    "The database does not pass on what is told: open pages stay as they are until one loads them again. A pooler in"
    " between (such as PgBouncer by transaction) cannot pass on LISTEN: name the server itself in DATABASE_LIVE_URL."
)


def parameters() -> dict[str, Any]:
    """How to reach the database for listening: as everybody does, or as DATABASE_LIVE_URL says, past a pooler."""
    direct = os.environ.get("DATABASE_LIVE_URL")
    known = {"conninfo": direct} if direct else libpq_parameters(connections["default"].settings_dict)
    return {**known, "application_name": "dangol live", "connect_timeout": 5, "keepalives_idle": 30}


class Listener:
    """Hears notices until it is cancelled; a lost connection is made again.

    `heard(notice)` is called for each, `lost()` when the connection went, `found()` when one listens (again). Every
    half minute it tells itself something: a connection that is dead without a word is noticed, and a pooler that
    swallows notices too.
    """

    def __init__(
        self, reach: Callable[[], dict[str, Any]], heard: Callable[[str], None], found: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:  # fmt: skip
        self._reach, self._heard, self._found, self._lost = reach, heard, found, lost
        self._is_warned, self._awaited = False, ""

    async def run(self) -> None:
        """Listen for good."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._listen()
                pause = FIRST_PAUSE
            except (psycopg.Error, OSError) as error:
                log.info("The connection that listens was lost: %s", str(error).strip())
            finally:
                self._lost()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _listen(self) -> None:
        """One connection's life; it ends by an error, or when its own words do not come back."""
        connection = await psycopg.AsyncConnection.connect(**self._reach(), autocommit=True)
        try:
            await connection.execute(f"LISTEN {CHANNEL}")
            if not await self._echoes(connection):
                self._warn()
                await asyncio.sleep(LONGEST_PAUSE)
                return
            self._found()
            while True:
                await self._hear(connection, ECHO_SECONDS)
                if not await self._echoes(connection):
                    return
        finally:
            with contextlib.suppress(psycopg.Error, OSError):
                await connection.close()

    async def _echoes(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        """Whether what this connection tells comes back to it."""
        own = self._awaited = f"{ECHO}{os.getpid()}-{os.urandom(4).hex()}"
        await asyncio.wait_for(connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, own]), ECHO_PATIENCE)
        while self._awaited:
            if not await self._hear(connection, ECHO_PATIENCE, stop_after=1):
                return False
        return True

    async def _hear(
        self, connection: psycopg.AsyncConnection[Any], seconds: float, stop_after: int | None = None
    ) -> int:
        """Take what comes for so many seconds, all of it; how much there was."""
        count = 0
        async for notice in connection.notifies(timeout=seconds, stop_after=stop_after):
            count += 1
            self._take(notice.payload)
        return count

    def _take(self, notice: str) -> None:
        if notice == self._awaited:
            self._awaited = ""
        elif not notice.startswith(ECHO):
            self._heard(notice)

    def _warn(self) -> None:
        if not self._is_warned:
            log.warning(DEAF)
        self._is_warned = True
