"""A back-test measures what it says, on days the models have not seen."""

import numpy as np
import pytest

from dangol.analytical.predictions.lifetime_value.estimators.backtest import (
    Comparison,
    backtest,
    compare,
    judge,
    learn,
    measure,
)
from dangol.analytical.predictions.lifetime_value.estimators.bg_nbd import BGNBD
from dangol.analytical.predictions.lifetime_value.estimators.gamma_gamma import GammaGamma
from dangol.analytical.predictions.lifetime_value.estimators.purchases import (
    Purchases,
    merge_days,
    summarize,
    tally,
)
from dangol.analytical.predictions.lifetime_value.estimators.scoring import score


def shop(customers: int = 2_000, seed: int = 1) -> Purchases:
    """Customers who buy at their own rate from their first day on, some of whom leave."""
    random = np.random.default_rng(seed)
    who, when, paid = [], [], []
    for customer in range(customers):
        day, rate, leaves = random.integers(0, 100), random.gamma(1.5, 0.02), random.beta(1.0, 4.0)
        while day < 400:
            who.append(customer)
            when.append(int(day))
            paid.append(random.gamma(6.0, 5.0))
            if random.random() < leaves:
                break
            day += random.exponential(1 / rate)
    return merge_days(who, when, paid).purchases


def test_orders_of_one_day_are_one() -> None:
    merged = merge_days([7, 7, 7, 3], [1, 1, 2, 1], [10.0, 5.0, 1.0, 2.0])
    found = merged.purchases
    assert list(zip(found.customer.tolist(), found.day.tolist(), found.amount.tolist(), strict=True)) == [
        (3, 1, 2.0),
        (7, 1, 15.0),
        (7, 2, 1.0),
    ]


def test_a_day_of_refunds_is_no_purchase_but_a_day_of_free_goods_is_one() -> None:
    merged = merge_days([1, 1, 2, 3], [1, 1, 1, 1], [0.1 + 0.2, -0.3, 0.0, -4.0])
    assert merged.purchases.customer.tolist() == [2]
    assert (merged.days_without_purchase, merged.amount_without_purchase) == (2, -4.0)


def test_a_history_counts_repeat_orders_and_weeks_up_to_the_last_day() -> None:
    purchases = merge_days([1, 1, 1, 2, 3], [0, 7, 21, 14, 30], [10.0, 20.0, 30.0, 5.0, 9.0]).purchases
    seen = summarize(purchases, 28)
    assert seen.customer.tolist() == [1, 2]
    assert (seen.x.tolist(), seen.t_x.tolist(), seen.T.tolist()) == ([2, 0], [3, 0], [4, 2])
    assert (seen.mean_repeat_value.tolist(), seen.value_so_far.tolist()) == ([25, 0], [60, 5])


def test_a_history_knows_nothing_of_later_days() -> None:
    purchases = shop(200)
    seen = summarize(purchases, 200)
    cut = summarize(purchases.between(0, 200), 200)
    assert all(np.array_equal(getattr(seen, name), getattr(cut, name)) for name in ("x", "t_x", "T", "value_so_far"))


def test_purchases_are_tallied_for_the_customers_asked_for() -> None:
    purchases = merge_days([1, 1, 2, 9], [1, 2, 1, 1], [10.0, 20.0, 5.0, 1.0]).purchases
    counts, amounts = tally(purchases, np.array([1, 5, 9]))
    assert (counts.tolist(), amounts.tolist()) == ([2, 0, 1], [30, 0, 1])


def test_the_model_beats_the_naive_rate_where_people_leave() -> None:
    purchases = shop()
    result = backtest(purchases, learn(purchases, 250), 250, 150)
    assert result.beats_baseline
    assert result.verdict.code == "beats_baseline"
    assert abs(result.orders.model.bias) < 0.15
    assert result.revenue is not None
    assert result.revenue.model.typical_error < result.revenue.naive.typical_error


def test_a_model_that_knows_nothing_does_not_beat_the_naive_rate() -> None:
    random = np.random.default_rng(2)
    actual = random.poisson(2.0, 1_000).astype(float)
    noise = random.permutation(actual)
    won, verdict = judge(compare(noise, actual + 0.1, actual), 1_000)
    assert not won
    assert verdict.code == "loses_to_baseline"


@pytest.mark.parametrize(
    ("model", "naive", "code"),
    [
        ([1.1, 2.1, 3.1, 4.1], [9.0, 8.0, 7.0, 6.0], "beats_baseline"),
        ([11.0, 12.0, 13.0, 14.0], [1.0, 2.0, 3.0, 4.0], "ranks_better_only"),
        ([2.6, 2.5, 2.4, 2.3], [11.0, 12.0, 13.0, 14.0], "errs_less_only"),
    ],
)
def test_the_verdict_says_in_what_the_model_is_better(model: list[float], naive: list[float], code: str) -> None:
    actual = np.array([1.0, 2.0, 3.0, 4.0])
    assert judge(compare(np.array(model), np.array(naive), actual), 1_000)[1].code == code


def test_where_nothing_happened_there_is_no_verdict() -> None:
    nothing = np.zeros(4)
    assert judge(Comparison(0.0, measure(nothing, nothing), measure(nothing, nothing), float("nan")), 4)[0] is False


def test_measures_are_those_of_the_books() -> None:
    found = measure(np.array([1.0, 2.0, 3.0, 5.0, 4.0]), np.array([0.0, 2.0, 4.0, 4.0, 10.0]))
    assert found.bias == pytest.approx(15 / 20 - 1)
    assert found.mean_error == pytest.approx(9 / 5)
    assert found.typical_error == pytest.approx((39 / 5) ** 0.5)
    assert found.rank_correlation == pytest.approx(0.8207826817)
    assert found.top_fifth_share == pytest.approx(4 / 20)


def test_scores_hold_orders_money_and_the_chance_to_be_active() -> None:
    model, values = BGNBD.of(0.243, 4.414, 0.793, 2.426), GammaGamma.of(6.25, 3.74, 15.44, 35.0)
    found = score(model, [2, 0], [10, 0], [20, 5], (90, 365), values=values, mean_repeat_value=[40.0, 0.0])
    assert (found.orders[365] > found.orders[90]).all()
    assert found.order_value is not None
    assert found.value[90] == pytest.approx(found.orders[90] * found.order_value)
    assert found.p_alive[1] == 1


def test_scores_without_order_values_are_orders_alone() -> None:
    found = score(BGNBD.of(0.243, 4.414, 0.793, 2.426), [2], [10], [20])
    assert (found.order_value, found.value, set(found.orders)) == (None, {}, {90, 365})


def test_order_values_need_their_model_and_the_other_way_round() -> None:
    with pytest.raises(ValueError, match="or neither"):
        score(BGNBD.of(0.243, 4.414, 0.793, 2.426), [2], [10], [20], mean_repeat_value=[1.0])


def test_a_shop_of_free_goods_has_orders_and_no_values() -> None:
    purchases = merge_days([1, 1, 2, 2], [0, 9, 3, 30], [0.0, 0.0, 0.0, 0.0]).purchases
    learned = learn(purchases, 30)
    assert learned.values is None
    assert learned.orders.repeat_customers_ == 2
