"""Small shops with recipients and orders: in DuckDB, and the same worked out by plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa

from dangol.analytical.experiments.lift.estimators.moments import POWERS, column
from dangol.analytical.experiments.lift.tables.moments import PAIRS

ORDERS = pa.schema(
    [
        ("id", pa.int64()),
        ("person_id", pa.int64()),
        ("ordered_at", pa.timestamp("us", tz="UTC")),
        ("value", pa.decimal128(19, 4)),
        ("kind", pa.string()),
    ]
)
RECIPIENTS = pa.schema(
    [
        ("campaign_id", pa.int64()),
        ("person_id", pa.int64()),
        ("group", pa.string()),
        ("tier", pa.string()),
        ("decided_at", pa.timestamp("us", tz="UTC")),
    ]
)
WINDOWS = pa.schema([(name, pa.int64()) for name in ("campaign_id", "horizon_days", "pre_days")])


@dataclass(frozen=True)
class Bought:
    id: int
    person_id: int | None
    ordered_at: datetime
    value: Decimal | None
    kind: str = "order"


@dataclass(frozen=True)
class Chosen:
    campaign_id: int
    person_id: int
    group: str
    tier: str | None
    decided_at: datetime


@dataclass
class Shop:
    """`windows`: horizon and pre-days by campaign."""

    orders: list[Bought]
    recipients: list[Chosen]
    windows: dict[int, tuple[int, int]]
    zone: str = "UTC"
    backend: Any = field(init=False)

    def __post_init__(self) -> None:
        self.backend = ibis.duckdb.connect(threads=1)
        self.backend.raw_sql(f"SET TimeZone = '{self.zone}'")
        self.order = self._table("order", self.orders, ORDERS)
        self.recipient = self._table("recipient", self.recipients, RECIPIENTS)
        rows = [{"campaign_id": c, "horizon_days": h, "pre_days": b} for c, (h, b) in self.windows.items()]
        self.window = self.backend.create_table("window_", pa.Table.from_pylist(rows, WINDOWS))

    def _table(self, name: str, rows: list[Any], schema: pa.Schema) -> Any:
        plain = [{column: getattr(row, column) for column in schema.names} for row in rows]
        return self.backend.create_table(name, pa.Table.from_pylist(plain, schema))

    def outcomes(self, as_of: date) -> dict[tuple[int, int], dict[str, Any]]:
        """What plain Python says, by campaign and person."""
        zone, found = ZoneInfo(self.zone), {}
        for who in self.recipients:
            if who.campaign_id not in self.windows or who.decided_at.astimezone(zone).date() > as_of:
                continue
            horizon, before = (timedelta(days=days) for days in self.windows[who.campaign_id])
            known = [o for o in self.orders if o.person_id == who.person_id and o.value is not None]
            mine = [o for o in known if o.ordered_at.astimezone(zone).date() <= as_of]
            after = [o for o in mine if who.decided_at < o.ordered_at <= who.decided_at + horizon]
            earlier = [o for o in mine if who.decided_at - before <= o.ordered_at <= who.decided_at]
            orders = sum(o.kind == "order" for o in after)
            found[who.campaign_id, who.person_id] = {
                "group": who.group,
                "tier": who.tier or "",
                "ends_on": (who.decided_at + horizon).astimezone(zone).date(),
                "value": sum((o.value for o in after), Decimal(0)),
                "orders": orders,
                "bought": int(orders > 0),
                "pre_value": sum((o.value for o in earlier), Decimal(0)),
                "pre_orders": sum(o.kind == "order" for o in earlier),
            }
        return found

    def moments(self, as_of: date) -> dict[tuple[int, str, str], dict[str, Any]]:
        """What plain Python says of the sums, by campaign, tier and group, exact."""
        cells: dict[tuple[int, str, str], list[dict[str, Any]]] = {}
        for (campaign, _), row in self.outcomes(as_of).items():
            cells.setdefault((campaign, row["tier"], row["group"]), []).append(row)
        return {
            cell: {
                "n": len(rows),
                "ends_on": max(row["ends_on"] for row in rows),
                "buyers": sum(row["bought"] for row in rows),
                **{
                    column(y, x, a, b): sum(
                        (Fraction(row[y]) ** a * Fraction(row[x]) ** b for row in rows), Fraction(0)
                    )
                    for y, x in PAIRS
                    for a, b in POWERS
                    if a + b
                },
            }
            for cell, rows in cells.items()
        }
