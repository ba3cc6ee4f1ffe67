"""How large everything is, how fast it grows, and what lies about for nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from dangol.platform.console.models import SizeSample
from dangol.platform.db.home import Home

KEPT_DAYS = 400
GROWTH_DAYS = 30

_TABLES = """
SELECT c.relname, pg_total_relation_size(c.oid), pg_indexes_size(c.oid), greatest(c.reltuples, 0)::bigint,
       coalesce(s.n_dead_tup, 0), greatest(s.last_vacuum, s.last_autovacuum), age(c.relfrozenxid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY 2 DESC, 1 LIMIT %s
"""
_INDEXES = """
SELECT i.relname, t.relname, pg_relation_size(i.oid), coalesce(s.idx_scan, 0)
FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = i.relnamespace LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = i.oid
WHERE n.nspname = 'public' ORDER BY 3 DESC, 1 LIMIT %s
"""
_WAL = "SELECT coalesce(sum(size), 0) FROM pg_ls_waldir()"


@dataclass(frozen=True)
class Table:
    """A table with its indexes: bytes, rows as the planner guesses them, dead rows, vacuumed when."""

    name: str
    bytes: int
    index_bytes: int
    rows: int
    dead: int
    vacuumed_at: datetime | None
    age: int
    per_day: float | None = None

    @property
    def dead_share(self) -> float:
        """Which part of the rows lies dead (0-1)."""
        return self.dead / (self.rows + self.dead) if self.dead else 0.0


@dataclass(frozen=True)
class Index:
    """An index: how large, how often read since statistics began."""

    name: str
    table: str
    bytes: int
    scans: int


@dataclass(frozen=True)
class Place:
    """Something beside the tables: database, journal, lake, files, logs. `bytes` None: may not be asked."""

    name: str
    bytes: int | None
    per_day: float | None = None


def tables(most: int = 40) -> list[Table]:
    """The largest tables first, with their growth."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [most])
        rows = cursor.fetchall()
    growth = growth_of("table", {row[0]: int(row[1]) for row in rows})
    return [replace(Table(*row), per_day=growth.get(row[0])) for row in rows]


def indexes(most: int = 20) -> list[Index]:
    """The largest indexes first."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [most])
        return [Index(*row) for row in cursor.fetchall()]


def places() -> list[Place]:
    """Database, journal, lake, files and logs, with their growth."""
    home = Home.from_environment()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        database = int(cursor.fetchone()[0])
    found: dict[str, int | None] = {
        "database": database, "wal": wal_bytes(home), "lake": folder_bytes(home.lake),
        "files": folder_bytes(home.files), "logs": folder_bytes(home.log),
    }  # fmt: skip
    growth = growth_of("place", {name: size for name, size in found.items() if size is not None})
    return [Place(name, size, growth.get(name)) for name, size in found.items()]


def wal_bytes(home: Home) -> int | None:
    """The size of the database's journal, None when neither folder nor server may be asked."""
    if (home.pg / "pg_wal").is_dir():
        return folder_bytes(home.pg / "pg_wal")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_WAL)
            return int(cursor.fetchone()[0])
    except DatabaseError:
        return None


def folder_bytes(folder: Path) -> int:
    """The size of everything below a folder; what vanishes meanwhile counts nothing."""
    total, waiting = 0, [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    elif entry.is_file(follow_symlinks=False):
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total


def growth_of(kind: str, now: dict[str, int]) -> dict[str, float]:
    """Bytes a day since the oldest sample of the last 30 days, by name; nothing for what has none yet."""
    today = timezone.now().date()
    first: dict[str, tuple[date, int]] = {}
    since = SizeSample.objects.filter(kind=kind, name__in=list(now), on_day__gte=today - timedelta(days=GROWTH_DAYS))
    for on_day, name, size in since.order_by("-on_day").values_list("on_day", "name", "bytes"):
        first[name] = (on_day, size)
    return {
        name: (now[name] - size) / (today - on_day).days
        for name, (on_day, size) in first.items()
        if on_day < today and name in now
    }


def take_samples() -> int:
    """Note today's sizes, once a day, and forget those of more than 400 days; returns how many were noted."""
    today = timezone.now().date()
    rows = [SizeSample(on_day=today, kind="table", name=t.name, bytes=t.bytes, rows=t.rows) for t in tables(300)]
    rows += [
        SizeSample(on_day=today, kind="place", name=p.name, bytes=p.bytes) for p in places() if p.bytes is not None
    ]
    SizeSample.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["on_day", "kind", "name"], update_fields=["bytes", "rows"]
    )
    SizeSample.objects.filter(on_day__lt=today - timedelta(days=KEPT_DAYS)).delete()
    return len(rows)
