"""What may go: removals that the lake has taken, notes of deliveries that can no longer come twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from dangol.platform.engine.lake import Lake

BATCH = 50_000
KEEP_DAYS = 30

_REMOVALS = """
DELETE FROM db_tombstone WHERE id IN (
  SELECT id FROM db_tombstone WHERE xid < %s::text::xid8 LIMIT %s)
"""
_DELIVERIES = """
DELETE FROM {table} WHERE id IN (
  SELECT d.id FROM {table} d WHERE d.delivered_at < now() - make_interval(days => %s) LIMIT %s)
"""
_SESSIONS = "DELETE FROM django_session WHERE expire_date < now() - interval '1 day'"
_STILL_QUEUED = """
SELECT min(e.at) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
WHERE j.status <> 'succeeded' AND j.queue_name = 'events'
"""


@dataclass(frozen=True)
class Prunable:
    """What lies about: rows that may go now, and why not all of them."""

    removals: int
    removals_kept: int
    deliveries: int
    sessions: int


def horizon() -> int:
    """The transaction below which every reader of the lake has seen each removal; 0 while nothing was loaded.

    A lake that was restored, moved or belongs to another database is loaded anew from the tables, and needs no
    removals; so the one manifest there is decides.
    """
    return Lake().manifest().watermark


def prunable() -> Prunable:
    """Count what may go, without touching it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE xid < %s::text::xid8), count(*) FROM db_tombstone", [_below()])
        removals, total = cursor.fetchone()
        cursor.execute(f"SELECT count(*) FROM {_deliveries()} WHERE delivered_at < now() - make_interval(days => %s)",
                       [KEEP_DAYS])  # fmt: skip
        deliveries = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM django_session WHERE expire_date < now() - interval '1 day'")
        return Prunable(int(removals), int(total - removals), int(deliveries), int(cursor.fetchone()[0]))


def prune() -> Prunable:
    """Delete what may go, in batches that each commit; returns how much of each was deleted."""
    below = _below()
    removals = _in_batches(_REMOVALS, [below, BATCH]) if below != "0" else 0
    deliveries = 0 if _has_old_events_waiting() else _in_batches(
        _DELIVERIES.format(table=_deliveries()), [KEEP_DAYS, BATCH]
    )  # fmt: skip
    sessions = _in_batches(_SESSIONS, [], is_whole=True)
    return Prunable(removals, 0, deliveries, sessions)


def _below() -> str:
    """The watermark of the lake, but never beyond what the database itself calls past."""
    mark = horizon()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return str(min(mark, int(cursor.fetchone()[0])))


def _has_old_events_waiting() -> bool:
    """Whether a delivery of long ago may still be tried again, which the notes then keep from happening twice."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({_STILL_QUEUED}) < now() - make_interval(days => %s)", [KEEP_DAYS - 1])
        return bool(cursor.fetchone()[0])


def _in_batches(statement: str, values: list[str | int], *, is_whole: bool = False) -> int:
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            count = int(cursor.rowcount)
            total += count
            if is_whole or count < BATCH:
                return total


def _deliveries() -> str:
    from dangol.platform.events.models import Delivery

    return str(Delivery._meta.db_table)
