"""The threshold that is chosen without the truth, and the scores where it is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.identity.matching.estimators.threshold import best_of, expected_best, score_at

some = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.4, 0.5, 0.9, 1.0]), st.booleans()), max_size=30)


def f1(pairs: list[tuple[float, bool]], threshold: float, all_true: int) -> float:
    taken = [is_true for p, is_true in pairs if p >= threshold]
    return 2 * sum(taken) / (len(taken) + all_true) if len(taken) + all_true else 0.0


@given(some, st.integers(0, 5))
def test_the_best_threshold_is_the_best_of_all_that_one_could_try(pairs: list[tuple[float, bool]], more: int) -> None:
    all_true = sum(is_true for _p, is_true in pairs) + more
    found = best_of([p for p, _t in pairs], [t for _p, t in pairs], all_true)
    tried = [f1(pairs, threshold, all_true) for threshold in {p for p, _t in pairs}]
    assert found.f1 == pytest.approx(max(tried, default=0.0))
    assert found.f1 == pytest.approx(f1(pairs, found.probability, all_true))


@given(some, st.integers(0, 5))
def test_a_score_is_counted_from_the_pairs_that_are_taken(pairs: list[tuple[float, bool]], more: int) -> None:
    all_true = sum(is_true for _p, is_true in pairs) + more
    found = score_at([p for p, _t in pairs], [t for _p, t in pairs], all_true, 0.5)
    taken = [is_true for p, is_true in pairs if p >= 0.5]
    assert (found.pairs, found.true_pairs) == (len(taken), sum(taken))
    assert found.f1 == pytest.approx(f1(pairs, 0.5, all_true))


@given(st.lists(st.sampled_from([0.0, 0.2, 0.3, 0.6, 0.99, 1.0]), min_size=1, max_size=30))
def test_without_the_truth_the_threshold_is_the_one_whose_f1_is_expected_to_be_best(probabilities: list[float]) -> None:
    found, total = expected_best(probabilities), sum(probabilities)

    def expected(threshold: float) -> float:
        taken = [p for p in probabilities if p >= threshold]
        return 2 * sum(taken) / (len(taken) + total)

    assert found.expected_f1 == pytest.approx(max(expected(t) for t in set(probabilities)))
    assert found.pairs == sum(p >= found.probability for p in probabilities)


def test_where_probabilities_are_right_it_does_as_well_as_one_who_knows_the_truth() -> None:
    dice = np.random.default_rng(7)
    probabilities = dice.beta(0.3, 0.6, 40_000)
    is_true = dice.random(40_000) < probabilities
    blind = expected_best(probabilities)
    reached = score_at(probabilities, is_true, int(is_true.sum()), blind.probability)
    assert reached.f1 == pytest.approx(blind.expected_f1, abs=0.01)
    assert reached.f1 > best_of(probabilities, is_true, int(is_true.sum())).f1 - 0.002


def test_without_any_pair_nothing_is_taken() -> None:
    assert expected_best([]).pairs == 0
    assert best_of([], [], 3).f1 == 0.0
