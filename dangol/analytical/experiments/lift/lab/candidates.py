"""Intervals that were considered, one function each: (rng, sums of treated and control, and their rows) -> limits.

All are vectorised over seasons. `lift` is the one in use; the others are here so that its choice can be doubted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from dangol.analytical.experiments.lift.estimators.lift import Lift
from dangol.analytical.experiments.lift.estimators.moments import Floats, Moments

LEVEL = 0.95
RESAMPLES = 399


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits of the difference per person, and of the relative lift where the method tells it."""

    low: Floats
    high: Floats
    relative_low: Floats | None = None
    relative_high: Floats | None = None


Candidate = Callable[[np.random.Generator, Moments, Moments, Floats, Floats, Floats, Floats], Interval]
Rows = tuple[Floats, Floats, Floats, Floats]


def lift(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """The interval in use."""
    found = Lift(LEVEL).fit(t, c)
    return Interval(found.low_, found.high_, found.relative_low_, found.relative_high_)


def unadjusted(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """The interval in use without the spend from before: what CUPED gains is the difference in width."""
    found = Lift(LEVEL).fit(_blind(t), _blind(c))
    return Interval(found.low_, found.high_, found.relative_low_, found.relative_high_)


def welch(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """Welch's t interval of the plain means."""
    return _welch(t, c, np.zeros_like(t.mean))


def welch_cuped(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """Welch's t interval of what spend from before does not explain."""
    return _welch(t, c, Lift().fit(t, c).slope_)


def pooled(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """Student's interval: one variance for both groups (ordinary least squares), on CUPED residuals."""
    found = Lift().fit(t, c)
    parts = [m.centred().of_residual(found.slope_, 2) for m in (t, c)]
    variance = (t.n * parts[0] + c.n * parts[1]) / (t.n + c.n - 2)
    half = 1.96 * np.sqrt(variance * (1 / t.n + 1 / c.n))
    return Interval(np.asarray(found.difference_ - half), np.asarray(found.difference_ + half))


def johnson(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """Johnson 1978: Welch on CUPED residuals, both limits moved by the skewness."""
    found, error, q, skewness = _studentised(t, c)
    move = error * skewness * (1.0 + 2.0 * np.square(q)) / 6.0
    return Interval(np.asarray(found - error * q + move), np.asarray(found + error * q + move))


def hall(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """Hall 1992: the monotone cubic transformation of the studentised difference of CUPED residuals."""
    found, error, q, skewness = _studentised(t, c)
    a = np.where(np.abs(skewness) < 1e-9, 1e-9, skewness)
    low, high = (3.0 / a * (np.cbrt(1.0 + a * (z - a / 6.0)) - 1.0) for z in (q, -q))
    return Interval(np.asarray(found - error * low), np.asarray(found - error * high))


def lin_hc2(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """Lin 2013: regression with a slope for each group, errors after HC2."""
    return _lin(rows, 1)


def lin_hc3(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """The same with HC3."""
    return _lin(rows, 2)


def bootstrap_t(rng: np.random.Generator, t: Moments, c: Moments, *rows: Floats) -> Interval:
    """The studentised bootstrap (399 resamples) of CUPED residuals."""
    slope = np.atleast_1d(Lift().fit(t, c).slope_)
    found = [_resampled(rng, y - s * b, z - s * d) for y, b, z, d, s in zip(*rows, slope, strict=True)]
    return Interval(np.array([low for low, _ in found]), np.array([high for _, high in found]))


CANDIDATES: dict[str, Candidate] = {
    each.__name__: each
    for each in (lift, unadjusted, welch, welch_cuped, pooled, johnson, hall, lin_hc2, lin_hc3, bootstrap_t)
}


def _blind(moments: Moments) -> Moments:
    zero = np.zeros_like(moments.n)
    return Moments({(a, b): zero if b else value for (a, b), value in moments.sums.items()})


def _welch(t: Moments, c: Moments, slope: Floats) -> Interval:
    found, error, q, _ = _studentised(t, c, slope)
    return Interval(np.asarray(found - error * q), np.asarray(found + error * q))


def _studentised(t: Moments, c: Moments, slope: Floats | None = None) -> tuple[Floats, Floats, Floats, Floats]:
    """Difference, its standard error, Student's quantile, skewness of the difference: each group for itself."""
    slope = Lift().fit(t, c).slope_ if slope is None else slope
    parts = [(m.n, *(m.centred().of_residual(slope, power) for power in (2, 3))) for m in (t, c)]
    (tn, t2, t3), (cn, c2, c3) = parts
    a, b = t2 / (tn - 1), c2 / (cn - 1)
    error = np.sqrt(a + b)
    freedom = np.square(a + b) / (np.square(a) / (tn - 1) + np.square(b) / (cn - 1))
    difference = t.mean - c.mean - slope * (t.covariate_mean - c.covariate_mean)
    skewness = (t3 / np.square(tn) - c3 / np.square(cn)) / error**3
    return difference, error, np.asarray(stdtrit(freedom, (1 + LEVEL) / 2)), skewness


def _lin(rows: Rows | tuple[Floats, ...], power: int) -> Interval:
    y, b, z, d = rows
    middle = (b.sum(axis=1) + d.sum(axis=1)) / (b.shape[1] + d.shape[1])
    (one, v), (other, w) = _at(y, b, middle, power), _at(z, d, middle, power)
    half = 1.96 * np.sqrt(v + w)
    return Interval(one - other - half, one - other + half)


def _at(y: Floats, x: Floats, middle: Floats, power: int) -> tuple[Floats, Floats]:
    """The regression's value at the covariate's common mean, and its variance."""
    far = x - x.mean(axis=1, keepdims=True)
    square = np.square(far).sum(axis=1)
    slope = (far * y).sum(axis=1) / square
    ahead = middle - x.mean(axis=1)
    left = y - y.mean(axis=1, keepdims=True) - slope[:, None] * far
    leverage = 1 / x.shape[1] + np.square(far) / square[:, None]
    weight = 1 / x.shape[1] + far * (ahead / square)[:, None]
    variance = (np.square(weight * left) / (1 - leverage) ** power).sum(axis=1)
    return np.asarray(y.mean(axis=1) + slope * ahead), np.asarray(variance)


def _resampled(rng: np.random.Generator, treated: Floats, control: Floats) -> tuple[float, float]:
    means, variances = [], []
    for values in (treated, control):
        drawn = values[rng.integers(0, values.size, (RESAMPLES, values.size))]
        means.append(drawn.mean(axis=1) - values.mean())
        variances.append(drawn.var(axis=1) / (values.size - 1))
    statistic = (means[0] - means[1]) / np.sqrt(np.maximum(variances[0] + variances[1], 1e-300))
    error = float(np.sqrt(treated.var() / (treated.size - 1) + control.var() / (control.size - 1)))
    low, high = np.quantile(statistic, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    difference = float(treated.mean() - control.mean())
    return difference - error * float(high), difference - error * float(low)
