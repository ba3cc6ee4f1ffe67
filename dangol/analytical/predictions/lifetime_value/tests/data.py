"""Customers made by the models' own story."""

import numpy as np

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats


def simulate(
    customers: int, r: float, alpha: float, a: float, b: float, observed: Floats, seed: int
) -> tuple[Floats, Floats]:
    """Return x and t_x of customers who live the story of BG/NBD for the time observed."""
    random = np.random.default_rng(seed)
    rate, leaves = random.gamma(r, 1.0 / alpha, customers), random.beta(a, b, customers)
    x, t_x, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    active = np.arange(customers)
    while active.size:
        now[active] += random.exponential(1.0 / np.maximum(rate[active], 1e-300))
        active = active[now[active] <= observed[active]]
        x[active] += 1
        t_x[active] = now[active]
        active = active[random.random(active.size) > leaves[active]]
    return x, t_x
