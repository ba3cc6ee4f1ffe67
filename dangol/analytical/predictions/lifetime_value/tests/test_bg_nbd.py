"""BG/NBD keeps the promises of its formulas, whatever the customers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.special import betaln

from dangol.analytical.predictions.lifetime_value.estimators import bg_nbd_expectation as expectation
from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd import BGNBD
from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd_likelihood import BGNBDLikelihood
from dangol.analytical.predictions.lifetime_value.estimators.grouping import Histories, check_histories, group
from dangol.analytical.predictions.lifetime_value.tests.data import simulate

CDNOW = (0.243, 4.414, 0.793, 2.426)
parameters = st.tuples(*[st.floats(0.01, 50.0)] * 4)


@st.composite
def histories(draw: st.DrawFn, size: int = 12) -> tuple[Any, Any, Any]:
    """Customers with repeat orders x, days to the last t_x and days observed T, in weeks."""
    x = draw(arrays(np.int64, size, elements=st.integers(0, 30)))
    last = draw(arrays(np.int64, size, elements=st.integers(1, 400)))
    silent = draw(arrays(np.int64, size, elements=st.integers(0, 400)))
    t_x = np.where(x > 0, last, 0)
    return x, t_x / 7, (t_x + silent) / 7


def ungrouped(r: float, alpha: float, a: float, b: float, x: float, t_x: float, T: float) -> float:
    """Equation 6 of the paper, written out for one customer."""
    from scipy.special import gammaln

    stays = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + T)
    total = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    if x == 0:
        return float(total + stays)
    leaves = betaln(a + 1, b + x - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    return float(total + np.logaddexp(stays, leaves))


@settings(deadline=None)
@given(histories(), parameters)
def test_the_grouped_likelihood_is_the_sum_of_the_papers_equation(data: Any, chosen: Any) -> None:
    total, _ = BGNBDLikelihood(group(check_histories(*data)))(*chosen)
    expected = sum(ungrouped(*chosen, *row) for row in zip(*data, strict=True))
    assert total == pytest.approx(expected, rel=1e-9, abs=1e-7)


@settings(deadline=None)
@given(histories(), parameters)
def test_the_gradient_is_the_slope_of_the_likelihood(data: Any, chosen: Any) -> None:
    likelihood = BGNBDLikelihood(group(check_histories(*data)))
    _, gradient = likelihood(*chosen)
    for place in range(4):
        step = 1e-5 * chosen[place]
        up, down = np.array(chosen), np.array(chosen)
        up[place] += step
        down[place] -= step
        slope = (likelihood(*up)[0] - likelihood(*down)[0]) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-3 / chosen[place] + 1e-4)


@settings(deadline=None)
@given(histories(), st.integers(1, 5))
def test_weights_are_the_same_as_repeated_rows(data: Any, times: int) -> None:
    weights = np.arange(data[0].size) % 3 * times
    if not weights.any():
        return
    once = group(check_histories(*data), weights)
    repeated = group(check_histories(*(np.repeat(column, weights) for column in data)))
    assert len(once) == len(repeated)
    assert BGNBDLikelihood(once)(*CDNOW)[0] == pytest.approx(BGNBDLikelihood(repeated)(*CDNOW)[0], rel=1e-12)


@settings(deadline=None)
@given(histories())
def test_grouping_never_rounds(data: Any) -> None:
    x, t_x, T = data
    nudged = T + np.arange(T.size) * 1e-9
    groups = group(check_histories(x, t_x, nudged))
    assert len(groups) == len(set(zip(x.tolist(), t_x.tolist(), nudged.tolist(), strict=True)))
    assert set(groups.T_table[groups.T_code].tolist()) == set(nudged.tolist())


@settings(deadline=None)
@given(histories(), parameters)
def test_the_chance_to_be_active_is_a_chance(data: Any, chosen: Any) -> None:
    alive = BGNBD.of(*chosen).probability_alive(*data)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (alive[data[0] == 0] == 1).all()


@settings(deadline=None)
@given(histories(), parameters, st.floats(0.1, 60.0))
def test_longer_silence_means_a_lower_chance_and_fewer_orders(data: Any, chosen: Any, longer: float) -> None:
    x, t_x, T = data
    model = BGNBD.of(*chosen)
    assert (model.probability_alive(x, t_x, T + longer) <= model.probability_alive(x, t_x, T) + 1e-12).all()
    before, after = model.expected_orders(x, t_x, T, 13), model.expected_orders(x, t_x, T + longer, 13)
    assert (after <= before * (1 + 1e-9) + 1e-12).all()


@settings(deadline=None)
@given(histories(), parameters, st.floats(0.1, 60.0))
def test_expected_orders_grow_with_the_horizon_and_stay_below_the_rate(data: Any, chosen: Any, horizon: float) -> None:
    x, t_x, T = data
    r, alpha, _, _ = chosen
    model = BGNBD.of(*chosen)
    near, far = model.expected_orders(x, t_x, T, horizon), model.expected_orders(x, t_x, T, 2 * horizon)
    assert (near >= 0).all()
    assert (far >= near * (1 - 1e-9)).all()
    assert (near <= (r + x) * horizon / (alpha + T) * (1 + 1e-9)).all()


@pytest.mark.parametrize("a", [1e-6, 1e-3, 0.4, 0.9995, 1.0, 1.0000001, 1.4, 7.0, 60.0])
@pytest.mark.parametrize("b", [1e-3, 0.3, 0.6, 1.0, 2.4, 40.0])
def test_expected_orders_equal_the_integral_they_stand_for(a: float, b: float) -> None:
    r, alpha, _, _ = CDNOW
    x, T, t = np.array([0.0, 1.0, 5.0, 30.0]), np.array([20.0, 39.0, 39.0, 60.0]), 52.0
    told = BGNBD.of(r, alpha, a, b)._if_active(x, T, t)
    for place in range(x.size):
        assert told[place] == pytest.approx(integral(a, b + x[place], r + x[place], alpha + T[place], t), rel=1e-6)


@pytest.mark.parametrize("a", [1e-6, 1e-3, 0.4, 0.89])
@pytest.mark.parametrize("b", [250.0, 5_000.0])
def test_both_ways_to_expected_orders_agree_where_leaving_is_rare(a: float, b: float) -> None:
    x, T = np.array([0.0, 1.0, 5.0, 300.0]), np.array([20.0, 39.0, 39.0, 60.0])
    told = expectation.expected_if_active(x, T, 52.0, 0.7, 9.5, a, b)
    averaged = expectation._mean_over_p(x[:, None], T[:, None], 52.0, 0.7, 9.5, a, b)
    assert told == pytest.approx(averaged, rel=1e-6)


def integral(a: float, stay: float, power: float, age: float, t: float) -> float:
    """The mean of (1 - (1 + p t/age)^-power) / p over p ~ Beta(a, stay), with both ends' singularities by weight."""

    def orders(p: float) -> float:
        return float(-np.expm1(-power * np.log1p(p * t / age)) / p) if p > 0 else power * t / age

    cut = min(0.5, a / (a + stay))
    options = {"epsabs": 0, "epsrel": 1e-10, "limit": 500, "weight": "alg"}
    left = quad(lambda p: orders(p) * (1 - p) ** (stay - 1), 0, cut, wvar=(a - 1, 0), **options)[0]
    right = quad(lambda p: orders(p) * p ** (a - 1), cut, 1, wvar=(0, stay - 1), **options)[0]
    return float((left + right) / np.exp(betaln(a, stay)))


