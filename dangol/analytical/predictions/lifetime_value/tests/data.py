"""Real data that lie beside the project, never in it; and customers made by the models' own story."""

import os
from pathlib import Path

import numpy as np
import pytest

from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats

_PROJECT = Path(__file__).resolve().parents[5]


def find(name: str) -> Path:
    """Return the path of a data set, or skip the test with a sentence when it is not there."""
    home = Path(os.environ.get("DANGOL_DATA") or _PROJECT.parent / "shared" / "data")
    if not (home / name).exists():
        pytest.skip(f"{name} is not in {home}. Put it there, or set DANGOL_DATA to the folder that holds it.")
    return home / name


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
