"""What was slow in the last days: pages, jobs and statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from dangol.platform.console.durations import percentile
from dangol.platform.console.models import Timing

KEPT_DAYS = 14
MOST_STATEMENTS_A_DAY = 500
ORDERS = {"total": "sum(total_ms)", "most": "max(most_ms)", "count": "sum(count)"}

_SUMS = """
SELECT kind, name, asked_by, sum(count), sum(failures), sum(queries), sum(total_ms), max(most_ms),
       (SELECT array_agg(total ORDER BY n) FROM (
          SELECT n, sum(v) AS total FROM console_timing i, unnest(i.buckets) WITH ORDINALITY u(v, n)
          WHERE i.kind = t.kind AND i.mark = t.mark AND i.on_day >= %s GROUP BY n) s)
FROM console_timing t WHERE kind = %s AND on_day >= %s GROUP BY kind, mark, name, asked_by
ORDER BY {order} DESC LIMIT %s
"""
_HAS_STATEMENTS = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements')"
_SERVER = """
SELECT query, calls, mean_exec_time, max_exec_time, total_exec_time, rows FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY total_exec_time DESC LIMIT %s
"""


@dataclass(frozen=True)
class Slow:
    """How something fared: times in milliseconds, statements for each run."""

    name: str
    asked_by: str
    count: int
    failures: int
    queries: float
    mean_ms: float
    p50_ms: float
    p95_ms: float
    most_ms: float
    total_ms: float


@dataclass(frozen=True)
class ServerStatement:
    """A statement as the server's own statistics know it."""

    name: str
    count: int
    mean_ms: float
    most_ms: float
    total_ms: float
    rows: int


def slow(kind: str, *, days: int = 1, order: str = "total", most: int = 50) -> list[Slow]:
    """What took longest of pages, jobs or slow statements in the last `days`; `order` is one of `ORDERS`."""
    since = timezone.now().date() - timedelta(days=days - 1)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(order=ORDERS.get(order, ORDERS["total"])), [since, kind, since, most])
        return [_read(row) for row in cursor.fetchall()]


def server_statements(most: int = 30) -> list[ServerStatement] | None:
    """The server's own statistics (pg_stat_statements), None where it has none or may not be asked."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_HAS_STATEMENTS)
            if not cursor.fetchone()[0]:
                return None
            cursor.execute(_SERVER, [most])
            return [_counted(*row) for row in cursor.fetchall()]
    except DatabaseError:
        return None


def forget_old_timings() -> int:
    """Forget timings of more than 14 days, and of each day all but the 500 statements that took longest in sum."""
    today = timezone.now().date()
    gone = Timing.objects.filter(on_day__lt=today - timedelta(days=KEPT_DAYS)).delete()[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM console_timing WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER"
            " (PARTITION BY on_day, kind ORDER BY total_ms DESC) AS place FROM console_timing) s WHERE place > %s)",
            [MOST_STATEMENTS_A_DAY],
        )
        return gone + int(cursor.rowcount)


def _counted(sql: str, count: int, mean: float, most: float, total: float, rows: int) -> ServerStatement:
    return ServerStatement(str(sql), int(count), float(mean), float(most), float(total), int(rows))


def _read(row: tuple[object, ...]) -> Slow:
    count, failures, queries = (int(str(n)) for n in row[3:6])
    total, longest = float(str(row[6])), float(str(row[7]))
    buckets = [int(n) for n in row[8]]  # type: ignore[attr-defined]
    return Slow(
        str(row[1]), str(row[2]), count, failures, queries / count, total / count,
        percentile(buckets, 0.5, longest), percentile(buckets, 0.95, longest), longest, total,
    )  # fmt: skip
