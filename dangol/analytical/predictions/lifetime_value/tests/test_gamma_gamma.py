"""Gamma-Gamma keeps the promises of its formulas."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.analytical.predictions.lifetime_value.estimators.gamma_gamma import GammaGamma, _Likelihood

shapes = st.tuples(st.floats(0.1, 50.0), st.floats(1.1, 50.0), st.floats(0.1, 500.0))


def shop(customers: int, p: float, q: float, v: float, seed: int) -> tuple[Any, Any]:
    """Customers whose order values follow the model's story."""
    random = np.random.default_rng(seed)
    x = random.integers(1, 12, customers)
    return x, random.gamma(p * x, 1.0 / random.gamma(q, 1.0 / v, customers)) / x


@settings(deadline=None)
@given(shapes, st.integers(0, 1000))
def test_the_gradient_is_the_slope_of_the_likelihood(chosen: Any, seed: int) -> None:
    x, z = shop(20, 6.0, 4.0, 15.0, seed)
    likelihood = _Likelihood(x.astype(float), z)
    _, gradient = likelihood(*chosen)
    for place in range(3):
        step = 1e-5 * chosen[place]
        up, down = np.array(chosen), np.array(chosen)
        up[place] += step
        down[place] -= step
        slope = (likelihood(*up)[0] - likelihood(*down)[0]) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-3)


def test_the_fit_finds_the_parameters_that_made_the_orders() -> None:
    model = GammaGamma().fit(*shop(60_000, 6.0, 4.0, 15.0, seed=1))
    assert (model.p_, model.q_, model.v_) == pytest.approx((6.0, 4.0, 15.0), rel=0.1)
    assert model.mean_value_ == pytest.approx(30.0, rel=0.02)
    assert not model.warnings_


def test_another_currency_changes_the_scale_and_nothing_else() -> None:
    x, z = shop(2_000, 6.0, 4.0, 15.0, seed=2)
    pounds, won = GammaGamma().fit(x, z), GammaGamma().fit(x, z * 1_900)
    assert (won.p_, won.q_) == pytest.approx((pounds.p_, pounds.q_), rel=1e-5)
    assert won.v_ == pytest.approx(pounds.v_ * 1_900, rel=1e-5)


@settings(deadline=None)
@given(shapes, st.floats(0.01, 10_000))
def test_the_expected_value_lies_between_ones_own_mean_and_the_mean_of_all(chosen: Any, own: float) -> None:
    model = GammaGamma.of(*chosen, average=1.0)
    told = model.expected_value([1, 5, 50], [own] * 3)
    low, high = sorted((own, model.mean_value_))
    assert ((told >= low * (1 - 1e-9)) & (told <= high * (1 + 1e-9))).all()
    assert (np.diff(np.abs(told - own)) <= 1e-9 * own).all()


def test_without_repeat_orders_the_mean_of_all_is_expected() -> None:
    model = GammaGamma.of(6.25, 3.74, 15.44, average=35.0)
    assert model.expected_value([0], [0.0])[0] == pytest.approx(6.25 * 15.44 / 2.74)


def test_values_without_a_mean_are_said_to_have_none() -> None:
    model = GammaGamma().fit(*shop(5_000, 6.0, 0.8, 15.0, seed=3))
    assert "no_mean_value" in [warning.code for warning in model.warnings_]
    assert np.isfinite(model.expected_value([0, 1], [0.0, 20.0])).all()


def test_values_that_follow_frequency_are_pointed_out() -> None:
    x, z = shop(2_000, 6.0, 4.0, 15.0, seed=4)
    model = GammaGamma().fit(x, z * x)
    assert "value_follows_frequency" in [warning.code for warning in model.warnings_]


def test_customers_who_paid_nothing_are_counted_and_left_out() -> None:
    x, z = shop(500, 6.0, 4.0, 15.0, seed=5)
    z[:3] = 0
    model = GammaGamma().fit(x, z)
    assert model.customers_ == 497
    assert "3 customers" in str(model.warnings_[0])


def test_nobody_to_learn_from_is_an_error_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="repeat order"):
        GammaGamma().fit([0, 0], [0.0, 0.0])
