"""What a dry run would have added so far, so that a later row about the same record is counted as it will be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from django.db import connection

from dangol.platform.events.event import plain
from dangol.platform.exchange.records.matching import Entry, Matcher
from dangol.platform.exchange.records.plan import Plan

_TABLE = "pg_temp.import_seen"


class Seen:
    """A temporary table with what new records would be found by. It lies on disk, so that memory stays flat."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {_TABLE}")
            cursor.execute("CREATE TEMP TABLE import_seen (key text PRIMARY KEY, digest bigint)")

    def sieve(self, entries: Sequence[Entry], matcher: Matcher) -> dict[Entry, bool]:
        """Those of some new entries that an earlier batch has, and whether they say anything else; notes the others."""
        keys = {text: entry for entry in entries for row in entry.rows[:1] for text in _texts(matcher, row)}
        if not keys:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT key, digest FROM {_TABLE} WHERE key = ANY(%s)", [list(keys)])
            found = {keys[key]: digest != _digest(keys[key]) for key, digest in cursor.fetchall()}
            rows = [(key, _digest(entry)) for key, entry in keys.items() if entry not in found]
            with cursor.copy("COPY import_seen FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        return found

    def close(self) -> None:
        """Take the table away."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {_TABLE}")


def _texts(matcher: Matcher, row: Any) -> list[str]:
    return [f"{name}\t{value}" for name, value in matcher.keys(row)]


def _digest(entry: Entry) -> int:
    return crc32(json.dumps(plain(entry.values), sort_keys=True).encode())
