"""The figures of the platform itself, for Prometheus and for the pages of the console."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import psutil
from django.db import connection

from dangol.platform.console.metrics import Figure, register_figure
from dangol.platform.db.home import Home
from dangol.platform.engine.lake import Lake
from dangol.platform.jobs import queue

Values = Iterable[tuple[tuple[str, ...], float]]

_LAG = """
SELECT coalesce(extract(epoch FROM now() - min(e.at)), 0) FROM procrastinate_jobs j
JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
WHERE j.id = (SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = 'events')
"""
_DATABASE = """
SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
       coalesce((SELECT max(extract(epoch FROM now() - xact_start)) FROM pg_stat_activity
                 WHERE datname = current_database()), 0)
"""


def one(sql: str) -> tuple[float, ...]:
    """Return the one row of a statement as numbers."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return tuple(float(value or 0) for value in cursor.fetchone() or ())


def jobs_by_state() -> Values:
    """Jobs by queue and state."""
    for state in queue.queues():
        for name in ("waiting", "running", "dead", "failing"):
            yield (state.name, name), getattr(state, name)


def oldest_wait() -> Values:
    """Since when the job waits that is due the longest, by queue, in seconds."""
    for state in queue.queues():
        waited = (datetime.now(UTC) - state.oldest_at).total_seconds() if state.oldest_at else 0
        yield (state.name,), max(0.0, waited)


def event_lag_seconds() -> float:
    """How long the oldest event waits that a subscriber has not received yet."""
    return one(_LAG)[0]


def lake_age_seconds() -> float | None:
    """How old the last load of the lake is, None when there was none."""
    loaded_at = Lake().manifest().loaded_at
    return (datetime.now(UTC) - datetime.fromisoformat(loaded_at)).total_seconds() if loaded_at else None


def part_memory() -> Values:
    """Memory of the parts of `dangol start` on this machine, in bytes; shared pages count in each."""
    run = Home.from_environment().run
    for lock in sorted([*run.glob("web*.lock"), run / "worker.lock"]):
        try:
            process = psutil.Process(int(lock.read_text()))
            yield (lock.stem,), process.memory_info().rss
        except (OSError, ValueError, psutil.Error):
            continue


def _lake_age() -> Values:
    age = lake_age_seconds()
    return [] if age is None else [((), age)]


def _plain(place: int) -> Values:
    return [((), one(_DATABASE)[place])]


FIGURES = (
    Figure("dangol_jobs", "Jobs in the queue by state.", jobs_by_state, "queue", "state"),
    Figure("dangol_jobs_oldest_wait_seconds", "How long the longest waiting job waits.", oldest_wait, "queue"),
    Figure("dangol_event_lag_seconds", "How long the oldest undelivered event waits.",
           lambda: [((), event_lag_seconds())]),
    Figure("dangol_workers", "Workers that gave a sign of life in the last half minute.",
           lambda: [((), sum(w.is_alive for w in queue.workers()))]),
    Figure("dangol_database_size_bytes", "Size of the database.", lambda: _plain(0)),
    Figure("dangol_database_connections", "Connections to the database.", lambda: _plain(1)),
    Figure("dangol_database_longest_transaction_seconds", "Age of the oldest open transaction.", lambda: _plain(2)),
    Figure("dangol_lake_age_seconds", "Since when nothing was loaded into the lake.", _lake_age),
    Figure("dangol_part_memory_bytes", "Resident memory of a part of dangol start.", part_memory, "part"),
)  # fmt: skip


def register_figures() -> None:
    """Count what the platform knows of itself."""
    for figure in FIGURES:
        register_figure(figure)
