"""Expected orders of a customer known to be active: the part of BG/NBD with Gauss's hypergeometric function.

Given activity at T, the rate is Gamma(r+x, alpha+T) and the chance p to leave after an order Beta(a, b+x), so

    E = E_p[(1 - (1 + p t/(alpha+T))^-(r+x)) / p]
      = (a+b+x-1)/(a-1) (1 - (1-z)^(a-1) 2F1(a+b-1-r, a-1; a+b+x-1; z)),     z = t/(alpha+T+t),

which is the numerator of equation 10 in Fader, Hardie & Lee (2005) after Euler's transformation: free of the large
exponents r+x, finite as a -> 0 (there it is (r+x) t/(alpha+T)), and bounded by that limit. Where the closed form
loses digits (near its poles a = 1 and a+b+x = 1 or 0; for large a, and for large b unless a is small), the mean over p
is taken numerically.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, hyp2f1, log_expit

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats

_NEAR_POLE = 1e-3
_LARGE_A, _LARGE_B = 20.0, 200.0
_NODES = 1001
_ROWS_AT_ONCE = 1_000
_TAIL = 60.0


def expected_if_active(x: Floats, T: Floats, t: float, r: float, alpha: float, a: float, b: float) -> Floats:
    """Return the orders to expect in the `t` after T, given that the customer is active at T."""
    most = (r + x) * t / (alpha + T)
    if t == 0:
        return most
    result = _closed_form(x, T, t, r, alpha, a, b)
    weak = _loses_digits(x, a, b) | ~(np.isfinite(result) & (result >= 0) & (result <= most * (1 + 1e-9)))
    for rows in np.array_split(np.flatnonzero(weak), weak.sum() // _ROWS_AT_ONCE + 1):
        result[rows] = _mean_over_p(x[rows, None], T[rows, None], t, r, alpha, a, b)
    return np.minimum(result, most)


def _loses_digits(x: Floats, a: float, b: float) -> NDArray[np.bool_]:
    if a > _LARGE_A or (b > _LARGE_B and a > 0.9) or abs(a - 1.0) < _NEAR_POLE:
        return np.ones(x.shape, dtype=np.bool_)
    third = a + b + x - 1.0
    return (np.abs(third) < _NEAR_POLE) | (np.abs(third + 1.0) < _NEAR_POLE)


def _closed_form(x: Floats, T: Floats, t: float, r: float, alpha: float, a: float, b: float) -> Floats:
    left = (alpha + T) / (alpha + T + t)
    with np.errstate(all="ignore"):
        series = hyp2f1(a + b - 1.0 - r, a - 1.0, a + b + x - 1.0, t / (alpha + T + t))
        return np.asarray((a + b + x - 1.0) / (a - 1.0) * (1.0 - left ** (a - 1.0) * series))


def _mean_over_p(x: Floats, T: Floats, t: float, r: float, alpha: float, a: float, b: float) -> Floats:
    """Trapezoid rule over y = logit(p), where the Beta density is smooth; beyond the ends it is a plain exponential."""
    stay = b + x
    middle = np.log(a) - np.log(stay)
    spread = 10.0 * np.sqrt(1.0 / a + 1.0 / stay)
    low, high = middle - np.minimum(spread, _TAIL), middle + np.minimum(spread, _TAIL)
    y = low + (high - low) * np.linspace(0.0, 1.0, _NODES)
    log_density = a * log_expit(y) + stay * log_expit(-y)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    p = expit(y)
    orders = -np.expm1(-(r + x) * np.log1p(p * t / (alpha + T))) / p
    mass = np.trapezoid(density, y, axis=1) + density[:, 0] / a + density[:, -1] / stay[:, 0]
    total = np.trapezoid(density * orders, y, axis=1)
    total += density[:, 0] * orders[:, 0] / a + density[:, -1] * orders[:, -1] / stay[:, 0]
    return np.asarray(total / mass)
