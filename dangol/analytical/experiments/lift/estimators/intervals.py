"""Limits of a difference and of a ratio of two means, for skewed outcomes and a small control group.

Welch's interval covers some 92 % instead of 95 % when a tenth of three thousand customers is control: a few large
baskets decide about the control's mean and its variance together, so that a control which by chance has none of them
looks both poor and sure of it. Three things mend that:

- The control's variance is partly borrowed from the treated, who are many. How much is told by how well the control
  knows its own: the log of a sample variance has a variance of about (kurtosis - 1) / n, set against a spread of .6
  between the logs of both groups' true variances. With many customers or light tails each group stands for itself.
- What is borrowed is scaled to the mean that is being tried (tests are inverted): variance grows like mean ** growth,
  between 1 (more orders, each as before) and 2 (each order larger); Tweedie 1984, Jorgensen 1987.
- The quantile is corrected for skewness after Cornish & Fisher, with the skewness of both groups together; in full
  where the variance is borrowed, and as for a studentised mean (Hall, The Bootstrap and Edgeworth Expansion, 1992,
  section 2.6; Johnson, JASA 73, 1978) as far as it is the group's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from dangol.analytical.experiments.lift.estimators.moments import Floats

LOG_VARIANCE_SPREAD = 0.6
_ROUNDS = 12
_LOWEST_SCALE, _HIGHEST_SCALE = 0.05, 20.0


@dataclass(frozen=True, slots=True)
class Side:
    """One group: people, adjusted mean, and the second to fourth moment about it."""

    n: Floats
    mean: Floats
    second: Floats
    third: Floats
    fourth: Floats

    @property
    def variance(self) -> Floats:
        """The unbiased variance of one person's outcome."""
        return np.asarray(self.second * self.n / np.maximum(self.n - 1.0, 1.0))


@dataclass(frozen=True, slots=True)
class Spread:
    """The variances of both means, how far control's is its own, the skewness of the difference, and its freedom."""

    of_treated: Floats
    of_control: Floats
    own: Floats
    skewness: Floats
    freedom: Floats

    @property
    def standard_error(self) -> Floats:
        """Of the difference."""
        return np.asarray(np.sqrt(self.of_treated + self.of_control))

    def quantile(self, level: float) -> Floats:
        """Student's quantile, two-sided, not corrected for skewness."""
        return np.asarray(stdtrit(self.freedom, (1.0 + level) / 2.0))

    def corrected(self, level: float, upper: bool) -> Floats:
        """The quantile of (estimate - truth) / standard error that gives the upper or the lower limit."""
        z = -self.quantile(level) if upper else self.quantile(level)
        return np.asarray(z + self.skewness * ((np.square(z) - 1.0) / 6.0 - self.own * np.square(z) / 2.0))


def spread(
    treated: Side, control: Side, growth: float, scale: Floats | float = 1.0, weight: Floats | float = 1.0
) -> Spread:
    """The spread of `weight` * treated mean - control mean, when the control's mean is `scale` times the treated's."""
    own, skewness = _own(treated, control), _shape(treated, control)[0]
    lent = treated.variance * np.clip(scale, _LOWEST_SCALE, _HIGHEST_SCALE) ** growth
    variance = own * control.variance + (1.0 - own) * lent
    t_n, c_n = np.maximum(treated.n, 1.0), np.maximum(control.n, 1.0)
    a, b = np.square(weight) * treated.variance / t_n, variance / c_n
    safe = np.where(a + b > 0, a + b, 1.0)
    third = weight**3 * treated.variance**1.5 / t_n**2 - variance**1.5 / c_n**2
    t_free, c_free = np.maximum(treated.n - 1.0, 1.0), np.maximum(control.n - 1.0, 1.0)
    looseness = np.square(a) / t_free + np.square(b) * (np.square(own) / c_free + np.square(1.0 - own) / t_free)
    freedom = np.where(looseness > 0, np.square(a + b) / np.where(looseness > 0, looseness, 1.0), 1.0)
    return Spread(np.asarray(a), np.asarray(b), own, np.asarray(skewness * third / safe**1.5), freedom)


def difference_limit(treated: Side, control: Side, growth: float, level: float, *, upper: bool) -> Floats:
    """A limit of treated mean - control mean: the difference that the data could just have come from."""
    difference = treated.mean - control.mean
    limit = difference
    safe = np.where(treated.mean > 0, treated.mean, 1.0)
    for _ in range(_ROUNDS):
        scale = np.where(treated.mean > 0, (treated.mean - limit) / safe, 1.0)
        found = spread(treated, control, growth, scale)
        limit = difference - found.standard_error * found.corrected(level, upper)
    return np.asarray(limit)


def ratio_limit(treated: Side, control: Side, growth: float, level: float, *, upper: bool) -> Floats:
    """A limit of treated mean / control mean (Fieller's way); infinite when the control's mean may be 0."""
    safe = np.where(treated.mean > 0, treated.mean, 1.0)
    share = np.where(treated.mean > 0, control.mean / safe, np.nan)
    for _ in range(_ROUNDS):
        tried = np.clip(share, _LOWEST_SCALE, _HIGHEST_SCALE)
        found = spread(treated, control, growth, tried, tried)
        share = (control.mean + found.standard_error * found.corrected(level, upper)) / safe
        share = np.where(treated.mean > 0, share, np.nan)
    return np.where(share > 0, 1.0 / np.where(share > 0, share, 1.0), np.where(np.isnan(share), np.nan, np.inf))


def _own(treated: Side, control: Side) -> Floats:
    """How far the control's variance is its own, 0 to 1."""
    doubt = np.maximum(_shape(treated, control)[1] - 1.0, 0.0) / np.maximum(control.n, 1.0)
    return np.asarray(LOG_VARIANCE_SPREAD**2 / (LOG_VARIANCE_SPREAD**2 + doubt))


def _shape(treated: Side, control: Side) -> tuple[Floats, Floats]:
    """Skewness and kurtosis of both groups together."""
    both = np.maximum(treated.n + control.n, 1.0)
    second, third, fourth = (
        (treated.n * getattr(treated, name) + control.n * getattr(control, name)) / both
        for name in ("second", "third", "fourth")
    )
    safe = np.where(second > 0, second, 1.0)
    return np.where(second > 0, third / safe**1.5, 0.0), np.where(second > 0, fourth / safe**2, 1.0)
