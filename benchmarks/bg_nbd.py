"""BG/NBD at a million customers: exact maximum likelihood, then p(alive) and orders of 90 and 365 days for each.

With DANGOL_BENCH_LIFETIMES naming a Python that has the library `lifetimes` (`python3.11 -m venv /tmp/peer &&
/tmp/peer/bin/pip install lifetimes`), that library does the same work in the same run.
"""

import json
import os
import subprocess
import tempfile

import numpy as np

from benchmarks.measured import Measured, seconds
from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd import BGNBD
from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats
from dangol.analytical.predictions.lifetime_value.estimators.scoring import score

CUSTOMERS = 1_000_000
DAYS = 730
STORY = (0.8, 10.0, 0.8, 2.5)


def measure() -> dict[str, Measured]:
    """Return the time for both grains."""
    x, t_x, T = customers(CUSTOMERS)
    week_t_x, week_T = np.ceil(t_x), np.ceil(T)
    return {"bg_nbd_daily": _run(x, t_x, T, _peer(x, t_x, T)), "bg_nbd_weekly": _run(x, week_t_x, week_T)}


def _peer(x: Floats, t_x: Floats, T: Floats) -> str:
    python = os.environ.get("DANGOL_BENCH_LIFETIMES")
    if not python:
        return ""
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        np.savez(file, x=x, t_x=t_x, T=T)
        file.flush()
        command = [python, "benchmarks/peer_lifetimes.py", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    took = json.loads(done.stdout.splitlines()[-1])
    return f"; lifetimes in the same run: fit {took['fit']:.1f} s, score {took['score']:.1f} s"


def _run(x: Floats, t_x: Floats, T: Floats, peer: str = "") -> Measured:
    model = BGNBD()
    fit = seconds(lambda: model.fit(x, t_x, T))
    scoring = seconds(lambda: score(model, x, t_x, T))
    return Measured(fit + scoring, f"{model.groups_:,} distinct groups; fit {fit:.2f} s, score {scoring:.2f} s{peer}")


def customers(count: int, seed: int = 1) -> tuple[Floats, Floats, Floats]:
    """Return histories (x, t_x, T in weeks of whole days) of customers who joined over two years."""
    random = np.random.default_rng(seed)
    r, alpha, a, b = STORY
    days = random.integers(1, DAYS + 1, count)
    rate, leaves = random.gamma(r, 1.0 / (7.0 * alpha), count), random.beta(a, b, count)
    x, last, now = np.zeros(count), np.zeros(count), np.zeros(count)
    active = np.arange(count)
    while active.size:
        now[active] += random.exponential(1.0 / np.maximum(rate[active], 1e-300))
        active = active[now[active] <= days[active]]
        x[active] += 1
        last[active] = now[active]
        active = active[random.random(active.size) > leaves[active]]
    return x, np.ceil(last) / 7, days / 7
