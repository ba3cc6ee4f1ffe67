"""What a matching found, written into the queue: open pairs anew, what was said about pairs kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dangol.core.identity.matching.estimators.linkage import Pairs

MOST_QUEUED = 200_000
"""More than people will ever look at; the likeliest are kept."""

WITH_FORMER = """
WITH RECURSIVE gone AS (
  SELECT loser_id AS old_id, survivor_id AS now_id FROM identity_merge
  WHERE object_name = %(name)s AND undone_at IS NULL
  UNION SELECT gone.old_id, m.survivor_id FROM gone JOIN identity_merge m ON m.loser_id = gone.now_id
  WHERE m.object_name = %(name)s AND m.undone_at IS NULL),
said AS (
  SELECT coalesce(f.now_id, p.first_id) AS a, coalesce(s.now_id, p.second_id) AS b FROM identity_pair p
  LEFT JOIN gone f ON f.old_id = p.first_id LEFT JOIN gone s ON s.old_id = p.second_id
  WHERE p.object_name = %(name)s AND p.state = 'different')
"""
"""What was said of records that went up in others holds for those in which they went up."""


def write(object_name: str, run_id: UUID, pairs: Pairs, least: float) -> int:
    """Replace the open pairs of an object by those found with a probability of at least `least`; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE found_pair (first_id bigint, second_id bigint, probability float8)"
                       " ON COMMIT DROP")  # fmt: skip
        with cursor.copy("COPY found_pair FROM STDIN") as copy:
            for row in _rows(pairs, least):
                copy.write_row(row)
        given: dict[str, Any] = {"name": object_name, "run": run_id}
        cursor.execute("DELETE FROM identity_pair p WHERE object_name = %(name)s AND state = 'open' AND NOT EXISTS"
                       " (SELECT FROM found_pair f WHERE f.first_id = p.first_id AND f.second_id = p.second_id)",
                       given)  # fmt: skip
        cursor.execute(
            f"{WITH_FORMER} INSERT INTO identity_pair (object_name, first_id, second_id, probability, run_id,"
            " state) SELECT %(name)s, first_id, second_id, probability, %(run)s, 'open' FROM found_pair f"
            " WHERE NOT EXISTS (SELECT FROM said WHERE least(a, b) = f.first_id AND greatest(a, b) = f.second_id)"
            " ON CONFLICT (object_name, first_id, second_id) DO UPDATE SET probability = EXCLUDED.probability,"
            " run_id = EXCLUDED.run_id, state = CASE identity_pair.state"
            " WHEN 'merged' THEN 'open' ELSE identity_pair.state END",
            given,
        )
        cursor.execute("DROP TABLE found_pair")
        cursor.execute("SELECT count(*) FROM identity_pair WHERE object_name = %(name)s AND state = 'open'", given)
        return int(cursor.fetchone()[0])


def _rows(pairs: Pairs, least: float) -> Iterator[tuple[int, int, float]]:
    for place in range(min(len(pairs.probability), MOST_QUEUED)):
        probability = float(pairs.probability[place])
        if probability < least:
            return
        first, second = sorted((int(pairs.left[place]), int(pairs.right[place])))
        yield first, second, probability
