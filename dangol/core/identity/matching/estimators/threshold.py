"""From which probability on two records are taken for one, found without knowing the truth.

Where probabilities are right, the pairs above a threshold hold so many true ones as their probabilities add up to, and
all pairs together so many as all probabilities do. So F1 can be expected at each threshold, and the best is taken
(Lipton, Elkan and Naryanaswamy, Optimal Thresholding of Classifiers to Maximize F1 Measure, ECML 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Threshold:
    """Pairs of at least this probability are one; what is expected of it."""

    probability: float
    pairs: int
    expected_f1: float


@dataclass(frozen=True)
class Score:
    """How well a threshold does where the truth is known."""

    probability: float
    pairs: int
    true_pairs: int
    precision: float
    recall: float
    f1: float


def expected_best(probabilities: Any) -> Threshold:
    """The threshold whose F1 is expected to be best; without any pair, one that nothing reaches."""
    p = np.sort(np.asarray(probabilities, dtype=np.float64))[::-1]
    if not len(p):
        return Threshold(1.0, 0, 0.0)
    ends = _ends(p)
    expected = 2 * np.cumsum(p)[ends] / (ends + 1 + p.sum())
    best = int(np.argmax(expected))
    return Threshold(float(p[ends[best]]), int(ends[best]) + 1, float(expected[best]))


def score_at(probabilities: Any, is_true: Any, all_true: int, threshold: float) -> Score:
    """Precision, recall and F1 of all pairs of at least `threshold`; `all_true` counts those never looked at too."""
    p, true = np.asarray(probabilities, dtype=np.float64), np.asarray(is_true, dtype=bool)
    taken = p >= threshold
    return _score(threshold, int(taken.sum()), int(true[taken].sum()), all_true)


def best_of(probabilities: Any, is_true: Any, all_true: int) -> Score:
    """The best F1 that any threshold reaches: what one would get who knew the truth."""
    p, true = np.asarray(probabilities, dtype=np.float64), np.asarray(is_true, dtype=bool)
    if not len(p):
        return _score(1.0, 0, 0, all_true)
    order = np.argsort(-p, kind="stable")
    p, hits = p[order], np.cumsum(true[order])
    ends = _ends(p)
    best = int(np.argmax(2 * hits[ends] / (ends + 1 + all_true)))
    return _score(float(p[ends[best]]), int(ends[best]) + 1, int(hits[ends[best]]), all_true)


def _ends(p: Floats) -> NDArray[np.int64]:
    """The last place of each probability in a falling row: equal ones are taken together or not at all."""
    return np.append(np.flatnonzero(p[1:] != p[:-1]), len(p) - 1)


def _score(threshold: float, pairs: int, true_pairs: int, all_true: int) -> Score:
    precision = true_pairs / pairs if pairs else 0.0
    recall = true_pairs / all_true if all_true else 0.0
    f1 = 2 * true_pairs / (pairs + all_true) if pairs + all_true else 0.0
    return Score(threshold, pairs, true_pairs, precision, recall, f1)
