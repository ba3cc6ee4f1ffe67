from __future__ import annotations

from django.utils import translation

from dangol.analytical.experiments.lift.queries import sentence
from dangol.analytical.experiments.lift.rules import Result
from dangol.analytical.experiments.lift.tests.test_services import TOO_EARLY, measured, season


def told(result: Result) -> str:
    with translation.override("en"):
        return sentence(result.whole, "GBP", "3 March")


def test_help_is_told_in_money_per_customer_and_in_all() -> None:
    result = measured(*season(effect=1.6))
    money, said = result.whole.measure("value"), told(result)
    assert said.startswith(f"It helped: those who got it each spent £{money.difference:.2f} more")
    assert "For all 900 of them" in said


def test_harm_is_told_without_a_double_minus() -> None:
    said = told(measured(*season(effect=0.4)))
    assert "It harmed" in said
    assert "spent £" in said


def test_what_cannot_be_told_says_so_and_how_many_more_it_takes() -> None:
    said = told(measured(*season(effect=1.02)))
    assert said.startswith("Not yet enough to tell")
    assert "more customers would be needed" in said


def test_little_effect_is_told_apart_from_little_knowledge() -> None:
    assert told(measured(*season(), indifferent=40.0)).startswith("It does little")


def test_a_campaign_that_runs_says_until_when_and_what_is_seen_so_far() -> None:
    said = told(measured(*season(effect=1.6), as_of=TOO_EARLY))
    assert said.startswith("Still counting until 3 March")
    assert "So far the difference lies between £" in said


def test_broken_splits_missing_controls_and_few_buyers_have_their_sentences() -> None:
    assert "150 of 1,000 are control, where 100 were to be expected" in told(
        measured(*season(treated=850, control=150, effect=1.6))
    )
    assert "no control group" in told(measured(*season(control=0), control_percent=0.0))
    assert "0 of 1,000" in told(measured(season()[0], []))
