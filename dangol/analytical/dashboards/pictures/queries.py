"""What was counted last, read at once; and who may see how much of it.

The figures of the whole business need the right to see all of `insight`, `order` and `person`, and to see the fields
of which they are made: whoever lacks one of these sees none of them (`reach` answers "own" or "none"). Someone who may
see insight but only some customers sees sums over exactly those customers, counted when asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from dangol.analytical.dashboards.pictures.rules import Ground
from dangol.analytical.segments.tiers.rules import TierFlow, TierShare
from dangol.analytical.warehouse.marts.models import Figure
from dangol.analytical.warehouse.marts.rules import CohortMonth, MonthRevenue, ParetoPoint, RepeatRate, SpanTotals, read
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects.registry import sees_fields

T = TypeVar("T")
Reach = Literal["all", "own", "none"]
OBJECTS = ("insight", "order", "person")
FIELDS = {
    "order": ("amount", "value", "ordered_at", "person", "kind"),
    "person": (
        "value", "value_12m", "months", "tier", "rank", "purchase_days", "first_order_on", "last_order_on",
        "usual_gap_days", "expected_on", "is_slipping",
    ),
}  # fmt: skip
"""What the figures are made of, and what the lists behind them ask for."""


def reach(actor: Actor) -> Reach:
    """How much of the business `actor` may see in figures: all of it, own customers, or nothing."""
    if not all(sees_fields(actor, name, *fields) for name, fields in FIELDS.items()):
        return "none"
    scopes = [actor.scope("see", name) for name in OBJECTS]
    if "none" in scopes:
        return "none"
    return "all" if all(scope == "all" for scope in scopes) else "own"


def require_all(actor: Actor) -> None:
    """Raise Forbidden unless `actor` may see the figures of the whole business."""
    if reach(actor) != "all":
        raise Forbidden("see", "insight")


@dataclass(frozen=True)
class Counted:
    """The figures of the last analysis. `as_of` is the last day they count; None before the first one."""

    figures: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    as_of: date | None = None

    def rows(self, name: str, shape: type[T]) -> list[T]:
        """The rows of one figure; empty when it was not counted."""
        return [read(shape, row) for row in self.figures.get(name, [])]

    @cached_property
    def spans(self) -> list[SpanTotals]:
        return self.rows("span_totals", SpanTotals)

    @cached_property
    def ground(self) -> Ground | None:
        return next(iter(self.rows("ground", Ground)), None)

    @cached_property
    def months(self) -> list[MonthRevenue]:
        return self.rows("monthly_revenue", MonthRevenue)

    @cached_property
    def cohorts(self) -> list[CohortMonth]:
        return self.rows("cohorts", CohortMonth)

    @cached_property
    def repeats(self) -> list[RepeatRate]:
        return self.rows("repeat_rates", RepeatRate)

    @cached_property
    def curve(self) -> list[ParetoPoint]:
        return self.rows("pareto_curve", ParetoPoint)

    @cached_property
    def shares(self) -> list[TierShare]:
        return self.rows("tier_shares", TierShare)

    @cached_property
    def flow_months(self) -> set[date]:
        """The months at whose ends tiers are known."""
        found = {row[name] for row in self.figures.get("tier_flows", []) for name in ("from_month", "to_month")}
        return {date.fromisoformat(month) for month in found}

    def flows(self, since: date, until: date) -> list[TierFlow]:
        """The moves between the ends of two months."""
        ends = (since.isoformat(), until.isoformat())
        rows = self.figures.get("tier_flows", [])
        return [read(TierFlow, row) for row in rows if (row["from_month"], row["to_month"]) == ends]


NAMES = (
    "span_totals", "monthly_revenue", "cohorts", "repeat_rates", "pareto_curve", "tier_shares", "tier_flows",
    "span_details", "expected_totals", "ground",
)  # fmt: skip


def counted(actor: Actor, names: tuple[str, ...] = NAMES) -> Counted:
    """Read the figures called `names` in one query. Raises Forbidden without the right to all of the business."""
    require_all(actor)
    found = list(Figure.objects.filter(name__in=names))
    return Counted({f.name: f.rows for f in found}, max((f.as_of for f in found), default=None))


@dataclass(frozen=True)
class Scene:
    """Who looks at a picture, in which money and language, and where days begin and end for the business."""

    actor: Actor
    currency: str
    zone: ZoneInfo
    language: str
