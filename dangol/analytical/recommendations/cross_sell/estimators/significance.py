"""Whether two products are bought by the same people more often than chance: exact where numbers are small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SMALL = 5.0
"""Where fewer are expected, chi-square is no good approximation (Cochran 1954), and Fisher's exact test is used."""


def p_values(together: Ints, buyers: Ints, other_buyers: Ints, people: int) -> Floats:
    """The chance that so many people or more bought both, if what they buy had nothing to do with each other.

    One-sided. Fisher's exact test where fewer than five are expected in any cell, else the chi-square statistic with
    one degree of freedom and Yates' correction, halved, since only more than expected counts.
    """
    expected = buyers * other_buyers / people
    cells = np.stack([
        expected, buyers - expected, other_buyers - expected, people - buyers - other_buyers + expected
    ])  # fmt: skip
    is_small = cells.min(axis=0) < SMALL
    excess = np.maximum(together - expected - 0.5, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = excess**2 * (1.0 / np.maximum(cells, 1e-12)).sum(axis=0)
    found = np.where(together > expected, stats.chi2.sf(statistic, 1) / 2, 1.0)
    if is_small.any():
        found[is_small] = stats.hypergeom.sf(together[is_small] - 1, people, buyers[is_small], other_buyers[is_small])
    return np.asarray(found)


def is_kept(p: Floats, tests: int, false_share: float) -> NDArray[np.bool_]:
    """Which of the smallest p-values of `tests` tests to keep so that at most `false_share` of them are chance.

    Benjamini & Hochberg, Journal of the Royal Statistical Society B 57(1), 1995. `p` may be a part of all tests: those
    left out count as not small.
    """
    if not p.size:
        return np.zeros(0, dtype=bool)
    order = np.argsort(p, kind="stable")
    good = np.flatnonzero(p[order] <= false_share * np.arange(1, p.size + 1) / max(tests, p.size))
    kept = np.zeros(p.size, dtype=bool)
    if good.size:
        kept[order[: good[-1] + 1]] = True
    return kept
