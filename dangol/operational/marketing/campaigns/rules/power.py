"""What a split can show before anything is sent. Pure."""

from __future__ import annotations

from math import inf, sqrt

QUANTILES = 1.959964 + 0.841621
"""Normal quantiles for a 95 % interval and a power of 80 %."""


def smallest_difference(treated: int, control: int, spread: float) -> float:
    """The difference per customer that would be seen four times in five, in the unit of `spread`.

    `spread` is the standard deviation of what one customer spends within the horizon. Infinite without a control
    group. (Two-sample comparison of means: Cohen, Statistical Power Analysis, 1988, ch. 2.)
    """
    if treated < 2 or control < 2:
        return inf
    return QUANTILES * spread * sqrt(1 / treated + 1 / control)
