from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from dangol.analytical.experiments.lift.estimators.lift import Lift
from dangol.analytical.experiments.lift.rules import CampaignWindow, from_json
from dangol.analytical.experiments.lift.services import measure
from dangol.analytical.experiments.lift.tests.shop import Bought, Chosen, Shop
from dangol.analytical.warehouse import Analysis

AT = datetime(2026, 2, 1, 3, tzinfo=UTC)
HORIZON = timedelta(days=30)
OVER, TOO_EARLY = date(2026, 3, 4), date(2026, 3, 3)


def season(
    *, treated: int = 900, control: int = 100, effect: float = 1.0, seed: int = 1, campaign: int = 7
) -> tuple[list[Chosen], list[Bought]]:
    """A campaign among people of whom two thirds spend about 50 in the horizon; `effect` times as much if treated."""
    rng = np.random.default_rng(seed)
    people, bought = [], []
    for person in range(1, treated + control + 1):
        group, tier = "control" if person <= control else "treated", "top" if person % 4 == 0 else "bottom"
        people.append(Chosen(campaign, person, group, tier, AT))
        usual = rng.gamma(4.0, 12.5)
        for when in (AT - timedelta(days=float(rng.uniform(1, 300))), AT + timedelta(days=float(rng.uniform(0, 29)))):
            if rng.random() < 0.67:
                factor = effect if when > AT and group == "treated" else 1.0
                bought.append(Bought(len(bought), person, when, Decimal(f"{usual * factor:.2f}")))
    return people, bought


def analysis(shop: Shop, as_of: date = OVER) -> Analysis:
    return Analysis(shop.backend, as_of, "KRW", tracker=None)  # type: ignore[arg-type]


def measured(people: list[Chosen], bought: list[Bought], as_of: date = OVER, **window: Any) -> Any:
    shop = Shop(bought, people, {})
    return measure(analysis(shop, as_of), shop.recipient, [CampaignWindow(7, 30, **window)])[7]


def test_a_campaign_that_helped_is_said_to_have_helped_in_money_and_by_tier() -> None:
    people, bought = season(effect=1.6)
    result = measured(people, bought)
    money = result.whole.measure("value")
    assert (result.state, result.until_on, result.whole.verdict) == ("over", date(2026, 3, 3), "helped")
    assert 0 < money.low < money.difference < money.high
    assert money.total == pytest.approx(money.difference * 900)
    assert money.relative == pytest.approx(0.6, abs=0.25)
    assert money.explained > 0.05
    assert (result.whole.treated, result.whole.control, result.whole.is_split_suspect) == (900, 100, False)
    assert [tier.tier for tier in result.tiers] == ["bottom", "top"]
    assert sum(tier.treated for tier in result.tiers) == 900
    assert result.chance_of_false == pytest.approx(0.0975)
    assert result.whole.measure("bought").control == pytest.approx(0.67, abs=0.15)


def test_what_is_measured_is_what_the_estimator_says_of_the_rows() -> None:
    people, bought = season(effect=1.2)
    shop = Shop(bought, people, {7: (30, 365)})
    rows = shop.outcomes(OVER).values()
    sides = [
        [float(row[name]) for row in rows if row["group"] == group]
        for name in ("value", "pre_value") for group in ("treated", "control")
    ]  # fmt: skip
    lift, money = Lift().fit_rows(*sides), measured(people, bought).whole.measure("value")
    assert (money.difference, money.low, money.high) == tuple(
        pytest.approx(float(each)) for each in (lift.difference_, lift.low_, lift.high_)
    )


def test_before_the_horizon_is_over_there_is_no_verdict() -> None:
    people, bought = season(effect=1.6)
    result = measured(people, bought, as_of=TOO_EARLY)
    assert (result.state, result.is_provisional) == ("running", True)
    assert {each.verdict for group in (result.whole, *result.tiers) for each in group.measures} == {"running"}
    assert result.whole.measure("value").low is not None


def test_too_small_to_tell_says_how_many_more_it_takes() -> None:
    people, bought = season(effect=1.02)
    money = measured(people, bought).whole.measure("value")
    assert money.verdict == "too_small_to_tell"
    assert money.smallest_effect > money.indifferent
    assert money.more_for_indifferent > 1_000


def test_an_effect_within_the_stated_band_is_said_to_do_little() -> None:
    people, bought = season(effect=1.0)
    assert measured(people, bought, indifferent=40.0).whole.verdict == "does_little"


def test_a_campaign_that_harmed_is_said_to_have_harmed() -> None:
    people, bought = season(effect=0.4)
    assert measured(people, bought).whole.verdict == "harmed"


def test_a_broken_split_forbids_any_verdict() -> None:
    people, bought = season(treated=850, control=150, effect=1.6)
    result = measured(people, bought)
    assert result.whole.is_split_suspect
    assert result.whole.verdict == "broken_split"
    assert result.whole.split_p < 0.001


def test_without_a_control_group_nothing_can_be_said() -> None:
    people, bought = season(control=0)
    result = measured(people, bought, control_percent=0.0)
    assert result.whole.verdict == "no_control"
    assert result.whole.measure("value").difference is None or result.whole.measure("value").low is None


def test_few_buyers_are_not_judged() -> None:
    people, _ = season()
    few = [Bought(n, n + 90, AT + timedelta(days=1), Decimal(50)) for n in range(30)]
    assert measured(people, few).whole.verdict == "too_few_buyers"


def test_campaigns_are_measured_each_for_itself_and_one_without_recipients_is_left_out() -> None:
    people, bought = season(effect=1.6)
    other = [Chosen(8, each.person_id, each.group, each.tier, AT - 2 * HORIZON) for each in people]
    shop = Shop(bought, people + other, {})
    found = measure(analysis(shop), shop.recipient, [CampaignWindow(c, 30) for c in (7, 8, 9)])
    assert found.keys() == {7, 8}
    assert found[7].whole == measured(people, bought).whole
    assert found[8].whole.verdict != "helped"
    assert measure(analysis(shop), shop.recipient, []) == {}


@pytest.mark.parametrize("make", [lambda: season(effect=1.6), lambda: season(control=0), lambda: (season()[0], [])])
def test_a_result_survives_json(make: Callable[[], Any]) -> None:
    result = measured(*make())
    written = json.loads(json.dumps(result.as_json(), allow_nan=False))
    again = from_json(written)
    assert again.as_json() == written
    assert (again.whole.verdict, again.until_on, again.whole.treated) == (
        result.whole.verdict, result.until_on, result.whole.treated,
    )  # fmt: skip
