from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.analytical.warehouse.marts.tables.customers import customer_value
from dangol.analytical.warehouse.marts.tables.returns import (
    REPEAT_DAYS,
    cohorts,
    gap_bands,
    gap_figures,
    gaps,
    repeat_rates,
)
from dangol.analytical.warehouse.marts.tables.revenue import (
    daily_revenue,
    monthly_revenue,
    pareto_curve,
    share_of_best,
    span_totals,
)
from dangol.analytical.warehouse.marts.tables.sales import purchases, sales
from dangol.analytical.warehouse.marts.tests.oracle import Bought, Oracle, month

AS_OF = date(2026, 3, 20)
ZONES = ("Asia/Seoul", "UTC", "America/New_York")
SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("person_id", pa.int64()),
        ("ordered_at", pa.timestamp("us", tz="UTC")),
        ("value", pa.decimal128(19, 4)),
        ("kind", pa.string()),
    ]
)


class Shop:
    """A DuckDB with the orders given, and the marts' two first tables."""

    def __init__(self, orders: list[Bought], people: set[int], zone: str, as_of: date = AS_OF) -> None:
        self.backend = ibis.duckdb.connect(threads=1)
        self.backend.raw_sql(f"SET TimeZone = '{zone}'")
        rows = [{name: getattr(o, name) for name in SCHEMA.names} for o in orders]
        order = self.backend.create_table("order", pa.Table.from_pylist(rows, SCHEMA))
        person = self.backend.create_table("person", pa.table({"id": pa.array(sorted(people), pa.int64())}))
        self.sales = self.backend.create_table("sales", sales(order, person, as_of=as_of))
        self.purchases = self.backend.create_table("purchases", purchases(self.sales))


def rows(table: Any) -> list[dict[str, Any]]:
    return table.to_pyarrow().to_pylist()


moments = st.integers(0, 500 * 24 * 4).map(lambda q: datetime(2024, 12, 1, tzinfo=UTC) + timedelta(minutes=15 * q))
values = st.one_of(
    st.none(),
    st.integers(-40, 60).map(lambda n: Decimal(n).scaleb(-1)),
    st.sampled_from([Decimal("10.0001"), Decimal(5)]),
)
orders = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 6)), moments, values, st.sampled_from(["order", "order", "cancellation"])
    ),
    max_size=60,
).map(lambda found: [Bought(n, *o) for n, o in enumerate(found, 1)])
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(orders, st.sets(st.integers(1, 6)), st.sampled_from(ZONES), st.sampled_from([1, 6, 24]))
def test_customers_are_worth_what_plain_python_says(
    found: list[Bought], people: set[int], zone: str, window: int
) -> None:
    shop, oracle = Shop(found, people, zone), Oracle(found, people, zone, AS_OF)
    table = customer_value(shop.sales, shop.purchases, as_of=AS_OF, window_months=window)
    made = shop.backend.create_table("customer_value", table)
    told = {row["person_id"]: row for row in rows(made)}
    expected = oracle.customers(window)
    assert told.keys() == expected.keys()
    for person, row in expected.items():
        mean = told[person].pop("mean_day_value"), row.pop("mean_day_value")
        assert told[person] == row
        assert mean[0] == (None if mean[1] is None else pytest.approx(mean[1]))
    curve = [(r["customers"], r["value"]) for r in rows(pareto_curve(made))]
    assert curve == [(pytest.approx(float(c)), pytest.approx(float(v))) for c, v in oracle.curve(window)]


@quick
@given(orders, st.sets(st.integers(1, 6)), st.sampled_from(ZONES))
def test_revenue_is_what_plain_python_says(found: list[Bought], people: set[int], zone: str) -> None:
    shop, oracle = Shop(found, people, zone), Oracle(found, people, zone, AS_OF)
    told = {row.pop("month"): row for row in rows(monthly_revenue(shop.sales, shop.purchases))}
    assert told == oracle.revenue(month)
    for row in told.values():
        assert row["revenue"] == row["new_revenue"] + row["returning_revenue"] + row["unknown_revenue"]
    by_day = {row.pop("day"): row for row in rows(daily_revenue(shop.sales, shop.purchases))}
    expected = oracle.revenue(lambda day: day)
    assert by_day == {day: {name: row[name] for name in by_day[day]} for day, row in expected.items()}
    for first, last in ((date(2025, 6, 1), date(2025, 12, 31)), (date(2026, 2, 19), AS_OF)):
        assert rows(span_totals(shop.sales, shop.purchases, first_on=first, last_on=last)) == [oracle.span(first, last)]


