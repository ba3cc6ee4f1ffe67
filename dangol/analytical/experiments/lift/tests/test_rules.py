from __future__ import annotations

import pytest

from dangol.analytical.experiments.lift import rules


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.1, 3.0, "helped"), (-3.0, -0.1, "harmed"), (-0.9, 0.9, "does_little"), (-0.9, 1.1, "too_small_to_tell"),
     (-5.0, 0.0, "too_small_to_tell"), (0.0, 0.5, "does_little"), (None, None, "too_few_buyers")],
)  # fmt: skip
def test_a_verdict_tells_little_effect_from_little_knowledge(low: float, high: float, said: str) -> None:
    assert rules.verdict(low, high, indifferent=1.0) == said


def test_without_a_band_of_indifference_nothing_is_said_to_do_little() -> None:
    assert rules.verdict(-0.001, 0.001, indifferent=None) == "too_small_to_tell"


def test_what_stands_in_the_way_of_a_verdict_is_said_in_its_order() -> None:
    fine = {"control": 100, "is_split_suspect": False, "is_running": False, "is_enough": True}
    assert rules.obstacle(**fine) == ""
    assert rules.obstacle(**{**fine, "is_enough": False}) == "too_few_buyers"
    assert rules.obstacle(**{**fine, "is_enough": False, "is_running": True}) == "running"
    assert rules.obstacle(**{**fine, "is_running": True, "is_split_suspect": True}) == "broken_split"
    assert rules.obstacle(**{**fine, "control": 0, "is_split_suspect": True}) == "no_control"


def test_few_buyers_are_not_judged() -> None:
    assert rules.is_enough(900, 100, 100)
    assert not rules.is_enough(900, 100, 99)
    assert not rules.is_enough(10, 10, 19)
    assert not rules.is_enough(0, 0, 0)


@pytest.mark.parametrize(
    ("times", "more"), [(1.0, 0), (0.2, 0), (1.5, 500), (2.2345, 1300), (124.0, 130_000), (float("inf"), None)]
)
def test_how_many_more_are_needed_is_told_to_two_digits(times: float, more: int | None) -> None:
    assert rules.more_people(times, 1_000) == more


def test_several_tiers_at_once_are_likely_to_show_something_by_luck() -> None:
    assert rules.chance_of_false(1) is None
    assert rules.chance_of_false(3) == pytest.approx(0.142625)
