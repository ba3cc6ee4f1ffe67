from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dangol.analytical.experiments.lift.estimators.lift import Lift
from dangol.analytical.experiments.lift.estimators.moments import POWERS, Moments, column
from dangol.analytical.experiments.lift.estimators.split import split_p

quick = settings(max_examples=60, deadline=None)
spends = arrays(np.float64, st.integers(3, 40), elements=st.floats(0, 1000, width=32))


def shop(seed: int, treated: int = 1_800, control: int = 200, effect: float = 0.0) -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(seed)
    people = treated + control
    rate, usual = rng.gamma(0.8, 0.6, people), rng.lognormal(3.0, 0.8, people)
    before, spent = rng.poisson(6 * rate) * usual, rng.poisson(rate) * usual
    return spent[:treated] + effect, spent[treated:], before[:treated], before[treated:]


@quick
@given(spends, spends)
def test_sums_of_two_groups_are_the_sums_of_all_rows(one: Any, other: Any) -> None:
    both = Moments.of(one, one[::-1]) + Moments.of(other, other[::-1])
    whole = Moments.of(np.concatenate([one, other]), np.concatenate([one[::-1], other[::-1]]))
    for power in POWERS:
        assert both.sums[power] == pytest.approx(whole.sums[power])


@quick
@given(spends, st.floats(-2, 2))
def test_moments_of_what_the_covariate_leaves_are_those_of_the_rows(spent: Any, slope: float) -> None:
    before = spent[::-1] ** 0.5
    left = spent - slope * before
    centred = Moments.of(spent, before).centred()
    size = np.abs(spent).max() + 1
    for power in (2, 3, 4):
        expected = np.mean((left - left.mean()) ** power)
        assert centred.of_residual(np.asarray(slope), power) == pytest.approx(expected, abs=1e-6 * size**power)


def test_many_seasons_at_once_are_judged_as_each_by_itself() -> None:
    sides = [np.stack(each) for each in zip(*(shop(seed) for seed in range(5)), strict=True)]
    together = Lift().fit_rows(*sides)
    for place in range(5):
        alone = Lift().fit_rows(*(side[place] for side in sides))
        for name in ("difference_", "low_", "high_", "relative_low_", "relative_high_", "explained_"):
            assert getattr(together, name)[place] == pytest.approx(float(getattr(alone, name)))


@quick
@given(st.integers(0, 10_000), st.sampled_from([0.001, 1.0, 1000.0]))
def test_the_currency_does_not_matter(seed: int, rate: float) -> None:
    sides = shop(seed, 300, 60)
    plain, other = Lift().fit_rows(*sides), Lift().fit_rows(*(rate * side for side in sides))
    assert (other.low_, other.high_) == (pytest.approx(plain.low_ * rate), pytest.approx(plain.high_ * rate))
    assert other.relative_low_ == pytest.approx(plain.relative_low_)


@quick
@given(st.integers(0, 10_000), st.floats(-0.5, 0.8))
def test_money_and_per_cent_agree_on_whether_there_is_a_difference(seed: int, effect: float) -> None:
    treated, control, before, other = shop(seed, 600, 80)
    lift = Lift().fit_rows(treated * (1 + effect), control, before, other)
    assert lift.low_ <= lift.difference_ <= lift.high_
    assert lift.relative_low_ <= lift.relative_ <= lift.relative_high_
    assert (lift.low_ > 0) == (lift.relative_low_ > 0)
    assert (lift.high_ < 0) == (lift.relative_high_ < 0)


def test_a_covariate_that_says_nothing_changes_nothing() -> None:
    treated, control, *_ = shop(1)
    plain = Lift().fit_rows(treated, control)
    silent = Lift().fit_rows(treated, control, np.full_like(treated, 7.0), np.full_like(control, 7.0))
    assert (plain.slope_, plain.explained_) == (0.0, 0.0)
    assert silent.low_ == pytest.approx(plain.low_)
    assert plain.difference_ == pytest.approx(treated.mean() - control.mean())