@quick
@given(orders, st.sets(st.integers(1, 6)), st.sampled_from(ZONES))
def test_returns_are_what_plain_python_says(found: list[Bought], people: set[int], zone: str) -> None:
    shop, oracle = Shop(found, people, zone), Oracle(found, people, zone, AS_OF)
    told = {
        (row["cohort"], row["months_since"]): (row["size"], row["customers"])
        for row in rows(cohorts(shop.purchases)) if row["customers"]
    }  # fmt: skip
    assert told == oracle.cohorts()
    rates = {
        row["days"]: (row["customers"], row["repeated"]) for row in rows(repeat_rates(shop.purchases, as_of=AS_OF))
    }
    assert rates == {days: oracle.repeat(days) for days in (0, *REPEAT_DAYS)}
    between = gaps(shop.purchases)
    assert sorted(row["gap_days"] for row in rows(between)) == oracle.gaps()
    assert sum(row["gaps"] for row in rows(gap_bands(between))) == len(oracle.gaps())
    assert rows(gap_figures(between))[0]["gaps"] == len(oracle.gaps())


def order(number: int, person: int | None, at: str, value: str, kind: str = "order") -> Bought:
    return Bought(number, person, datetime.fromisoformat(at), Decimal(value), kind)


def test_a_day_begins_where_the_workspace_is() -> None:
    late = [order(1, 1, "2026-01-31T14:59:00+00:00", "5"), order(2, 1, "2026-01-31T15:00:00+00:00", "7")]
    seoul, london = Shop(late, {1}, "Asia/Seoul"), Shop(late, {1}, "UTC")
    assert [r["day"] for r in rows(seoul.purchases.order_by("day"))] == [date(2026, 1, 31), date(2026, 2, 1)]
    assert [r["day_value"] for r in rows(london.purchases)] == [Decimal(12)]


def test_a_day_that_only_cancels_is_no_purchase_and_same_day_orders_are_one() -> None:
    found = [
        order(1, 1, "2026-01-05T10:00:00+00:00", "10"), order(2, 1, "2026-01-05T12:00:00+00:00", "3"),
        order(3, 1, "2026-01-09T10:00:00+00:00", "-4", "cancellation"),
        order(4, 1, "2026-01-12T10:00:00+00:00", "6"), order(5, 1, "2026-01-12T11:00:00+00:00", "-6", "cancellation"),
    ]  # fmt: skip
    shop = Shop(found, {1}, "UTC")
    assert [(r["day"], r["day_value"]) for r in rows(shop.purchases)] == [(date(2026, 1, 5), Decimal(13))]
    customer = rows(customer_value(shop.sales, shop.purchases, as_of=AS_OF, window_months=24))[0]
    assert (customer["value"], customer["order_count"], customer["frequency"]) == (Decimal(9), 3, 0)


def test_what_the_best_bring_counts_halves_up_and_may_leave_cancellations_out() -> None:
    found = [order(n, n, "2026-01-05T10:00:00+00:00", str(10 * n)) for n in range(1, 8)]
    found.append(order(8, 8, "2026-01-05T10:00:00+00:00", "-28", "cancellation"))
    shop = Shop(found, set(range(1, 9)), "UTC")
    customers = shop.backend.create_table(
        "c", customer_value(shop.sales, shop.purchases, as_of=AS_OF, window_months=24)
    )
    net = rows(share_of_best(customers, percent=20, value="value_in_window"))[0]["share"]
    ordered = rows(share_of_best(customers, percent=20, value="ordered_in_window"))[0]["share"]
    assert net == pytest.approx((70 + 60) / (280 - 28))
    assert ordered == pytest.approx(70 / 280)
