"""Taking in: bodies of several requests are written in one transaction; each waits for its commit."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import zlib
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connections

from dangol.core.behavior.door.queries import away
from dangol.platform.db.connections import libpq_parameters

log = logging.getLogger(__name__)
MOST_WAITING_BYTES = 64 * 1024 * 1024
MOST_TOGETHER_BYTES = 8 * 1024 * 1024
PATIENCE_SECONDS = 10.0
COUNT_EVERY_SECONDS = 2.0
LEVEL = 1
"""Of compression: the least, six times smaller for a tenth of a core at 20,000 events a second."""

_COPY = """
COPY behavior_inbox (source_id, received_at, kind, events, size, body, address, agent) FROM STDIN (FORMAT BINARY)
"""
_TYPES = ("int8", "timestamptz", "text", "int4", "int4", "bytea", "text", "text")
_COUNT = """
INSERT INTO behavior_tally (source_id, on_day, at_door, declined, refused) VALUES (%s, %s, true, %s, %s)
ON CONFLICT (source_id, on_day, at_door) DO UPDATE
SET declined = behavior_tally.declined + excluded.declined, refused = behavior_tally.refused + excluded.refused
"""


@dataclass(slots=True)
class Parcel:
    """A request's events on their way into the inbox."""

    source_id: int
    kind: str
    events: int
    size: int
    body: bytes
    address: str
    agent: str
    received_at: datetime
    done: asyncio.Future[None] = field(repr=False)


class Intake:
    """The one writer of a web process: a thread with a connection of its own.

    While one transaction commits, the next requests gather; so a busy door commits as often as the disk can, and an
    idle one at once. When the database is away or too much waits, requests are refused, and their senders keep them.
    """

    def __init__(self) -> None:
        self._waiting: deque[Parcel] = deque()
        self._bytes = 0
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._connection: psycopg.Connection[Any] | None = None
        self._counts: Counter[tuple[int, str]] = Counter()
        self._counted_at = 0.0

    async def take_in(self, *, source_id: int, kind: str, events: int, body: bytes, address: str, agent: str) -> None:
        """Write a body into the inbox; returns when it is committed. Raises Refusal when that cannot be."""
        loop = asyncio.get_running_loop()
        packed = zlib.compress(body, LEVEL)
        parcel = Parcel(
            source_id, kind, events, len(body), packed, address, agent, datetime.now(UTC), loop.create_future()
        )
        with self._wake:
            if self._bytes + len(packed) > MOST_WAITING_BYTES:
                raise away()
            self._bytes += len(packed)
            self._waiting.append(parcel)
            self._start()
            self._wake.notify()
        try:
            await asyncio.wait_for(parcel.done, PATIENCE_SECONDS)
        except TimeoutError:
            raise away() from None

    def count(self, source_id: int, what: str, events: int) -> None:
        """Count events that were not taken in: `declined` (by whom they are about) or `refused` (too many)."""
        with self._wake:
            self._counts[source_id, what] += events
            self._start()
            self._wake.notify()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="event door", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._is_counting_due():
                    self._wake.wait(COUNT_EVERY_SECONDS if self._counts else None)
                parcels = self._next()
                counts = self._take_counts()
            fault = self._write(parcels, counts)
            for parcel in parcels:
                parcel.done.get_loop().call_soon_threadsafe(_settle, parcel.done, fault)

    def _next(self) -> list[Parcel]:
        parcels, size = [], 0
        while self._waiting and size < MOST_TOGETHER_BYTES:
            parcel = self._waiting.popleft()
            if not parcel.done.cancelled():  # its sender has been told to come again
                parcels.append(parcel)
                size += len(parcel.body)
            self._bytes -= len(parcel.body)
        return parcels

    def _is_counting_due(self) -> bool:
        return bool(self._counts) and time.monotonic() - self._counted_at >= COUNT_EVERY_SECONDS

    def _take_counts(self) -> Counter[tuple[int, str]]:
        if not self._is_counting_due():
            return Counter()
        self._counted_at = time.monotonic()
        counts, self._counts = self._counts, Counter()
        return counts

    def _write(self, parcels: list[Parcel], counts: Counter[tuple[int, str]]) -> Exception | None:
        """Write and commit; returns what went wrong. A connection that the database has closed is opened once more."""
        fault: Exception | None = None
        for _attempt in range(2):
            try:
                self._commit(parcels, counts)
                return None
            except psycopg.OperationalError as error:
                fault = error
                self._close()
            except Exception as error:
                self._close()
                log.exception("Requests could not be written into the inbox.")
                return error
        log.warning("The database is away; %d requests were sent back.", len(parcels))
        return fault

    def _commit(self, parcels: list[Parcel], counts: Counter[tuple[int, str]]) -> None:
        connection = self._connected()
        with connection.transaction(), connection.cursor() as cursor:
            if parcels:
                with cursor.copy(_COPY) as copy:
                    copy.set_types(_TYPES)
                    for p in parcels:
                        copy.write_row(
                            (p.source_id, p.received_at, p.kind, p.events, p.size, p.body, p.address, p.agent)
                        )
            for source_id in {source for source, _what in counts}:
                told = [counts[source_id, what] for what in ("declined", "refused")]
                cursor.execute(_COUNT, [source_id, datetime.now(UTC).date(), *told])

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            parameters = {"connect_timeout": 5, **libpq_parameters(connections["default"].settings_dict)}
            self._connection = psycopg.connect(**parameters, autocommit=True)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _settle(done: asyncio.Future[None], fault: Exception | None) -> None:
    if done.done():
        return
    if fault is None:
        done.set_result(None)
    else:
        done.set_exception(away())
