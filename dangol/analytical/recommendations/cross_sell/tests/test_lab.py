from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dangol.analytical.recommendations.cross_sell.lab.study import as_json, report, study
from dangol.platform.db.errors import CannotContinue
from tests.data import find


def test_a_small_file_is_read_and_what_cannot_be_used_is_counted(tmp_path: Path) -> None:
    rows = ["고객번호,상품코드,주문일,수량", "1,A,2026-01-01,1", "1,B,2026-02-01,1", ",A,2026-01-01,1", "2,A,soon,1",
            "2,A,2026-01-05,-1"]  # fmt: skip
    path = tmp_path / "lines.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    found = as_json(study(path, {}))
    assert (found["people"], found["products"], found["rows_read"]) == (1, 2, 5)
    assert found["rows_left_out"] == {"came back": 1, "no customer": 1, "no day that can be read": 1}
    assert report(study(path, {}))


def test_a_column_that_is_missing_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CannotContinue) as refused:
        study(path, {})
    assert "customer" in str(refused.value)


@pytest.mark.slow
def test_offers_beat_best_sellers_in_a_real_shop() -> None:
    """Online Retail (UCI 352, Daqing Chen, CC BY 4.0): learned up to 2011-09-10, tested on the 90 days after it."""
    found = as_json(study(find("online_retail/online_retail.csv.gz"), {"product": "StockCode"}))
    assert (found["people"], found["rows_left_out"]["no customer"]) == (4339, 135_080)
    shown = next(rate for rate in found["backtest"]["rates"] if rate["k"] == 3)
    assert found["backtest"]["cut_off"] == date(2011, 9, 10).isoformat()
    assert shown["rate"] == pytest.approx(0.244, abs=0.02)
    assert shown["best_rate"] == pytest.approx(0.139, abs=0.02)
    assert shown["low"] > 0.05
