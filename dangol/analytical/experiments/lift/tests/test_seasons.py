"""A thousand simulated seasons for each shop, size and effect: the interval holds, verdicts are rarely wrong."""

from __future__ import annotations

from math import sqrt

import pytest

from dangol.analytical.experiments.lift.lab.study import SIZES, Coverage, coverages, explained_by, splits
from dangol.analytical.experiments.lift.lab.worlds import EFFECTS, WORLDS

SEASONS = 1_000
ERROR = sqrt(0.95 * 0.05 / SEASONS)
"""The standard error of a coverage of 95 % over so many seasons: .7 per cent."""


@pytest.fixture(scope="module")
def found() -> list[Coverage]:
    return list(coverages(count=SEASONS, seed=1, candidates=("lift", "unadjusted")))


@pytest.fixture(scope="module")
def lifts(found: list[Coverage]) -> list[Coverage]:
    return [each for each in found if each.interval == "lift"]


@pytest.mark.slow
def test_the_interval_holds_the_truth_in_93_to_97_of_100_seasons(lifts: list[Coverage]) -> None:
    assert len(lifts) == len(WORLDS) * len(SIZES) * len(EFFECTS)
    assert all(each.seasons == SEASONS for each in lifts)
    assert not [each for each in lifts if not 0.93 <= each.covered <= 0.97]
    assert sum(each.covered for each in lifts) / len(lifts) == pytest.approx(0.95, abs=0.01)


@pytest.mark.slow
def test_so_does_the_interval_of_the_relative_lift(lifts: list[Coverage]) -> None:
    assert not [each for each in lifts if each.relative_covered is None or not 0.925 <= each.relative_covered <= 0.975]


@pytest.mark.slow
def test_where_nothing_was_done_hardly_more_than_5_of_100_seasons_show_help_or_harm(lifts: list[Coverage]) -> None:
    idle = [each for each in lifts if each.effect == "none"]
    assert all(each.helped + each.harmed <= 0.05 + 3 * ERROR for each in idle)
    assert all(max(each.helped, each.harmed) <= 0.025 + 3 * ERROR for each in idle)
    assert sum(each.helped + each.harmed for each in idle) / len(idle) <= 0.055


@pytest.mark.slow
def test_a_treatment_that_helps_is_hardly_ever_said_to_harm_nor_the_other_way_round(lifts: list[Coverage]) -> None:
    for each in lifts:
        if each.effect != "none":
            assert (each.helped if "-" in each.effect else each.harmed) <= 0.02


@pytest.mark.slow
def test_spend_from_before_narrows_the_interval(found: list[Coverage]) -> None:
    widths = {(each.world, each.customers, each.effect, each.interval): each.width for each in found}
    ratios = [width / widths[*place, "unadjusted"] for (*place, name), width in widths.items() if name == "lift"]
    assert max(ratios) < 0.99
    assert sum(ratios) / len(ratios) < 0.96


@pytest.mark.slow
def test_a_year_from_before_explains_more_than_a_time_as_short_as_the_horizon() -> None:
    explained = explained_by(count=100, seed=1)
    assert explained["year"] > 1.4 * explained["horizon"] > 0


@pytest.mark.slow
def test_broken_splits_are_caught_and_good_ones_are_let_pass() -> None:
    for each in splits(count=20_000, seed=1, losses=(0.0, 0.25)):
        assert each.suspect <= 0.002 if each.lost == 0 else each.suspect > 0.7
    [large, *_] = splits(count=2_000, seed=1, sizes=(100_000,), losses=(0.05,))
    assert large.suspect > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("customers", [600, 1_000])
def test_even_with_sixty_people_in_control_the_interval_holds(customers: int) -> None:
    small = list(coverages(count=2_000, seed=1, sizes=(customers,), candidates=("lift",)))
    assert not [each for each in small if not 0.93 <= each.covered <= 0.97]
