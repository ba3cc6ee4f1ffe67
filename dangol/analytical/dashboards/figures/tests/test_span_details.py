from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest

from dangol.analytical.dashboards.figures.rules import Part
from dangol.analytical.dashboards.figures.services import span_details
from dangol.analytical.warehouse.marts.tables.sales import purchases, sales

SCHEMA = pa.schema(
    [
        ("person_id", pa.int64()),
        ("ordered_at", pa.timestamp("us", tz="UTC")),
        ("value", pa.decimal128(19, 4)),
        ("kind", pa.string()),
        ("id", pa.int64()),
    ]
)


def orders(*rows: tuple[int | None, str, str]) -> list[dict[str, Any]]:
    return [
        {
            "person_id": p,
            "ordered_at": datetime.fromisoformat(at).replace(tzinfo=UTC),
            "value": Decimal(value),
            "kind": "order",
            "id": i,
        }
        for i, (p, at, value) in enumerate(rows)
    ]


def counted(rows: list[dict[str, Any]], *parts: Part, zone: str = "UTC") -> list[dict[str, Any]]:
    backend = ibis.duckdb.connect()
    backend.raw_sql(f"SET TimeZone = '{zone}'")
    order = backend.create_table("orders", pa.Table.from_pylist(rows, schema=SCHEMA))
    sold = sales(order, order.select(id=order.person_id).distinct(), as_of=date(2026, 4, 30))
    return backend.to_pyarrow(span_details(sold, purchases(sold), parts)).to_pylist()


def march(part: int = 0) -> Part:
    return Part("30d", False, part, date(2026, 3, 1), date(2026, 3, 31))


def test_revenue_counts_unknown_buyers_and_cancellations_and_known_revenue_only_customers() -> None:
    rows = orders((1, "2026-03-02", "100"), (1, "2026-03-05", "-30"), (None, "2026-03-06", "7"), (1, "2026-04-01", "9"))
    (found,) = counted(rows, march())
    assert (found["revenue"], found["known_revenue"], found["customers"]) == (Decimal(77), Decimal(70), 1)


def test_a_regular_is_one_from_the_fourth_day_of_purchase_on() -> None:
    rows = orders(*((1, f"2026-0{m}-01", "10") for m in (1, 2)), (1, "2026-03-01", "10"), (1, "2026-03-09", "10"))
    (found,) = counted(rows, march())
    assert (found["regular_revenue"], found["regulars"]) == (Decimal(10), 1)


def test_two_orders_of_one_day_are_one_purchase_and_a_day_cancelled_in_whole_is_none() -> None:
    rows = orders(
        (1, "2026-03-01T09:00", "10"), (1, "2026-03-01T18:00", "10"),
        (1, "2026-03-04", "10"), (1, "2026-03-04", "-10"), (1, "2026-03-11", "5"),
    )  # fmt: skip
    (found,) = counted(rows, march())
    assert found["gap_days"] == 10


def test_a_day_begins_where_the_business_is() -> None:
    rows = orders((1, "2026-02-28T16:00", "10"))
    assert counted(rows, march())[0]["revenue"] == 0
    assert counted(rows, march(), zone="Asia/Seoul")[0]["revenue"] == 10


def test_a_part_without_orders_is_counted_as_nothing() -> None:
    rows = orders((1, "2026-03-02", "10"))
    later = Part("30d", False, 2, date(2026, 3, 16), date(2026, 3, 31))
    whole, part = counted(rows, march(), later)
    assert whole["customers"] == 1
    assert (part["revenue"], part["customers"], part["gap_days"]) == (0, 0, None)


@pytest.mark.parametrize("parts", [(march(1), march(2))])
def test_parts_come_in_their_order(parts: tuple[Part, ...]) -> None:
    assert [r["part"] for r in counted(orders((1, "2026-03-02", "10")), *parts)] == [1, 2]
