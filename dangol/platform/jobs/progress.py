"""Writing down how far a long job is, outside its transaction, so that others see it at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.utils import timezone

from dangol.platform.jobs.models import Progress

WRITE_EVERY_SECONDS = 0.25


class Stopped(Exception):
    """The person who watched asked to stop."""


class Tracker:
    """Handle of a running `Progress`: call `advance` as often as you like, it writes four times a second at most.

    `listener(done, total, step)` gets every change too (the command line draws its bar with it). Because writes go
    through the connection given by `alias`, work that runs in one long transaction should pass its own listener and
    keep the row for the steps between transactions.
    """

    def __init__(self, row: Progress | None, listener: Callable[[int, int, str], None] | None = None) -> None:
        self.row, self.listener = row, listener
        self.done, self.total, self.step = 0, 0, ""
        self.result: dict[str, Any] = {}
        self._written = 0.0

    def begin(self, step: str, total: int = 0) -> None:
        """Start a named step of `total` units."""
        self.step, self.total, self.done = step, total, 0
        self._tell(force=True)

    def advance(self, units: int = 1) -> None:
        """Say that `units` more are done. Raises `Stopped` when somebody asked to stop."""
        self.done += units
        self._tell()

    def _tell(self, force: bool = False) -> None:
        if self.listener:
            self.listener(self.done, self.total, self.step)
        now = time.monotonic()
        if self.row is None or (not force and now - self._written < WRITE_EVERY_SECONDS):
            return
        self._written = now
        Progress.objects.filter(pk=self.row.pk).update(
            done=self.done, total=self.total, step=self.step, beat_at=timezone.now()
        )
        if Progress.objects.filter(pk=self.row.pk, stop_asked=True).exists():
            raise Stopped(self.row.title)


@contextmanager
def track(row_id: UUID | None, listener: Callable[[int, int, str], None] | None = None) -> Iterator[Tracker]:
    """Run a block as the work of the `Progress` row `row_id` (None: nothing is written); marks how it ended."""
    row = Progress.objects.filter(pk=row_id).first() if row_id else None
    tracker = Tracker(row, listener)
    _mark(row, state=Progress.State.RUNNING, started_at=timezone.now(), beat_at=timezone.now())
    try:
        yield tracker
    except Stopped:
        _mark(row, state=Progress.State.STOPPED, finished_at=timezone.now())
        raise
    except Exception as error:
        _mark(row, state=Progress.State.FAILED, message=str(error), finished_at=timezone.now())
        raise
    _mark(row, state=Progress.State.DONE, result=tracker.result, done=tracker.done, finished_at=timezone.now())


def _mark(row: Progress | None, **values: Any) -> None:
    if row is not None:
        Progress.objects.filter(pk=row.pk).update(**values)
