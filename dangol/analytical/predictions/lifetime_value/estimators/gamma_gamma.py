"""Gamma-Gamma: what an order of this customer is worth on average.

Fader & Hardie, "The Gamma-Gamma Model of Monetary Value", 2013, after Colombo & Jiang, Journal of Interactive Marketing
13(3), 1999. A customer's order values are Gamma(p, nu) around a mean of their own; nu is Gamma(q, v) over customers.
The more orders seen, the more their own average counts against the average of all. It assumes that people who order
more often do not spend more or less per order; the fit says when they do.
"""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from dangol.analytical.predictions.lifetime_value import rules
from dangol.analytical.predictions.lifetime_value.estimators.correlation import rank_correlation
from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats, weighted
from dangol.analytical.predictions.lifetime_value.estimators.maximum import best_of

_SMALLEST, _LARGEST = 1e-4, 1e5
_AT_LIMIT = 10.0
_NOTABLE_CORRELATION = 0.3


class GammaGamma:
    """The model of order values.

    After `fit`: `p_ q_ v_ log_likelihood_ mean_value_ average_ converged_ warnings_ customers_`.
    """

    p_: float
    q_: float
    v_: float
    log_likelihood_: float
    average_: float
    converged_: bool
    warnings_: tuple[rules.Message, ...]
    customers_: int

    @classmethod
    def of(cls, p: float, q: float, v: float, average: float) -> Self:
        """Return a model with parameters already known; `average` order value serves where q <= 1 leaves no mean."""
        if not all(np.isfinite(value) and value > 0 for value in (p, q, v)):
            raise ValueError("p, q and v must be numbers above 0.")
        model = cls()
        model.p_, model.q_, model.v_, model.average_ = float(p), float(q), float(v), float(average)
        model.log_likelihood_, model.converged_, model.warnings_, model.customers_ = float("nan"), True, (), 0
        return model

    @property
    def mean_value_(self) -> float:
        """Average value of an order over all customers, in the currency of the data: p v / (q - 1)."""
        return self.p_ * self.v_ / (self.q_ - 1.0) if self.q_ > 1.0 else self.average_

    def fit(self, frequency: ArrayLike, mean_value: ArrayLike) -> Self:
        """Learn p, q, v from customers with repeat orders.

        `frequency` is the number of repeat orders, `mean_value` the average value of those orders. Customers without
        repeat orders are passed over; those with a mean value of 0 or less too, which `warnings_` says. Raises
        ValueError with a sentence when nobody is left.
        """
        x, z = _columns(frequency, mean_value)
        usable = (x > 0) & (z > 0)
        if not usable.any():
            raise ValueError("Nobody has a repeat order of a value above 0; order values cannot be modelled.")
        unpaid = int(((x > 0) & (z <= 0)).sum())
        x, z = x[usable], z[usable]
        self.average_, self.customers_ = weighted(x, z) / float(x.sum()), x.size
        likelihood = _Likelihood(x, z / self.average_)
        starts = [np.array(start) for start in ((5.0, 4.0, 0.5), (1.0, 2.0, 1.0), (20.0, 10.0, 0.5), (1.0, 1.1, 0.1))]
        found = best_of(likelihood, starts, [(_SMALLEST, _LARGEST)] * 3, x.size)
        self.p_, self.q_ = float(found.parameters[0]), float(found.parameters[1])
        self.v_ = float(found.parameters[2]) * self.average_
        self.log_likelihood_ = found.log_likelihood - x.size * float(np.log(self.average_))
        self.converged_ = found.converged
        self.warnings_ = tuple(self._judge(x, z, unpaid, found.reason))
        return self

    def expected_value(self, frequency: ArrayLike, mean_value: ArrayLike) -> Floats:
        """Return the average value to expect of each customer's coming orders (the paper's equation 5).

        For customers without repeat orders, or whose mean does not exist, it is the average of all.
        """
        x, z = _columns(frequency, mean_value)
        z = np.where((x > 0) & (z > 0), z, 0.0)
        weight = self.p_ * np.where(z > 0, x, 0.0) + self.q_ - 1.0
        known = weight > 0
        value = self.p_ * (self.v_ + x * z) / np.where(known, weight, 1.0)
        return np.where(known, value, np.where(z > 0, z, self.mean_value_))

    def _judge(self, x: Floats, z: Floats, unpaid: int, reason: str) -> list[rules.Message]:
        found: list[rules.Message] = []
        shape = (self.p_, self.q_, self.v_ / self.average_)
        if any(value < _SMALLEST * _AT_LIMIT or value > _LARGEST / _AT_LIMIT for value in shape):
            found.append(rules.message("values_alike", p=self.p_, q=self.q_, v=self.v_))
        elif self.q_ <= 1.0:
            found.append(rules.message("no_mean_value", q=self.q_))
        related = rank_correlation(x, z)
        if x.size >= rules.FEW_REPEAT_CUSTOMERS and abs(related) > _NOTABLE_CORRELATION:
            found.append(rules.message("value_follows_frequency", correlation=related))
        if unpaid:
            found.append(rules.message("values_not_positive", count=unpaid))
        if not self.converged_:
            found.append(rules.message("not_converged", reason=reason))
        return found


class _Likelihood:
    """The log-likelihood (equation 1 of the paper) and its derivatives by p, q, v."""

    def __init__(self, x: Floats, z: Floats) -> None:
        self._counts, place, self._customers = np.unique(x, return_inverse=True, return_counts=True)
        self._x, self._spent = x, x * z
        log_z = np.bincount(place, np.log(z), self._counts.size)
        self._sum_x_log = weighted(self._counts, log_z + self._customers * np.log(self._counts))
        self._sum_log_z = log_z.sum()

    def __call__(self, p: float, q: float, v: float) -> tuple[float, Floats]:
        counts, n = self._counts, self._customers
        log_all, power = np.log(v + self._spent), p * self._x + q
        by_count = gammaln(p * counts + q) - gammaln(p * counts) - gammaln(q) + q * np.log(v)
        total = weighted(n, by_count) + p * self._sum_x_log - self._sum_log_z - weighted(power, log_all)
        both = digamma(p * counts + q)
        gradient = np.array(
            [
                weighted(n * counts, both - digamma(p * counts)) + self._sum_x_log - weighted(self._x, log_all),
                weighted(n, both - digamma(q) + np.log(v)) - log_all.sum(),
                n.sum() * q / v - weighted(power, 1.0 / (v + self._spent)),
            ]
        )
        return float(total), gradient


def _columns(frequency: ArrayLike, mean_value: ArrayLike) -> tuple[Floats, Floats]:
    x = np.atleast_1d(np.asarray(frequency, dtype=np.float64))
    z = np.atleast_1d(np.asarray(mean_value, dtype=np.float64))
    if x.shape != z.shape or x.ndim != 1:
        raise ValueError("frequency and mean_value must be columns of one length.")
    if not np.isfinite(x).all() or (x < 0).any() or not np.isfinite(z[x > 0]).all():
        raise ValueError("frequency must be numbers from 0, and mean_value a number wherever frequency is above 0.")
    return x, z