def test_a_luck_of_the_draw_that_was_there_before_is_taken_off() -> None:
    treated, control, before, other = shop(2)
    order = np.argsort(-before)
    lucky = order[: before.size // 4]
    plain = Lift().fit_rows(treated[lucky], control)
    adjusted = Lift().fit_rows(treated[lucky], control, before[lucky], other)
    assert plain.low_ > 0
    assert abs(adjusted.difference_) < 0.7 * plain.difference_


def test_totals_are_the_difference_times_the_treated() -> None:
    lift = Lift().fit_rows(*shop(3, effect=5.0))
    assert lift.total_ == pytest.approx(lift.difference_ * 1_800)
    assert lift.total_high_ == pytest.approx(lift.high_ * 1_800)


@pytest.mark.parametrize(
    ("treated", "control"),
    [([], []), ([1.0], [2.0]), ([0.0] * 90, [0.0] * 10), ([5.0] * 90, [5.0] * 10), ([1.0, 2.0], [])],
)
def test_where_nothing_varies_or_nobody_is_there_no_interval_is_told(
    treated: list[float], control: list[float]
) -> None:
    lift = Lift().fit_rows(treated, control)
    assert not lift.is_known_
    assert np.isnan(lift.low_)
    assert np.isnan(lift.relative_high_)


@pytest.mark.parametrize("treated", [0.0, -3.0])
def test_when_the_treated_buy_nothing_at_all_the_money_still_has_an_interval(treated: float) -> None:
    _, control, *_ = shop(4)
    lift = Lift().fit_rows(np.full(1_800, treated), control)
    assert lift.low_ < treated - control.mean() < lift.high_ < 0
    assert np.isnan(lift.relative_high_)


def test_a_control_that_bought_nothing_leaves_the_relative_lift_open() -> None:
    treated, *_ = shop(5, 180, 20)
    lift = Lift().fit_rows(treated, np.zeros(20))
    assert lift.is_known_
    assert lift.low_ < lift.difference_ < lift.high_
    assert np.isinf(lift.relative_high_)


def test_four_times_as_many_customers_show_an_effect_half_as_large() -> None:
    small, large = (Moments.of(*np.tile(shop(6)[::2], times)) for times in (1, 4))
    few, many = (Moments.of(*np.tile(shop(6)[1::2], times)) for times in (1, 4))
    one, four = Lift().fit(small, few), Lift().fit(large, many)
    assert one.smallest_effect_ / four.smallest_effect_ == pytest.approx(2, rel=0.05)
    assert one.more_needed(one.smallest_effect_ / 2) == pytest.approx(4)


@pytest.mark.slow
def test_so_many_customers_as_are_told_to_be_needed_do_show_the_effect_four_times_in_five() -> None:
    effect = 9.0
    now = Lift().fit_rows(*shop(0, 5_400, 600))
    times = float(now.more_needed(effect))
    shown = [
        float(Lift().fit_rows(*shop(seed, int(5_400 * times), int(600 * times), effect)).low_) > 0
        for seed in range(400)
    ]  # fmt: skip
    assert np.mean(shown) == pytest.approx(0.8, abs=0.08)


def test_the_guard_of_the_split_is_the_chi_square_of_the_text_books() -> None:
    from scipy.stats import chisquare

    assert float(split_p(8_900, 1_100, 0.1)) == pytest.approx(chisquare([8_900, 1_100], [9_000, 1_000]).pvalue)
    assert np.isnan(split_p(0, 0, 0.1))
    assert np.isnan(split_p(100, 0, 0.0))


def test_columns_are_named_by_their_powers() -> None:
    assert [column("value", "pre_value", *p) for p in ((0, 0), (1, 0), (2, 1), (0, 4))] == [
        "n", "value_1", "value_2_pre_value_1", "pre_value_4",
    ]  # fmt: skip


def test_a_level_that_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Lift(level=95)
