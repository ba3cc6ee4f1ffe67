"""Which pairs are looked at: those that agree in something rare. All pairs of a million records would be half a
trillion."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from dangol.core.identity.matching.estimators.columns import MOST_PAIRS_A_RECORD, Column, agreeing_pairs

Rule = tuple[str, ...]
"""Columns in which both records agree."""


def rules_for(
    connection: Any, tables: list[str], columns: list[Column], records: int, pairs_a_record: int = MOST_PAIRS_A_RECORD
) -> list[Rule]:
    """The blocking rules, rarest agreement first: each column alone whose values are rare, the others two by two.

    So two records of one person are missed only where none of these agree letter for letter. A rule that would bring
    more than `pairs_a_record` pairs a record is left out.
    """
    most = pairs_a_record * max(records, 1)
    alone = sorted((c for c in columns if c.pairs <= most), key=lambda c: c.pairs)
    rules: list[Rule] = [(c.name,) for c in alone]
    common = [c for c in columns if c.pairs > most and c.kind != "few"]
    joined = [
        (agreeing_pairs(connection, tables, [a.name, b.name]), (a.name, b.name)) for a, b in combinations(common, 2)
    ]
    return rules + [rule for pairs, rule in sorted(joined) if 0 < pairs <= most]
