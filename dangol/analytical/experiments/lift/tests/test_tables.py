from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.analytical.experiments.lift.tables.moments import moments
from dangol.analytical.experiments.lift.tables.outcomes import outcomes
from dangol.analytical.experiments.lift.tests.shop import Bought, Chosen, Shop

AS_OF = date(2026, 3, 20)
START = datetime(2026, 1, 1, tzinfo=UTC)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

times = st.integers(0, 100 * 24).map(lambda hours: START + timedelta(hours=hours))
values = st.one_of(
    st.none(),
    st.integers(-400, 600).map(lambda n: Decimal(n).scaleb(-1)),
    st.sampled_from([Decimal("10.0001"), Decimal("123456789.99")]),
)
orders = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 5)), times, values, st.sampled_from(["order", "order", "cancellation"])
    ),
    max_size=40,
).map(lambda found: [Bought(n, *o) for n, o in enumerate(found, 1)])
recipients = st.lists(
    st.tuples(
        st.integers(1, 3), st.integers(1, 5), st.sampled_from(["treated", "control"]),
        st.sampled_from([None, "top", "bottom"]), times,
    ),
    max_size=15,
    unique_by=lambda row: row[:2],
).map(lambda found: [Chosen(*row) for row in found])  # fmt: skip
windows = st.dictionaries(st.integers(1, 3), st.tuples(st.integers(1, 40), st.integers(0, 60)))
zones = st.sampled_from(["UTC", "Asia/Seoul", "America/New_York"])


def rows(table: Any) -> list[dict[str, Any]]:
    return table.to_pyarrow().to_pylist()


@quick
@given(orders, recipients, windows, zones)
def test_outcomes_are_what_plain_python_says(
    orders: list[Bought], recipients: list[Chosen], windows: dict[int, tuple[int, int]], zone: str
) -> None:
    shop = Shop(orders, recipients, windows, zone)
    table = outcomes(shop.recipient, shop.order, shop.window, as_of=AS_OF)
    told = {(row["campaign_id"], row["person_id"]): row for row in rows(table.mutate(ends_on=table.ends_at.date()))}
    expected = shop.outcomes(AS_OF)
    assert told.keys() == expected.keys()
    for who, row in expected.items():
        assert {name: told[who][name] for name in row} == row


@quick
@given(orders, recipients, windows)
def test_moments_are_what_plain_python_says(
    orders: list[Bought], recipients: list[Chosen], windows: dict[int, tuple[int, int]]
) -> None:
    shop = Shop(orders, recipients, windows)
    found = rows(moments(outcomes(shop.recipient, shop.order, shop.window, as_of=AS_OF)))
    told = {(row.pop("campaign_id"), row.pop("tier"), row.pop("group")): row for row in found}
    expected = shop.moments(AS_OF)
    assert told.keys() == expected.keys()
    for cell, row in expected.items():
        assert told[cell].keys() == row.keys()
        for name, value in row.items():
            if name == "ends_on":
                assert told[cell][name] == value
            else:
                assert told[cell][name] == pytest.approx(float(value), rel=1e-9, abs=1e-6)


def test_the_moment_of_the_decision_belongs_to_before_and_the_last_one_of_the_horizon_to_after() -> None:
    at = datetime(2026, 2, 1, 10, tzinfo=UTC)
    moment = timedelta(microseconds=1)
    last = at + timedelta(days=14)
    moments = (at, 1), (at + moment, 20), (last, 300), (last + moment, 4000)
    found = [Bought(n, 1, when, Decimal(value)) for n, (when, value) in enumerate(moments)]
    shop = Shop(found, [Chosen(1, 1, "treated", "top", at)], {1: (14, 30)})
    [row] = rows(outcomes(shop.recipient, shop.order, shop.window, as_of=AS_OF))
    assert (row["pre_value"], row["value"], row["orders"]) == (Decimal(1), Decimal(320), 2)


def test_a_cancellation_takes_money_away_but_is_no_order() -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    found = [Bought(1, 1, at + timedelta(days=1), Decimal(-50), "cancellation")]
    shop = Shop(found, [Chosen(1, 1, "treated", None, at)], {1: (14, 30)})
    [row] = rows(outcomes(shop.recipient, shop.order, shop.window, as_of=AS_OF))
    assert (row["value"], row["orders"], row["bought"], row["tier"]) == (Decimal(-50), 0, 0, "")
