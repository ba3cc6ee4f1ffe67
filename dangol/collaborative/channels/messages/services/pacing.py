"""How fast messages may go: buckets in the database, so that all workers together keep to the limit."""

from __future__ import annotations

from django.db import connection, transaction


@transaction.atomic
def take(*, name: str, wanted: int, per_second: int) -> int:
    """Take up to `wanted` from the bucket `name`, which holds what one second lets pass; returns how many were had."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_pace (name, tokens, filled_at) VALUES (%s, %s, clock_timestamp())"
            " ON CONFLICT DO NOTHING",
            [name, per_second],
        )
        cursor.execute(
            """
            WITH full_now AS (
              SELECT name, least(%(most)s, tokens + %(most)s * extract(epoch FROM clock_timestamp() - filled_at)) AS has
              FROM channels_pace WHERE name = %(name)s FOR UPDATE
            )
            UPDATE channels_pace p
            SET tokens = f.has - least(%(wanted)s, floor(f.has)), filled_at = clock_timestamp()
            FROM full_now f WHERE p.name = f.name RETURNING least(%(wanted)s, floor(f.has))
            """,
            {"name": name, "wanted": wanted, "most": max(per_second, 1)},
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0
