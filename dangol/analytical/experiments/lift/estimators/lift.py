"""The difference that a treatment made, with an interval that holds for skewed spend and a small control group.

Adjusted by what people spent before (CUPED: Deng, Xu, Kohavi & Walker, WSDM 2013; one slope for both groups, since a
control of a few hundred cannot tell a slope of its own). How the interval is made: see `intervals`.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from dangol.analytical.experiments.lift.estimators.intervals import Side, difference_limit, ratio_limit, spread
from dangol.analytical.experiments.lift.estimators.moments import Floats, Moments

POWER_Z = 0.8416212335729143
"""Quantile of the normal distribution for a power of 80 %."""


class Lift:
    """What a treatment brought a person, and all treated together.

    After `fit` (numbers or arrays, as the moments are): `treated_ control_` (adjusted means), `slope_`, `explained_`
    (share of the variance that the covariate took away), `difference_ low_ high_` (per person), `relative_
    relative_low_ relative_high_` (against control; infinite or NaN where control could be 0), `total_ total_low_
    total_high_` (difference times treated), `standard_error_`, `smallest_effect_` (what would have been seen with 80 %
    power), `is_known_` (whether there was anything to judge).
    """

    treated_: Floats
    control_: Floats
    slope_: Floats
    explained_: Floats
    difference_: Floats
    low_: Floats
    high_: Floats
    relative_: Floats
    relative_low_: Floats
    relative_high_: Floats
    total_: Floats
    total_low_: Floats
    total_high_: Floats
    standard_error_: Floats
    smallest_effect_: Floats
    is_known_: np.typing.NDArray[np.bool_]

    def __init__(self, level: float = 0.95, growth: float = 1.5) -> None:
        """`level` of the intervals; `growth`: the variance of the outcome grows like its mean to this power.

        1 fits counts, 1.5 money (many zeros and skewed amounts: Tweedie's compound Poisson distributions).
        """
        if not 0 < level < 1:
            raise ValueError("The level is a share between 0 and 1.")
        self.level, self.growth = level, growth

    def fit(self, treated: Moments, control: Moments) -> Self:
        """Judge treated against control."""
        known = (treated.n >= 2) & (control.n >= 2)
        self._adjust(treated, control)
        sides = self._sides(treated, control)
        found = spread(*sides, self.growth)
        self.standard_error_ = found.standard_error
        self.is_known_ = known & (found.standard_error > 0)
        self.smallest_effect_ = self._or_nan((found.quantile(self.level) + POWER_Z) * found.standard_error)
        self.low_ = self._or_nan(difference_limit(*sides, self.growth, self.level, upper=False))
        self.high_ = self._or_nan(difference_limit(*sides, self.growth, self.level, upper=True))
        self.relative_low_ = self._or_nan(ratio_limit(*sides, self.growth, self.level, upper=False) - 1.0)
        self.relative_high_ = self._or_nan(ratio_limit(*sides, self.growth, self.level, upper=True) - 1.0)
        self.total_, self.total_low_, self.total_high_ = (
            np.asarray(each * treated.n) for each in (self.difference_, self.low_, self.high_)
        )
        return self

    def fit_rows(
        self, treated: ArrayLike, control: ArrayLike, treated_before: ArrayLike | None = None,
        control_before: ArrayLike | None = None,
    ) -> Self:  # fmt: skip
        """Judge rows: the outcome of each person, and their covariate from before (of both groups, or of none)."""
        return self.fit(Moments.of(treated, treated_before), Moments.of(control, control_before))

    def more_needed(self, effect: ArrayLike) -> Floats:
        """How many times as many customers it would take to see `effect` (per person) with 80 % power."""
        effect = np.abs(np.asarray(effect, dtype=np.float64))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.square(self.smallest_effect_ / effect))

    def _adjust(self, treated: Moments, control: Moments) -> None:
        t, c = treated.centred(), control.centred()
        both = np.maximum(treated.n + control.n, 1.0)
        x_square = (treated.n * t.products[0, 2] + control.n * c.products[0, 2]) / both
        product = (treated.n * t.products[1, 1] + control.n * c.products[1, 1]) / both
        y_square = (treated.n * t.products[2, 0] + control.n * c.products[2, 0]) / both
        self.slope_ = np.where(x_square > 0, product / np.where(x_square > 0, x_square, 1.0), 0.0)
        self.explained_ = np.where(y_square > 0, self.slope_ * product / np.where(y_square > 0, y_square, 1.0), 0.0)
        x_mean = (treated.sums[0, 1] + control.sums[0, 1]) / both
        self.treated_ = np.asarray(treated.mean - self.slope_ * (treated.covariate_mean - x_mean))
        self.control_ = np.asarray(control.mean - self.slope_ * (control.covariate_mean - x_mean))
        self.difference_ = np.asarray(self.treated_ - self.control_)
        safe = np.where(self.control_ > 0, self.control_, 1.0)
        self.relative_ = np.where(self.control_ > 0, self.difference_ / safe, np.nan)

    def _sides(self, treated: Moments, control: Moments) -> tuple[Side, Side]:
        made = []
        for moments, mean in ((treated, self.treated_), (control, self.control_)):
            centred = moments.centred()
            made.append(Side(moments.n, mean, *(centred.of_residual(self.slope_, power) for power in (2, 3, 4))))
        return made[0], made[1]

    def _or_nan(self, values: Floats) -> Floats:
        return np.where(self.is_known_, values, np.nan)
