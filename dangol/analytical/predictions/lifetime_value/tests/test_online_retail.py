"""A real shop, on which BG/NBD degenerates, and says so.

Data: UCI Machine Learning Repository 352, Daqing Chen, CC BY 4.0.
"""

from typing import Any

import pytest

from dangol.analytical.predictions.lifetime_value.lab.answers import as_json
from dangol.analytical.predictions.lifetime_value.lab.study import Wishes, study
from tests.data import find


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    import datetime as dt

    file = find("online_retail/online_retail.csv.gz")
    return as_json(study(file, Wishes(calibrate_until=dt.date(2011, 8, 31), horizon_days=100)))


def test_the_columns_are_guessed(answer: dict[str, Any]) -> None:
    assert answer["columns"] == {"customer": "CustomerID", "date": "InvoiceDate", "amount": "Quantity x UnitPrice"}


def test_lines_without_a_customer_are_put_aside_and_counted(answer: dict[str, Any]) -> None:
    assert (answer["rows_read"], answer["rows_put_aside"]) == (541_909, 135_080)
    assert answer["reasons"]["no_customer"]["rows"] == 135_080
    assert answer["rows_used"] + answer["rows_put_aside"] == answer["rows_read"]


def test_cancellations_are_set_off_and_told(answer: dict[str, Any]) -> None:
    assert answer["negative_rows"] == 8_905
    assert answer["days_without_purchase"] > 2_000
    assert answer["amount_without_purchase"] < 0


def test_the_fit_is_said_to_be_degenerate(answer: dict[str, Any]) -> None:
    assert answer["degenerate"]
    assert answer["a"] < 1e-3
    assert any("nobody ever leaves" in warning for warning in answer["warnings"])


def test_the_forecast_is_said_to_be_too_low_in_season(answer: dict[str, Any]) -> None:
    assert answer["customers"] == pytest.approx(3_312, abs=5)
    assert answer["held_out"]["revenue_bias"] == pytest.approx(-0.41, abs=0.03)
    assert answer["held_out"]["revenue_rank_correlation"] == pytest.approx(0.520, abs=0.005)
    assert answer["held_out"]["revenue_naive_rank_correlation"] == pytest.approx(0.479, abs=0.005)
    assert {"orders_too_low", "revenue_too_low"} <= set(answer["warning_codes"])
