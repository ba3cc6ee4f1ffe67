from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from dangol.analytical.dashboards.pictures.queries import Counted, Scene
from dangol.analytical.dashboards.revenue.queries import months
from dangol.platform.access.actor import Actor

SCENE = Scene(Actor.system("test"), "GBP", ZoneInfo("Europe/London"), "en")


def month(on: str, revenue: str, new: str, returning: str, unknown: str) -> dict[str, object]:
    return {
        "month": on, "revenue": revenue, "orders": 9, "customers": 5, "new_customers": 2, "returning_customers": 3,
        "new_revenue": new, "returning_revenue": returning, "unknown_revenue": unknown,
    }  # fmt: skip


def counted(*rows: dict[str, object], as_of: date = date(2011, 12, 9)) -> Counted:
    return Counted({"monthly_revenue": list(rows)}, as_of)


def test_the_finding_speaks_of_the_last_whole_month_and_of_all_its_revenue() -> None:
    found = months(
        counted(month("2011-11-01", "100", "10", "60", "30"), month("2011-12-01", "40", "0", "40", "0")), SCENE
    )
    assert found.facts["month"].month == date(2011, 11, 1)
    assert found.facts["returning_share"] == Decimal("0.6")


def test_the_month_still_running_is_marked() -> None:
    found = months(counted(month("2011-12-01", "40", "0", "40", "0")), SCENE)
    assert found.facts["month"] is None
    assert found.chart is not None
    assert found.chart["labels"] == ["Dec 2011 so far"]


def test_unknown_buyers_are_drawn_only_where_there_are_any() -> None:
    for unknown, series in (("0", 2), ("5", 3)):
        chart = months(counted(month("2011-11-01", "100", "10", "60", unknown)), SCENE).chart
        assert chart is not None
        assert len(chart["series"]) == series


def test_without_months_there_is_nothing_to_draw() -> None:
    assert months(counted(), SCENE).is_empty
