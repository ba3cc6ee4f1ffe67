"""Loops: work that a worker does all the time beside its jobs, where a job for each piece would be too many.

    register_loop("behavior.work_off", take_turn)

A turn does one piece in a transaction of its own, so that a killed worker leaves nothing half done. Every worker runs
every loop; turns that must not overlap take a lock in the database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections, connections

Turn = Callable[[], bool]
IDLE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
LAST_TURN_SECONDS = 10.0
log = logging.getLogger(__name__)
_loops: dict[str, tuple[Turn, float]] = {}


def register_loop(name: str, turn: Turn, *, idle_seconds: float = IDLE_SECONDS) -> None:
    """Let every worker call `turn` again and again: at once when it says that there may be more, else after a pause.

    Raises ValueError when the name is taken.
    """
    if name in _loops:
        raise ValueError(f"{name} runs already.")
    _loops[name] = (turn, idle_seconds)


def start_loops() -> Callable[[], None]:
    """Start every loop in a thread of its own; returns what ends them after their present turn."""
    ended = threading.Event()
    threads = [
        threading.Thread(target=_run, args=(name, turn, idle, ended), name=name, daemon=True)
        for name, (turn, idle) in _loops.items()
    ]
    for thread in threads:
        thread.start()

    def end() -> None:
        ended.set()
        for thread in threads:
            thread.join(LAST_TURN_SECONDS)

    return end


def _run(name: str, turn: Turn, idle: float, ended: threading.Event) -> None:
    """Take turns until told to end; after a failure wait longer and longer, for the database may be away."""
    pause = idle
    while not ended.is_set():
        close_old_connections()
        try:
            is_busy, pause = turn(), idle
        except Exception:
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            log.warning("The loop %s failed; the next turn is in %.0f s.", name, pause, exc_info=True)
            connections.close_all()
            ended.wait(pause)
            continue
        if not is_busy:
            ended.wait(idle)
    connections.close_all()
