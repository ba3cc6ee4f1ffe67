"""The BG/NBD log-likelihood and its gradient on grouped histories.

Fader, Hardie & Lee, "Counting Your Customers" the Easy Way, Marketing Science 24(2), 2005, equation 6. With

    A1 = lnG(r+x) - lnG(r) + r ln(alpha)            A2 = lnB(a, b+x) - lnB(a, b)
    A3 = -(r+x) ln(alpha+T)                         A4 = ln(a) - ln(b+x-1) - (r+x) ln(alpha+t_x)

a history counts A1 + A2 + ln(exp A3 + [x>0] exp A4). Written as A3 + softplus(A4 - A3), only the softplus needs each
group: all the rest are sums over the distinct x and the distinct T.
"""

import numpy as np
from scipy.special import digamma, gammaln

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats, Groups, weighted


class BGNBDLikelihood:
    """Sum of the log-likelihood over all groups as a function of (r, alpha, a, b); holds what stays the same."""

    def __init__(self, groups: Groups) -> None:
        self.customers = float(groups.weight.sum())
        self._all_x = groups.x_table
        self._x_weight = np.bincount(groups.x_code, groups.weight, self._all_x.size)
        self._all_T = groups.T_table
        self._T_weight = np.bincount(groups.T_code, groups.weight, self._all_T.size)
        self._T_orders = np.bincount(groups.T_code, groups.weight * self._all_x[groups.x_code], self._all_T.size)
        came_back = self._all_x[groups.x_code] > 0
        self._x_code = groups.x_code[came_back].astype(np.int32)
        self._t_x_code = groups.t_x_code[came_back].astype(np.int32)
        self._T_code = groups.T_code[came_back].astype(np.int32)
        self._weight = groups.weight[came_back]
        self._all_t_x = groups.t_x_table

    def __call__(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats]:
        """Return the log-likelihood and its derivatives by r, alpha, a, b."""
        total, gradient = self._sums(r, alpha, a, b)
        lost, lost_gradient = self._may_have_left(r, alpha, a, b)
        return total + lost, gradient + lost_gradient

    def _sums(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats]:
        """A1 + A2 + A3: sums over distinct x and distinct T."""
        x, n = self._all_x, self._x_weight
        log_T = np.log(alpha + self._all_T)
        exposure = r * self._T_weight + self._T_orders
        by_x = gammaln(r + x) - gammaln(r) + gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b)
        total = weighted(n, by_x) + self.customers * r * np.log(alpha) - weighted(exposure, log_T)
        both = digamma(a + b) - digamma(a + b + x)
        gradient = np.array(
            [
                weighted(n, digamma(r + x) - digamma(r))
                + self.customers * np.log(alpha)
                - weighted(self._T_weight, log_T),
                self.customers * r / alpha - weighted(exposure, 1.0 / (alpha + self._all_T)),
                weighted(n, both),
                weighted(n, both + digamma(b + x) - digamma(b)),
            ]
        )
        return total, gradient

    def _may_have_left(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats]:
        """softplus(A4 - A3) of those who came back; the exponential is only ever taken of numbers up to 0."""
        if not self._weight.size:
            return 0.0, np.zeros(4)
        x = self._all_x
        power = r + x
        # Where x is 0 the term does not exist; any finite number will do.
        left = np.log(a) - np.log(np.where(x > 0, b + x - 1.0, 1.0))
        silence = np.log(alpha + self._all_T)[self._T_code] - np.log(alpha + self._all_t_x)[self._t_x_code]
        odds = silence * power[self._x_code]
        odds += left[self._x_code]
        small = np.exp(-np.abs(odds))
        total = weighted(self._weight, np.maximum(odds, 0.0) + np.log1p(small))
        share = np.where(odds >= 0, 1.0, small)
        share /= 1.0 + small
        share *= self._weight
        by_x = np.bincount(self._x_code, share, x.size)
        by_T = np.bincount(self._T_code, share * power[self._x_code], self._all_T.size)
        by_t_x = np.bincount(self._t_x_code, share * power[self._x_code], self._all_t_x.size)
        gradient = np.array(
            [
                weighted(share, silence),
                weighted(by_T, 1.0 / (alpha + self._all_T)) - weighted(by_t_x, 1.0 / (alpha + self._all_t_x)),
                by_x.sum() / a,
                -weighted(by_x, np.where(x > 0, 1.0 / np.where(x > 0, b + x - 1.0, 1.0), 0.0)),
            ]
        )
        return total, gradient
