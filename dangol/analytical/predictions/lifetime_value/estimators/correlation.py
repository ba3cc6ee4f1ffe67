"""Correlation of two columns, plain and by rank. (SciPy's own would load its whole statistics library, a second.)"""

import numpy as np

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats


def correlation(first: Floats, second: Floats) -> float:
    """Return Pearson's correlation, NaN where one column does not vary."""
    if first.size < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])


def rank_correlation(first: Floats, second: Floats) -> float:
    """Return Spearman's correlation; equal values share the mean of their ranks."""
    return correlation(_ranks(first), _ranks(second))


def _ranks(values: Floats) -> Floats:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2.0)[place])
