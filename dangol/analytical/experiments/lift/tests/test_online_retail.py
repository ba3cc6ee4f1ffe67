"""A real shop with very skewed spend, split at random again and again: nothing was done, so nothing may be found.

Data: UCI Machine Learning Repository 352, Daqing Chen, CC BY 4.0. Customers with an order before the day; outcome: net
of cancellations in the 60 days after; covariate: net before it. A tenth is control, 3,000 splits, seed 1.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from dangol.analytical.experiments.lift.estimators.moments import POWERS, Moments
from dangol.analytical.experiments.lift.lab.candidates import CANDIDATES, Interval
from tests.data import find

SPLITS = 3_000
SPEND = """
SELECT coalesce(sum(money) FILTER (WHERE ordered >= $day AND ordered < $day + INTERVAL 60 DAY), 0)::DOUBLE AS after,
       coalesce(sum(money) FILTER (WHERE ordered < $day), 0)::DOUBLE AS before
FROM (SELECT CustomerID, Quantity * UnitPrice AS money, strptime(InvoiceDate, '%m/%d/%Y %H:%M') AS ordered
      FROM read_csv($file))
WHERE CustomerID IS NOT NULL GROUP BY CustomerID HAVING min(ordered) < $day
"""


def intervals(day: str) -> dict[str, Interval]:
    file = find("online_retail/online_retail.csv.gz")
    with duckdb.connect(config={"threads": 1}) as db:
        sql = SPEND.replace("$day", f"TIMESTAMP '{day}'").replace("$file", f"'{file}'")
        found = {name: np.asarray(values) for name, values in db.sql(sql).fetchnumpy().items()}
    # The order of a GROUP BY is no order.
    place = np.lexsort((found["before"], found["after"]))
    after, before = found["after"][place], found["before"][place]
    rng = np.random.default_rng(1)
    is_control = np.zeros((SPLITS, after.size))
    drawn = rng.permuted(np.tile(np.arange(after.size), (SPLITS, 1)), axis=1)[:, : after.size // 10]
    np.put_along_axis(is_control, drawn, 1.0, axis=1)
    powers = {(a, b): after**a * before**b for a, b in POWERS}
    control = Moments({power: is_control @ values for power, values in powers.items()})
    treated = Moments({power: values.sum() - control.sums[power] for power, values in powers.items()})
    names = ("lift", "unadjusted", "welch", "hall")
    return {name: CANDIDATES[name](rng, treated, control) for name in names}


def holds_nothing(interval: Interval) -> float:
    return float(np.mean((interval.low <= 0) & (interval.high >= 0)))


def width(interval: Interval) -> float:
    return float(np.mean(interval.high - interval.low))


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2011-08-31", "2011-06-30"])
def test_splits_of_a_real_shop_show_nothing_where_nothing_was_done(day: str) -> None:
    found = intervals(day)
    assert 0.93 <= holds_nothing(found["lift"]) <= 0.97
    assert holds_nothing(found["welch"]) < 0.88
    assert holds_nothing(found["hall"]) < 0.93


@pytest.mark.slow
def test_what_a_real_shops_customers_spent_before_halves_the_customers_needed() -> None:
    found = intervals("2011-08-31")
    assert (width(found["lift"]) / width(found["unadjusted"])) ** 2 < 0.5
