"""Telling how far a job is from outside its own transaction, so that it can be seen before the job commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connections

from dangol.platform.jobs.progress import Tracker


class OutsideTracker(Tracker):
    """A tracker whose writes go through a connection of their own, in a thread of their own.

    A long transaction can tell its steps with it and still hear that it shall stop.
    """

    def __init__(self, inner: Tracker, pool: ThreadPoolExecutor) -> None:
        super().__init__(None)
        self.inner, self._pool = inner, pool

    def begin(self, step: str, total: int = 0) -> None:
        self._tell_inside(self.inner.begin, step, total)

    def advance(self, units: int = 1) -> None:
        self._tell_inside(self.inner.advance, units)

    def _tell_inside(self, call: Callable[..., None], *values: Any) -> None:
        self._pool.submit(call, *values).result()


@contextmanager
def outside(tracker: Tracker) -> Iterator[Tracker]:
    """Yield a tracker for use inside a transaction; the given one itself when it writes nothing."""
    if tracker.row is None:
        yield tracker
        return
    with ThreadPoolExecutor(1, thread_name_prefix="progress") as pool:
        try:
            yield OutsideTracker(tracker, pool)
        finally:
            pool.submit(connections.close_all).result()
