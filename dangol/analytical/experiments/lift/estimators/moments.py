"""Sums that are enough to judge a group: powers and cross products of outcome and covariate, up to the fourth order.

A million recipients come down to fifteen numbers a group, which a database can add up. Arrays of sums (many campaigns,
tiers or simulated seasons at once) are judged together: every number may be an array of one shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

ORDER = 4
POWERS = tuple((a, b) for total in range(ORDER + 1) for a in range(total, -1, -1) for b in (total - a,))
"""(power of the outcome y, power of the covariate x), from (0, 0), the count, to (0, 4)."""
_ROUNDING = 1e-12
"""A variance smaller than this part of the mean's square is what floating point left over of none at all."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of y**a * x**b of one group, by (a, b); `sums[0, 0]` is the number of people."""

    sums: Mapping[tuple[int, int], Floats]

    @classmethod
    def of(cls, y: ArrayLike, x: ArrayLike | None = None) -> Self:
        """From rows: outcome and covariate of each person along the last axis (no covariate: one that says nothing)."""
        outcome = np.asarray(y, dtype=np.float64)
        covariate = np.zeros_like(outcome) if x is None else np.asarray(x, dtype=np.float64)
        if outcome.shape != covariate.shape:
            raise ValueError("Outcome and covariate must be of one shape.")
        y_powers, x_powers = _powers(outcome), _powers(covariate)
        return cls({(a, b): np.asarray(np.einsum("...i,...i->...", y_powers[a], x_powers[b])) for a, b in POWERS})

    @classmethod
    def from_row(cls, row: Mapping[str, Any], y: str, x: str) -> Self:
        """From a row of the table of moments, whose columns are named as in `column`."""
        return cls({(a, b): np.asarray(float(row[column(y, x, a, b)] or 0)) for a, b in POWERS})

    def __add__(self, other: Moments) -> Moments:
        return Moments({power: np.asarray(self.sums[power] + other.sums[power]) for power in POWERS})

    @property
    def n(self) -> Floats:
        """How many people there are."""
        return self.sums[0, 0]

    @property
    def mean(self) -> Floats:
        """The mean outcome; 0 in an empty group."""
        return self._mean(1, 0)

    @property
    def covariate_mean(self) -> Floats:
        """The mean of the covariate; 0 in an empty group."""
        return self._mean(0, 1)

    def _mean(self, a: int, b: int) -> Floats:
        return np.asarray(self.sums[a, b] / np.maximum(self.n, 1.0))

    def centred(self) -> Centred:
        """Mean products about the group's own means."""
        y, x = self.mean, self.covariate_mean
        found = {(a, b): self._about(a, b, y, x) for a, b in POWERS if a + b >= 2}
        found[2, 0] = _nothing_if_rounding(found[2, 0], self._mean(2, 0))
        found[0, 2] = _nothing_if_rounding(found[0, 2], self._mean(0, 2))
        return Centred(found)

    def _about(self, a: int, b: int, y: Floats, x: Floats) -> Floats:
        total = np.zeros_like(y)
        for i in range(a + 1):
            for j in range(b + 1):
                total = total + comb(a, i) * comb(b, j) * (-y) ** (a - i) * (-x) ** (b - j) * self._mean(i, j)
        return total


@dataclass(frozen=True, slots=True)
class Centred:
    """Mean products of a group about its means, by (power of y, power of x)."""

    products: Mapping[tuple[int, int], Floats]

    def of_residual(self, slope: Floats, power: int) -> Floats:
        """The mean of (y - slope * x) ** power about its mean."""
        total = np.zeros_like(self.products[2, 0])
        for j in range(power + 1):
            total = total + comb(power, j) * (-slope) ** j * self.products[power - j, j]
        return np.maximum(total, 0.0) if power % 2 == 0 else total


def column(y: str, x: str, a: int, b: int) -> str:
    """The name of the column that holds the sum of y**a * x**b, such as `value_2_pre_value_1`; `n` for the count."""
    if a + b == 0:
        return "n"
    return "_".join(f"{name}_{power}" for name, power in ((y, a), (x, b)) if power)


def _powers(values: Floats) -> list[Floats]:
    found = [np.ones_like(values), values]
    while len(found) <= ORDER:
        found.append(np.multiply(found[-1], values))
    return found


def _nothing_if_rounding(variance: Floats, mean_square: Floats) -> Floats:
    return np.where(variance <= _ROUNDING * mean_square, 0.0, variance)
