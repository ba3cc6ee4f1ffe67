"""Our search finds what SciPy's finds, also where the best parameters lie at the edge."""

import numpy as np
import pytest
from scipy.optimize import minimize

from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd import BGNBD, _bounds, _starts
from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd_likelihood import BGNBDLikelihood
from dangol.analytical.predictions.lifetime_value.estimators.grouping import Floats, check_histories, group
from dangol.analytical.predictions.lifetime_value.estimators.maximum import climb
from dangol.analytical.predictions.lifetime_value.tests.data import simulate


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 5, 11, 16])
def test_no_fit_is_worse_than_scipys(seed: int) -> None:
    random = np.random.default_rng(seed)
    made = 10 ** random.uniform([-2, -0.5, -2.5, -1.5], [1.5, 2, 1, 1.5])
    T = random.integers(1, 700, 200) / 7
    x, t_x = simulate(200, *made, T, seed=seed)
    t_x = np.minimum(np.ceil(t_x * 7) / 7, T)
    model = BGNBD().fit(x, t_x, T)
    assert model.converged_
    assert model.log_likelihood_ >= best_of_scipy(x, t_x, T) - 1e-4


def best_of_scipy(x: Floats, t_x: Floats, T: Floats) -> float:
    groups, unit = group(check_histories(x, t_x, T)), float(T.mean())
    likelihood, walls = BGNBDLikelihood(groups), np.log(_bounds(unit))

    def downhill(logs: Floats) -> tuple[float, Floats]:
        value, gradient = likelihood(*np.exp(logs))
        return -value / x.size, -gradient * np.exp(logs) / x.size

    begins = [np.clip(np.log(start), walls[:, 0], walls[:, 1]) for start in _starts(groups, unit)]
    found = [minimize(downhill, begin, jac=True, method="L-BFGS-B", bounds=walls) for begin in begins]
    return max(float(-one.fun * x.size) for one in found)


def test_a_slope_to_a_corner_ends_in_the_corner() -> None:
    def rising(a: float, b: float) -> tuple[float, Floats]:
        return float(np.log(a) - b), np.array([1 / a, -1.0])

    found = climb(rising, [1.0, 1.0], [(0.1, 5.0), (0.2, 3.0)], 1.0)
    assert found.parameters == pytest.approx([5.0, 0.2])
    assert found.converged


def test_a_search_that_cannot_look_says_it_did_not_arrive() -> None:
    def broken(a: float, b: float) -> tuple[float, Floats]:
        return (0.0 if a == 1 else float("nan")), np.array([1.0, 1.0])

    found = climb(broken, [1.0, 1.0], [(0.1, 5.0), (0.2, 3.0)], 1.0)
    assert not found.converged
    assert "left after" in found.reason
