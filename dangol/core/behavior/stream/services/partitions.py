"""Partitions: months of events, days of message ids. Made on demand and dropped by policy, as the owner role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from dangol.core.behavior.stream.models import StreamPolicy
from dangol.core.behavior.stream.rules.clock import bounds_of, month_of, months_before
from dangol.platform.objects.custom_fields.indexing import owner_connection

EVENTS, SEEN = "behavior_event", "behavior_seen"
SEEN_DAYS = 7
"""How long a message id is remembered: a repeat within this many days is dropped."""
MAKING = 27_001
"""The advisory lock under which partitions are made, so that two workers do not make the same one."""
_MONTH = re.compile(r"behavior_event_(\d{4}_\d{2})")
_DAY = re.compile(r"behavior_seen_(\d{8})")
_ATTACHED = """
SELECT c.relname, i.inhdetachpending FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = %s::regclass ORDER BY 1
"""
_known: set[tuple[str, str]] = set()


def ensure_months(months: Iterable[str]) -> None:
    """See that events of these months (`2026_11`) have a place. Called outside of what locks the table of events."""
    _ensure(EVENTS, {f"{EVENTS}_{month}": bounds_of(month) for month in months})


def ensure_days(days: Iterable[date]) -> None:
    """See that message ids of these days have a place."""
    _ensure(SEEN, {f"{SEEN}_{day:%Y%m%d}": (day, day + timedelta(days=1)) for day in days})


def attached(parent: str) -> list[str]:
    """The names of the partitions of a table, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_ATTACHED, [parent])
        return [name for name, is_going in cursor.fetchall() if not is_going]


def _ensure(parent: str, wanted: dict[str, tuple[Any, Any]]) -> None:
    database = str(connection.settings_dict["NAME"])
    missing = {name: bounds for name, bounds in wanted.items() if (database, name) not in _known}
    if not missing:
        return
    standing = set(attached(parent))
    with_owner = {name: bounds for name, bounds in missing.items() if name not in standing}
    if with_owner:
        with owner_connection() as owner:
            for name, bounds in with_owner.items():
                _make(owner, parent, name, bounds)
    _known.update((database, name) for name in missing)


def _make(owner: psycopg.Connection[Any], parent: str, name: str, bounds: tuple[Any, Any]) -> None:
    """Make a table of the same shape, then attach it: that lets writers of other partitions go on."""
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
        there = owner.execute(_ATTACHED, [parent]).fetchall()
        if name in {row[0] for row in there}:
            return
        part, whole = sql.Identifier(name), sql.Identifier(parent)
        owner.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(part))  # made, but never attached
        owner.execute(
            sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION)").format(
                part, whole
            )
        )
        owner.execute(
            sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                whole, part, *(sql.Literal(bound.isoformat()) for bound in bounds)
            )
        )


def make_room_for_coming(cursor: Any) -> None:
    """Make the months of the events in the temporary table `coming`, which are about to be read back."""
    cursor.execute("SELECT DISTINCT to_char((doc->>'at')::timestamptz AT TIME ZONE 'UTC', 'YYYY_MM') FROM coming")
    for (month,) in cursor.fetchall():
        _make(cursor.connection, EVENTS, f"{EVENTS}_{month}", bounds_of(month))


def oldest_kept(now: datetime) -> datetime:
    """The first moment whose events are still kept."""
    policy = StreamPolicy.objects.filter(pk=1).first() or StreamPolicy()
    return months_before(now, policy.months_kept)


def prune(now: datetime) -> list[str]:
    """Drop the months that the policy no longer keeps, and days of message ids past their time; returns what went."""
    month, day = month_of(oldest_kept(now)), f"{now.astimezone(UTC).date() - timedelta(days=SEEN_DAYS + 1):%Y%m%d}"
    gone = []
    with owner_connection() as owner:
        for parent, pattern, least in ((EVENTS, _MONTH, month), (SEEN, _DAY, day)):
            for name, is_going in owner.execute(_ATTACHED, [parent]).fetchall():
                found = pattern.fullmatch(name)
                if found and (is_going or found[1] < least):
                    _drop(owner, parent, name, is_going)
                    gone.append(name)
    database = str(connection.settings_dict["NAME"])
    _known.difference_update((database, name) for name in gone)
    return gone


def _drop(owner: psycopg.Connection[Any], parent: str, name: str, is_going: bool) -> None:
    """Take a partition off beside whoever reads and writes the others, then drop it; an interrupted try is finished."""
    how = sql.SQL("FINALIZE" if is_going else "CONCURRENTLY")
    part, whole = sql.Identifier(name), sql.Identifier(parent)
    owner.execute(sql.SQL("ALTER TABLE {} DETACH PARTITION {} {}").format(whole, part, how))
    owner.execute(sql.SQL("DROP TABLE {}").format(part))


def keep_ready(now: datetime) -> None:
    """Make the partitions of this and the next month, of today and tomorrow, before anybody waits for them."""
    today = now.astimezone(UTC).date()
    ensure_months({month_of(now), month_of(now + timedelta(days=7))})
    ensure_days([today, today + timedelta(days=1)])
