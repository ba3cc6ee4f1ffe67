"""Who asks the database at this moment: a page, a job or a command. What is logged and measured names it.

    with asking(Asking("page", "people/<int:pk>")) as now: ...

Time spent in statements is counted here; what is slow goes to the `Recorder` that a higher room registers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connections

Slow = Callable[[str, float, "Asking"], None]
"""Told a statement's text (without its values), its milliseconds, and who asked."""


@dataclass
class Asking:
    """One page, job or command under way.

    `name` is the page's route (`people/<int:pk>`, never the address itself), the job's or the command's name.
    """

    kind: str
    name: str = ""
    request_id: str = ""
    job_id: int | None = None
    user_id: int | None = None
    queries: int = 0
    query_ms: float = 0.0


_NOW: ContextVar[Asking | None] = ContextVar("asking", default=None)
_slow: list[tuple[float, Slow]] = []


def now_asking() -> Asking | None:
    """Return who asks in this thread or task, None when nobody said."""
    return _NOW.get()


def tell_slow(after_ms: float, listener: Slow) -> None:
    """Let `listener` hear of every statement that took `after_ms` or longer; replaces the one before."""
    _slow[:] = [(after_ms, listener)]


def tell_nobody() -> None:
    """Let nobody hear of slow statements any more."""
    _slow.clear()


@contextmanager
def asking(who: Asking, *, aliases: tuple[str, ...] = ("default",)) -> Iterator[Asking]:
    """Count and time what the block asks the databases `aliases`; costs about a microsecond a statement."""
    token = _NOW.set(who)

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = (time.perf_counter() - began) * 1000
            who.queries += 1
            who.query_ms += took
            if _slow and took >= _slow[0][0]:
                _slow[0][1](str(sql), took, who)

    try:
        with ExitStack() as stack:
            for alias in aliases:
                stack.enter_context(connections[alias].execute_wrapper(watch))
            yield who
    finally:
        _NOW.reset(token)
