"""Remembers how long pages, jobs and slow statements took, and writes it down every few seconds.

What runs only adds to numbers in memory; a thread of its own writes them to `console_timing`. At most `MOST_NAMES`
different names are held between two writings, so that nothing grows without end.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import DatabaseError, connections

from dangol.platform.console.durations import bucket_of, empty
from dangol.platform.console.statements import normalised
from dangol.platform.db.asking import Asking

MOST_NAMES = 2000
WRITE_EVERY_SECONDS = 20.0
Key = tuple[date, str, str, str]
log = logging.getLogger(__name__)

_WRITE = """
INSERT INTO console_timing AS t
  (on_day, kind, name, asked_by, mark, count, failures, queries, total_ms, most_ms, buckets)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (on_day, kind, mark) DO UPDATE SET
  count = t.count + excluded.count, failures = t.failures + excluded.failures, queries = t.queries + excluded.queries,
  total_ms = t.total_ms + excluded.total_ms, most_ms = greatest(t.most_ms, excluded.most_ms),
  buckets = ARRAY(SELECT a + b FROM unnest(t.buckets, excluded.buckets) WITH ORDINALITY u(a, b, n) ORDER BY n)
"""


@dataclass
class Sum:
    """What is known of one name since the last writing."""

    count: int = 0
    failures: int = 0
    queries: int = 0
    total_ms: float = 0.0
    most_ms: float = 0.0
    buckets: list[int] = field(default_factory=empty)


class Recorder:
    """Adds up; `write` empties it into the table."""

    def __init__(self) -> None:
        self._sums: dict[Key, Sum] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._end = threading.Event()

    def statement(self, sql: str, ms: float, who: Asking) -> None:
        """Note a slow statement and who asked it."""
        asked_by = f"{who.kind} {who.name}".strip()
        self._add("statement", normalised(sql), asked_by, ms)

    def page(self, who: Asking, ms: float, *, is_failed: bool) -> None:
        """Note a page that was shown."""
        self._add("page", who.name, "", ms, who.queries, is_failed)

    def job(self, who: Asking, ms: float, is_failed: bool) -> None:
        """Note a job that ended."""
        self._add("job", who.name, "", ms, who.queries, is_failed)

    def write(self) -> int:
        """Write down what was added up; returns how many rows. What cannot be written is dropped, never piled up."""
        with self._lock:
            sums, self._sums = self._sums, {}
        if not sums:
            return 0
        rows = sorted((_row(key, found) for key, found in sums.items()), key=lambda row: (row[1], row[4]))
        with connections["default"].cursor() as cursor:
            cursor.executemany(_WRITE, rows)
        return len(rows)

    def start(self) -> None:
        """Write every few seconds from now on, in a thread of its own; once for a process."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_writing, name="recorder", daemon=True)
            self._thread.start()
            atexit.register(self._end.set)

    def _add(self, kind: str, name: str, asked_by: str, ms: float, queries: int = 0, is_failed: bool = False) -> None:
        key = (datetime.now(UTC).date(), kind, name, asked_by)
        with self._lock:
            found = self._sums.get(key)
            if found is None:
                if len(self._sums) >= MOST_NAMES:
                    return
                found = self._sums[key] = Sum()
            found.count += 1
            found.failures += is_failed
            found.queries += queries
            found.total_ms += ms
            found.most_ms = max(found.most_ms, ms)
            found.buckets[bucket_of(ms)] += 1

    def _keep_writing(self) -> None:
        while not self._end.wait(WRITE_EVERY_SECONDS):
            try:
                self.write()
            except DatabaseError as error:
                log.debug("What took how long could not be written down: %s", error)
            except Exception as error:  # a pool that gives up waiting has an exception of its own
                log.debug("What took how long could not be written down: %s", error)
            finally:
                connections.close_all()


def _row(key: Key, found: Sum) -> tuple[Any, ...]:
    on_day, kind, name, asked_by = key
    mark = hashlib.sha256(f"{name}\0{asked_by}".encode()).hexdigest()[:32]
    numbers = (found.count, found.failures, found.queries, found.total_ms, found.most_ms, found.buckets)
    return (on_day, kind, name, asked_by, mark, *numbers)


RECORDER = Recorder()


def is_wanted() -> bool:
    """Whether this process is one of those that `dangol start` keeps running."""
    return os.environ.get("DANGOL_PROCESS") in ("web", "worker")
