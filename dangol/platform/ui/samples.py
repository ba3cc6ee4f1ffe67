"""Made-up contents of the style page: enough of each part to look at, in both modes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

_TOP = [5, 5.4, 4.1, 5.4, 2.6, 5, 5.1, 5.6, 6.2, 6.1, 2.2, None]
_SEASONAL = [0, 3, 0, 2.6, 0, 3, 0, 3, 0, 2.6, 0, 3]
_LOST = [4, 1, 3, 1, 1, 1, 1, 1, None, None, None, None]
_CURVE = [[0, 0], [1, 27.4], [3, 39.8], [6, 50.2], [10, 59.3], [16, 68.7], [20, 73.4], [30, 82.2], [40, 88.3],
          [50, 92.7], [60, 95.8], [70, 97.9], [80, 99.2], [90, 99.8], [100, 100]]  # fmt: skip


def context() -> dict[str, Any]:
    """Everything that the style page draws."""
    now = datetime.now(UTC)
    return {
        "modes": ("light", "dark"),
        "rows": _rows(),
        "top": _TOP,
        "pareto": _pareto(),
        "flow": _flow(),
        "lines": _lines(),
        "cohorts": [
            ("Jan", 412, [0.46, 0.38, 0.33, 0.31]),
            ("Feb", 388, [0.46, 0.37, 0.32]),
            ("Mar", 455, [0.47, 0.39]),
        ],
        "now": now,
        "moments": [now, now - timedelta(hours=2), now - timedelta(days=34), now + timedelta(days=3)],
        "amount": Decimal("4280000"),
        "large": Decimal("3680000000"),
        "spark_now": [3, 4, 3.5, 5, 4.2, 6, 5.5, 7],
        "spark_then": [2, 2.4, 2.3, 2.8, 2.7, 3.1, 3, 3.4],
    }


def _rows() -> list[dict[str, Any]]:
    return [
        {"name": "이하윤", "kind": "person", "tier": 4, "tier_name": "Top", "months": _TOP, "value": Decimal("6105000"),
         "risk": "stay", "risk_name": "Will stay", "owner": "Marcus Webb", "picked": False},
        {"name": "Emma O'Hara", "kind": "person", "tier": 3, "tier_name": "Regular", "months": _SEASONAL,
         "value": Decimal("3914000"), "risk": "unclear", "risk_name": "Unclear", "owner": "Harin Lee", "picked": True},
        {"name": "나래 스튜디오", "kind": "firm", "tier": 1, "tier_name": "Casual", "months": _LOST,
         "value": Decimal("876300"), "risk": "leave", "risk_name": "Will leave", "owner": "", "picked": False},
    ]  # fmt: skip


def _pareto() -> dict[str, Any]:
    return {
        "x": "share of customers, best first",
        "curve": _CURVE,
        "tip": "The first {x} % bring {y} %",
        "top": {"at": [20, 73.4], "short": "Top 20 %", "label": "Top 20 % bring 73.4 %\n{s|2,486 people}"},
        "bottom": {"at": [70, 97.9], "short": "Bottom 30 %", "label": "Bottom 30 % bring 2.1 %\n{s|3,729 people}"},
    }  # fmt: skip


def _flow() -> dict[str, Any]:
    names = ("Top", "Middle", "Bottom")
    nodes = [
        {"name": f"{side}:{n}", "label": n, "side": "left" if side == "0" else "right"} for side in "01" for n in names
    ]
    links = [["0:Top", "1:Top", 2100, "stay"], ["0:Top", "1:Middle", 331, "down"], ["0:Middle", "1:Top", 386, "up"],
             ["0:Middle", "1:Middle", 3700, "stay"], ["0:Middle", "1:Bottom", 520, "down"],
             ["0:Bottom", "1:Bottom", 2900, "stay"], ["0:Bottom", "1:Middle", 410, "up"]]  # fmt: skip
    return {"nodes": nodes, "links": links}


def _lines() -> dict[str, Any]:
    return {
        "labels": ["Jul", "Aug", "Sep", "Oct", "Nov"],
        "money": "KRW",
        "series": [
            {"name": "This year", "values": [310e6, 330e6, 352e6, 340e6, 401e6]},
            {"name": "Last year", "values": [280e6, 290e6, 312e6, 322e6, 330e6], "quiet": True},
        ],
    }
