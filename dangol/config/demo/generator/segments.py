"""The segments that stand ready: those to which the campaigns went, and a few worth looking at."""

from __future__ import annotations

from typing import Any, NamedTuple

from dangol.config.demo.generator.words import Words


class Rule(NamedTuple):
    """A segment; those of campaigns are named by their letter."""

    key: str
    filter: dict[str, Any]
    name: Words = Words("", "")


def _all(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"and": list(conditions)}


def _is(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": "is", "value": value}


def _bought(times: int, days: int) -> dict[str, Any]:
    return {"field": "purchases", "op": "at_least", "value": {"times": times, "days": days}}


PRIVATE = {"field": "company", "op": "is_empty"}
FOR_A_FIRM = {"field": "company", "op": "is_not_empty"}

RULES = (
    Rule("news", _all(_bought(1, 365), PRIVATE)),
    Rule("daily", _all(_bought(2, 90), PRIVATE)),
    Rule("workshop", _all(_bought(1, 60), FOR_A_FIRM)),
    Rule("season", _all(_bought(2, 180), PRIVATE)),
    Rule("draft", _is("is_slipping", True)),
    Rule("best", _is("tier", "top"), Words("Our best fifth", "상위 20% 단골")),
    Rule(
        "risen",
        _all(_is("tier", "top"), {"field": "previous_tier", "op": "is_not", "value": "top"}),
        Words("Risen to the top this month", "이번 달에 올라온 단골"),
    ),
)
