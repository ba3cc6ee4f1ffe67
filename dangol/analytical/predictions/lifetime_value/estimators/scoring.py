"""Scores of customers from fitted models: expected orders and money, and the chance to be still active."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd import BGNBD
from dangol.analytical.predictions.lifetime_value.estimators.gamma_gamma import GammaGamma
from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats
from dangol.analytical.predictions.lifetime_value.rules import DAYS_PER_WEEK


@dataclass(frozen=True, slots=True)
class Scores:
    """One row per customer; `orders` and `value` are keyed by horizon in days.

    `value` is in the currency the order values were learned in; it is empty without a model of order values.
    """

    p_alive: Floats
    orders: dict[int, Floats]
    order_value: Floats | None
    value: dict[int, Floats]


def score(
    fit: BGNBD,
    x: ArrayLike,
    t_x: ArrayLike,
    T: ArrayLike,
    horizons_days: Sequence[int] = (90, 365),
    *,
    values: GammaGamma | None = None,
    mean_repeat_value: ArrayLike | None = None,
) -> Scores:
    """Return what to expect of each customer within each horizon after T.

    Histories are in weeks of exact days, as `summarize` gives them; `fit` must have been learned in weeks too.
    `mean_repeat_value` is the average value of each customer's repeat orders and must come with `values`.
    """
    if (values is None) != (mean_repeat_value is None):
        raise ValueError("Give both the model of order values and each customer's mean order value, or neither.")
    alive, expected = fit.scores(x, t_x, T, [days / DAYS_PER_WEEK for days in horizons_days])
    orders = dict(zip(horizons_days, expected, strict=True))
    if values is None or mean_repeat_value is None:
        return Scores(alive, orders, None, {})
    each = values.expected_value(x, mean_repeat_value)
    return Scores(alive, orders, each, {days: np.asarray(count * each) for days, count in orders.items()})