def test_a_new_customer_is_one_with_a_single_order_just_now() -> None:
    model = BGNBD.of(*CDNOW)
    assert model.expected_orders_new([39.0])[0] == pytest.approx(model.expected_orders(0, 0, 0, 39.0)[0], rel=1e-12)
    assert model.expected_orders_new(0.0)[0] == 0


def test_where_nobody_leaves_orders_follow_the_rate_alone() -> None:
    model = BGNBD.of(0.7, 9.5, 1e-12, 3.0)
    assert model.expected_orders([4], [20.0], [39.0], 10.0)[0] == pytest.approx(4.7 * 10 / 48.5, rel=1e-9)
    assert model.probability_alive([4], [1.0], [39.0])[0] == pytest.approx(1.0)


def test_extreme_customers_give_finite_scores() -> None:
    model = BGNBD.of(*CDNOW)
    x, t_x, T = [0, 1, 10_000, 3_000], [0, 1e-9, 5_000.0, 1.0], [1e6, 1e6, 5_000.0, 5_000.0]
    for scores in (model.probability_alive(x, t_x, T), model.expected_orders(x, t_x, T, 1e4)):
        assert np.isfinite(scores).all()


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 2**31))
def test_the_order_of_customers_does_not_change_the_fit(seed: int) -> None:
    T = np.full(400, 300) / 7
    x, t_x = simulate(400, *CDNOW, T, seed=4)
    t_x = np.ceil(t_x * 7) / 7
    shuffled = np.random.default_rng(seed).permutation(400)
    first, second = BGNBD().fit(x, t_x, T), BGNBD().fit(x[shuffled], t_x[shuffled], T)
    assert second.log_likelihood_ == pytest.approx(first.log_likelihood_, rel=1e-12)


