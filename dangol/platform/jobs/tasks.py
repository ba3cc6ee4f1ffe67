"""Declaring jobs. A job is put in the queue by the transaction that needs it, and runs at least once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, cast

from django.db import close_old_connections, transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app as queue

from dangol.platform.db.asking import Asking, asking
from dangol.platform.jobs.failures import RETRY, note_failure

Watcher = Callable[[Asking, float, bool], None]
_watchers: list[Watcher] = []


def watch_jobs(watcher: Watcher) -> None:
    """Tell `watcher` of every job that ended: what it asked of the database, its milliseconds, whether it failed."""
    _watchers[:] = [watcher]


@contextmanager
def watched(name: str, job_id: int | None) -> Iterator[None]:
    """Run a block as the job `name`: its statements are counted, its log lines carry its number."""
    who, began, is_failed = Asking("job", name, job_id=job_id), time.perf_counter(), True
    try:
        with asking(who):
            yield
        is_failed = False
    finally:
        for watcher in _watchers:
            watcher(who, (time.perf_counter() - began) * 1000, is_failed)


class Task:
    """A declared job; calling it runs it here and now."""

    def __init__(self, declared: Any, run: Callable[..., Any], name: str) -> None:
        self.declared, self.run, self.name = declared, run, name

    def __call__(self, **kwargs: Any) -> Any:
        return self.run(**kwargs)

    def defer(self, *, once: str | None = None, after_seconds: int = 0, **kwargs: Any) -> int | None:
        """Put the job in the queue, in the running transaction. Arguments must be JSON: ids and plain values.

        `once` is a key: while a job with it waits, another is not added and None is returned.
        """
        from procrastinate.exceptions import AlreadyEnqueued

        options: dict[str, Any] = {"queueing_lock": once} if once else {}
        if after_seconds:
            options["schedule_in"] = {"seconds": after_seconds}
        try:
            with transaction.atomic():  # a refusal must not spoil the transaction around it
                return int(self.declared.configure(**options).defer(**kwargs))
        except AlreadyEnqueued:
            return None


def task(
    *, name: str, queue_name: str = "default", cron: str | None = None, lock: str | None = None
) -> Callable[[Callable[..., Any]], Task]:
    """Declare a job under a lasting `name`. With `cron` (five fields, UTC) it also runs by the clock.

    Jobs that share a `lock` run one after the other. Failures are tried again six times with growing pauses, behind
    other jobs of their lock, and then stand on the dead-letter screen. The function gets its arguments by keyword; a
    clock job gets `timestamp` too.
    """

    def declare(function: Callable[..., Any]) -> Task:
        @wraps(function)
        def run(context: JobContext, **kwargs: Any) -> Any:
            close_old_connections()
            try:
                with watched(name, context.job.id):
                    return function(**kwargs)
            except Exception as error:
                note_failure(context.job, error)
                raise
            finally:
                close_old_connections()

        declared: Any = queue.task(name=name, queue=queue_name, retry=RETRY, lock=lock, pass_context=True)(
            cast(Any, run)
        )
        if cron:
            queue.periodic(cron=cron)(declared)
        return Task(declared, function, name)

    return declare
