"""The model of Fellegi and Sunter on tables of texts in DuckDB, fitted without labels by Splink."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from dangol.core.identity.matching.estimators.blocking import Rule, rules_for
from dangol.core.identity.matching.estimators.columns import MOST_PAIRS_A_RECORD, Column, describe
from dangol.platform.db.errors import CannotContinue

SEED = 20_260_101
LEAST_PROBABILITY = 0.001
RANDOM_PAIRS = 2e6
SESSIONS = 3
RECALL_OF_TWO_AGREEING = 0.8
"""Of all true pairs so many are taken to agree in two rare columns; the fit corrects it."""


class CannotMatch(CannotContinue):
    """A table cannot be matched; the sentences say why and what to do."""


@dataclass(frozen=True)
class Pairs:
    """What was found: the records' keys on both sides and the probability that they speak of the same."""

    left: Any
    right: Any
    probability: Any


@dataclass
class Linkage:
    """Finds records of the same person in one table, or in two.

    `fit` reads tables of an open DuckDB connection whose column `unique_id` is a key and whose others are texts, and
    learns from them; `predict` gives the pairs. Both are the same run after run. `pairs_a_record` bounds what one
    blocking rule brings in. With `is_weighed` a name that many bear counts for less than one that few bear (the term
    frequency of Winkler, 1989). Columns called in `exact` agree letter for letter or not at all: an e-mail address made
    of a name would else count the name twice.
    """

    connection: Any
    tables: Sequence[str]
    pairs_a_record: int = MOST_PAIRS_A_RECORD
    is_weighed: bool = False
    exact: tuple[str, ...] = ()
    columns_: list[Column] = field(default_factory=list)
    rules_: list[Rule] = field(default_factory=list)
    records_: int = 0
    linker_: Any = None

    def fit(self, names: Sequence[str], keys: Sequence[str] = ()) -> Linkage:
        """Learn from the columns `names`; `keys` are further ones that only say which pairs are looked at.

        Raises CannotMatch where too little can be compared.
        """
        tables = list(self.tables)
        self.records_ = sum(self.connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables)
        described = [c for c in describe(self.connection, tables, [*names, *keys]) if c.kind != "useless"]
        self.columns_ = [c for c in described if c.name not in keys]
        self.rules_ = rules_for(self.connection, tables, described, self.records_, self.pairs_a_record)
        if len(self.columns_) < 2 or not self.rules_:
            raise CannotMatch(
                f"Only {len(self.columns_)} of {len(names)} columns can be compared.",
                "At least two must tell records apart and repeat now and then: names, days of birth, numbers.",
            )
        self.linker_ = self._trained()
        return self

    def predict(self, *, least: float = LEAST_PROBABILITY) -> Pairs:
        """All pairs of a probability of at least `least`, most probable first."""
        out = self.linker_.inference.predict(threshold_match_probability=least)
        rows = self.connection.execute(
            f"SELECT unique_id_l, unique_id_r, match_probability FROM {out.physical_name}"
            " ORDER BY match_probability DESC, unique_id_l, unique_id_r"
        ).fetchnumpy()
        return Pairs(rows["unique_id_l"], rows["unique_id_r"], rows["match_probability"])

    def _trained(self) -> Any:
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on

        logging.getLogger("splink").setLevel(logging.ERROR)  # it warns of levels that these records never reach
        database = DuckDBAPI(connection=self.connection)
        blocks: list[Any] = [block_on(*rule) for rule in self.rules_]
        settings = SettingsCreator(
            link_type="dedupe_only" if len(self.tables) == 1 else "link_only",
            comparisons=[_comparison(c, self.is_weighed, c.name in self.exact) for c in self.columns_],
            blocking_rules_to_generate_predictions=blocks,
            retain_matching_columns=False,
        )
        registered = [database.register(t) for t in self.tables]
        linker = Linker(registered if len(registered) > 1 else registered[0], settings, log_level=logging.ERROR)
        pairs: list[Any] = [block_on(*dict.fromkeys((*a, *b))) for a, b in combinations(self.rules_[:4], 2)] or blocks
        linker.training.estimate_probability_two_random_records_match(pairs, recall=RECALL_OF_TWO_AGREEING)
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
        for rule in blocks[:SESSIONS]:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        return linker


def _comparison(column: Column, is_weighed: bool, is_exact: bool) -> Any:
    """How two values are compared: letter for letter, by slips of the key (Damerau and Levenshtein), or by sound
    likeness of names (Jaro and Winkler)."""
    from splink import comparison_library as library

    if column.kind == "few" or is_exact:
        return library.ExactMatch(column.name)
    if column.kind == "code":
        return library.DamerauLevenshteinAtThresholds(column.name, [1])
    if column.kind == "long_code":
        return library.DamerauLevenshteinAtThresholds(column.name, [1, 2])
    found = library.JaroWinklerAtThresholds(column.name, [0.92, 0.8])
    return found.configure(term_frequency_adjustments=True) if is_weighed else found
