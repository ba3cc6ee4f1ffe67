"""BG/NBD: how often people buy, and after which order they leave for good.

Fader, Hardie & Lee, "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science
24(2), 2005. While active, a customer buys at random with a rate of their own (Gamma(r, alpha) over customers); after
each repeat order they leave with a probability of their own (Beta(a, b) over customers).

Histories are (x, t_x, T): number of repeat orders, time from the first to the last order, time from the first order to
the end of observation. Any unit of time will do, the same everywhere; Dangol uses weeks of exact days (days / 7).
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from dangol.analytical.predictions.lifetime_value import rules
from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd_expectation import expected_if_active
from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd_likelihood import BGNBDLikelihood
from dangol.analytical.predictions.lifetime_value.estimators.grouping import (
    Floats,
    Groups,
    Histories,
    check_histories,
    distinct_pairs,
    group,
    weighted,
)
from dangol.analytical.predictions.lifetime_value.estimators.maximum import Bounds, Maximum, best_of, climb

_THIN_SAMPLE = 8_000
_SMALLEST, _LARGEST = 1e-6, 1e4
_NEAR_NOTHING, _NEAR_LIMIT = 1e-3, 1e3


class BGNBD:
    """The BG/NBD model. After `fit`: `r_ alpha_ a_ b_ log_likelihood_ converged_ warnings_ groups_ customers_`."""

    r_: float
    alpha_: float
    a_: float
    b_: float
    log_likelihood_: float
    converged_: bool
    warnings_: tuple[rules.Message, ...]
    groups_: int
    customers_: float
    repeat_customers_: float

    @classmethod
    def of(cls, r: float, alpha: float, a: float, b: float) -> Self:
        """Return a model with parameters already known, for instance stored ones."""
        if not all(np.isfinite(value) and value > 0 for value in (r, alpha, a, b)):
            raise ValueError("r, alpha, a and b must be numbers above 0.")
        model = cls()
        model.r_, model.alpha_, model.a_, model.b_ = float(r), float(alpha), float(a), float(b)
        model.log_likelihood_, model.converged_, model.warnings_ = float("nan"), True, ()
        model.groups_, model.customers_, model.repeat_customers_ = 0, 0.0, 0.0
        return model

    @property
    def is_degenerate_(self) -> bool:
        """Whether the parameters ran to a limit where the model no longer describes leaving or buying."""
        return any(warning.code not in ("few_repeat_customers", "not_converged") for warning in self.warnings_)

    def fit(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Learn r, alpha, a, b by exact maximum likelihood over distinct histories.

        `weights` says how many customers each row stands for. Raises ValueError with a sentence for rows that make
        no sense. A fit that ran to a limit is returned with `warnings_`, never silently.
        """
        groups = group(check_histories(x, t_x, T), weights)
        unit = weighted(groups.weight, groups.T_table[groups.T_code]) / float(groups.weight.sum()) or 1.0
        found = _maximise(groups, unit)
        self.r_, self.alpha_, self.a_, self.b_ = (float(value) for value in found.parameters)
        self.log_likelihood_, self.converged_ = found.log_likelihood, found.converged
        self.groups_, self.customers_ = len(groups), float(groups.weight.sum())
        self.repeat_customers_ = float(groups.weight[groups.x_table[groups.x_code] > 0].sum())
        self.warnings_ = tuple(self._judge(found.reason, unit))
        return self

    def log_likelihood(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> float:
        """Return the log-likelihood of these histories under the learned parameters."""
        likelihood = BGNBDLikelihood(group(check_histories(x, t_x, T), weights))
        return likelihood(self.r_, self.alpha_, self.a_, self.b_)[0]

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Return the chance that each customer is still active at T.

        Fader, Hardie & Lee, "Computing P(alive) Using the BG/NBD Model", 2008. It is 1 for people with a single
        order: in this model nobody leaves before the second.
        """
        return self._alive(check_histories(x, t_x, T))

    def expected_orders(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizon: float) -> Floats:
        """Return the orders to expect from each customer in the `horizon` after T (the paper's equation 10)."""
        return self.scores(x, t_x, T, (horizon,))[1][0]

    def scores(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizons: Sequence[float]
    ) -> tuple[Floats, list[Floats]]:
        """Return the chance to be active and, for each horizon, the expected orders; quicker than one by one."""
        given = check_histories(x, t_x, T)
        alive = self._alive(given)
        orders, observed, place = distinct_pairs(given.x, given.T)
        return alive, [self._if_active(orders, observed, horizon)[place] * alive for horizon in horizons]

    def expected_orders_new(self, t: ArrayLike) -> Floats:
        """Return the repeat orders to expect from a random new customer up to time `t` (the paper's equation 9)."""
        times = np.atleast_1d(np.asarray(t, dtype=np.float64))
        return np.array([self._if_active(np.zeros(1), np.zeros(1), time)[0] for time in times])

    def _alive(self, given: Histories) -> Floats:
        came_back = given.x > 0
        odds = np.log(self.alpha_ + given.T) - np.log(self.alpha_ + given.t_x)
        odds *= self.r_ + given.x
        odds += np.log(self.a_) - np.log(np.where(came_back, self.b_ + given.x - 1.0, 1.0))
        return np.where(came_back, expit(-odds), 1.0)

    def _if_active(self, x: Floats, T: Floats, horizon: float) -> Floats:
        if not np.isfinite(horizon) or horizon < 0:
            raise ValueError("The horizon must be a length of time from 0.")
        return expected_if_active(x, T, float(horizon), self.r_, self.alpha_, self.a_, self.b_)

    def _judge(self, reason: str, unit: float) -> list[rules.Message]:
        r, alpha, a, b = self.r_, self.alpha_, self.a_, self.b_
        found: list[rules.Message] = []
        if not self.repeat_customers_:
            return [rules.message("no_repeat_orders")]
        if a < _NEAR_NOTHING and b < _NEAR_NOTHING:
            found.append(rules.message("leaves_at_once_or_never", a=a, b=b))
        elif a / (a + b) < _NEAR_NOTHING:
            found.append(rules.message("nobody_leaves", a=a, b=b))
        elif b < _NEAR_NOTHING:
            found.append(rules.message("all_leave", a=a, b=b))
        elif a + b > _NEAR_LIMIT:
            found.append(rules.message("everyone_leaves_alike", a=a, b=b))
        if r > _NEAR_LIMIT or alpha / unit > _NEAR_LIMIT:
            found.append(rules.message("same_rate", r=r, alpha=alpha))
        elif r < _NEAR_NOTHING or alpha / unit < 10 * _SMALLEST:
            found.append(rules.message("rate_at_limit", r=r, alpha=alpha))
        if self.repeat_customers_ < rules.FEW_REPEAT_CUSTOMERS:
            found.append(rules.message("few_repeat_customers", count=round(self.repeat_customers_)))
        if not self.converged_:
            found.append(rules.message("not_converged", reason=reason))
        return found


def _maximise(groups: Groups, unit: float) -> Maximum:
    """Search from several starts on a thin sample, then climb on all groups from the best place found there."""
    likelihood = BGNBDLikelihood(groups)
    bounds, starts = _bounds(unit), _starts(groups, unit)
    step = len(groups) // _THIN_SAMPLE
    if step <= 1:
        return best_of(likelihood, starts, bounds, likelihood.customers)
    sample = BGNBDLikelihood(groups.every(step))
    near = best_of(sample, starts, bounds, sample.customers)
    return climb(likelihood, near.parameters, bounds, likelihood.customers, near.curvature)


def _bounds(unit: float) -> Bounds:
    alpha = (_SMALLEST * unit, _LARGEST * unit)
    shape = (_SMALLEST, _LARGEST)
    return (shape, alpha, shape, shape)


def _starts(groups: Groups, unit: float) -> list[Floats]:
    orders = weighted(groups.weight, groups.x_table[groups.x_code]) / float(groups.weight.sum())
    rate = max(orders / unit, 1e-3 / unit)
    shapes = ((0.3, 0.5, 2.0), (1.0, 1.0, 1.0), (1.0, 0.1, 3.0), (3.0, 0.02, 1.0), (1.0, 0.003, 0.01))
    return [np.array([r, r / rate, a, b]) for r, a, b in shapes]
