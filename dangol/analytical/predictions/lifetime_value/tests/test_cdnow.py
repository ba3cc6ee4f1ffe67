"""The published figures of the CDNOW sample: 2,357 customers, 39 weeks to learn from, 39 held out.

Fader, Hardie & Lee, Marketing Science 24(2), 2005, tables 2 and 3; Fader & Hardie, "The Gamma-Gamma Model of Monetary
Value", 2013. Data: Fader & Hardie.
"""

from typing import Any

import pytest

from dangol.analytical.predictions.lifetime_value.lab.answers import as_json
from dangol.analytical.predictions.lifetime_value.lab.study import Wishes, study
from tests.data import find


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    return as_json(study(find("cdnow/CDNOW_sample.txt"), Wishes()))


def test_the_parameters_are_those_of_the_paper_to_the_digits_printed(answer: dict[str, Any]) -> None:
    assert f"{answer['r']:.3f} {answer['alpha']:.3f} {answer['a']:.3f} {answer['b']:.3f}" == "0.243 4.414 0.793 2.426"
    assert f"{answer['log_likelihood']:.1f}" == "-9582.4"


def test_nothing_is_wrong_with_the_fit(answer: dict[str, Any]) -> None:
    assert answer["converged"]
    assert not answer["degenerate"]
    assert not answer["forecast"]["warnings"]


def test_every_row_is_used_and_every_customer_counted(answer: dict[str, Any]) -> None:
    assert (answer["rows_read"], answer["rows_used"], answer["rows_put_aside"]) == (6919, 6919, 0)
    assert (answer["customers"], answer["repeat_customers"]) == (2357, 946)


def test_half_the_time_is_held_out_unless_told_otherwise(answer: dict[str, Any]) -> None:
    assert (answer["calibrate_until"], answer["horizon_days"]) == ("1997-09-30", 273)


def test_order_values_have_the_published_likelihood_and_mean(answer: dict[str, Any]) -> None:
    values = answer["gamma_gamma"]
    assert (values["p"], values["q"], values["v"]) == pytest.approx((6.2488, 3.7446, 15.4477), rel=5e-4)
    assert f"{values['log_likelihood']:.2f} {values['mean_value']:.2f}" == "-4055.92 35.17"
    assert values["customers"] == 946


def test_the_held_out_weeks_come_out_as_known(answer: dict[str, Any]) -> None:
    held_out = answer["held_out"]
    assert held_out["actual"] == 1882
    assert f"{held_out['forecast']:.1f} {held_out['correlation']:.4f}" == "1653.4 0.6256"


def test_the_model_beats_the_naive_rate(answer: dict[str, Any]) -> None:
    assert answer["held_out"]["beats_baseline"]
    assert "beats the naive rate" in answer["held_out"]["verdict"]
