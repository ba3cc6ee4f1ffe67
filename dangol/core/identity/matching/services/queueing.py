"""What a matching found, written into the queue: open pairs anew, what was said about pairs kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dangol.core.identity.likeness.rules.comparing import ALIKE, DIFFERENT, SAME
from dangol.core.identity.matching.estimators.linkage import HIGHEST, Linkage, Pairs

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


def write(object_name: str, run_id: UUID, linkage: Linkage, pairs: Pairs, least: float) -> int:
    """Replace the open pairs of an object by those found with a probability of at least `least`; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE found_pair (first_id bigint, second_id bigint, probability float8,"
                       " reasons jsonb) ON COMMIT DROP")  # fmt: skip
        with cursor.copy("COPY found_pair FROM STDIN") as copy:
            for row in _rows(linkage, pairs, least):
                copy.write_row(row)
        given: dict[str, Any] = {"name": object_name, "run": run_id}
        cursor.execute("DELETE FROM identity_pair p WHERE object_name = %(name)s AND state = 'open' AND NOT EXISTS"
                       " (SELECT FROM found_pair f WHERE f.first_id = p.first_id AND f.second_id = p.second_id)",
                       given)  # fmt: skip
        cursor.execute(
            f"{WITH_FORMER} INSERT INTO identity_pair (object_name, first_id, second_id, probability, reasons, run_id,"
            " state) SELECT %(name)s, first_id, second_id, probability, reasons, %(run)s, 'open' FROM found_pair f"
            " WHERE NOT EXISTS (SELECT FROM said WHERE least(a, b) = f.first_id AND greatest(a, b) = f.second_id)"
            " ON CONFLICT (object_name, first_id, second_id) DO UPDATE SET probability = EXCLUDED.probability,"
            " reasons = EXCLUDED.reasons, run_id = EXCLUDED.run_id, state = CASE identity_pair.state"
            " WHEN 'merged' THEN 'open' ELSE identity_pair.state END",
            given,
        )
        cursor.execute("SELECT count(*) FROM identity_pair WHERE object_name = %(name)s AND state = 'open'", given)
        return int(cursor.fetchone()[0])


def _rows(linkage: Linkage, pairs: Pairs, least: float) -> Iterator[tuple[Any, ...]]:
    highest = {c.name: HIGHEST[c.kind] for c in linkage.columns_}
    count = min(len(pairs.probability), MOST_QUEUED)
    for place in range(count):
        p = float(pairs.probability[place])
        if p < least:
            return
        a, b = sorted((int(pairs.left[place]), int(pairs.right[place])))
        levels = {name: int(column[place]) for name, column in pairs.levels.items()}
        said = {name: _said(level, highest[name]) for name, level in levels.items() if level >= 0}
        yield (a, b, p, json.dumps(said))


def _said(level: int, highest: int) -> str:
    return SAME if level == highest else ALIKE if level else DIFFERENT