def test_the_fit_finds_the_parameters_that_made_the_customers() -> None:
    T = np.random.default_rng(1).integers(200, 500, 60_000) / 7
    made = (0.5, 6.0, 0.9, 3.0)
    model = BGNBD().fit(*simulate(60_000, *made, T, seed=2), T)
    found = (model.r_, model.alpha_, model.a_, model.b_)
    assert model.converged_
    assert not model.warnings_
    assert found == pytest.approx(made, rel=0.1)
    assert model.log_likelihood_ >= BGNBD.of(*made).log_likelihood(*simulate(60_000, *made, T, seed=2), T)


def test_forecasts_come_true_for_customers_who_live_the_story() -> None:
    seen, ahead = np.full(40_000, 40.0), 26.0
    x_all, _ = simulate(40_000, *CDNOW, seen + ahead, seed=3)
    x, t_x = simulate(40_000, *CDNOW, seen, seed=3)
    model = BGNBD.of(*CDNOW)
    expected = model.expected_orders_new([66.0, 40.0]) * 40_000
    assert x_all.sum() == pytest.approx(expected[0], rel=0.05)
    assert model.expected_orders(x, t_x, seen, ahead).sum() == pytest.approx(expected[0] - expected[1], rel=0.05)


def test_customers_who_never_leave_give_a_fit_that_says_so() -> None:
    random = np.random.default_rng(5)
    T = np.full(3_000, 50.0)
    x = random.poisson(random.gamma(2.0, 0.1, 3_000) * T).astype(float)
    t_x = np.where(x > 0, T * random.random(3_000) ** (1 / np.maximum(x, 1)), 0)
    model = BGNBD().fit(x, t_x, T)
    assert "nobody_leaves" in [warning.code for warning in model.warnings_]
    assert model.is_degenerate_
    assert "nobody ever leaves" in str(model.warnings_[0])


def test_customers_with_one_rate_give_a_fit_that_says_so() -> None:
    random = np.random.default_rng(6)
    T = np.full(3_000, 50.0)
    x = random.binomial(10, 0.5, 3_000).astype(float)
    model = BGNBD().fit(x, np.where(x > 0, T * 0.95, 0), T)
    assert "same_rate" in [warning.code for warning in model.warnings_]


def test_a_shop_without_repeat_orders_is_said_to_have_none() -> None:
    model = BGNBD().fit(np.zeros(50), np.zeros(50), np.linspace(1, 50, 50))
    assert [warning.code for warning in model.warnings_] == ["no_repeat_orders"]
    assert model.expected_orders(0, 0, 10, 52)[0] < 0.01


def test_few_repeat_customers_are_said_to_be_few() -> None:
    model = BGNBD().fit([0, 1, 2, 0, 3], [0, 5, 7, 0, 9], [10, 10, 10, 10, 10])
    assert "few_repeat_customers" in [warning.code for warning in model.warnings_]


@pytest.mark.parametrize(
    ("x", "t_x", "T", "said"),
    [
        ([1], [5], [4], "must not lie after T"),
        ([0], [2], [4], "must be 0 where x is 0"),
        ([1.5], [2], [4], "whole number"),
        ([1], [-1], [4], "before the first"),
        ([1], [float("nan")], [4], "must be numbers"),
        ([1, 2], [1], [4], "one length"),
        ([], [], [], "no customers"),
    ],
)
def test_histories_that_make_no_sense_are_refused_with_a_sentence(x: Any, t_x: Any, T: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        BGNBD().fit(x, t_x, T)


def test_weights_must_fit_the_customers() -> None:
    with pytest.raises(ValueError, match="weights"):
        group(Histories(np.ones(2), np.ones(2), np.ones(2)), [1.0])
