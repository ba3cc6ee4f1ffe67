from __future__ import annotations

from typing import Any

from dangol.analytical.segments.definitions import rules

KIM = {"field": "name", "op": "is", "value": "Kim"}


def asks(*ids: int) -> Any:
    return {"not": {"field": "segment", "op": "is", "value": list(ids)}}


def test_a_segment_may_not_ask_for_itself_through_others() -> None:
    trees = {1: asks(2), 2: {"and": [KIM, asks(3)]}, 3: KIM}
    assert rules.leads_back(3, asks(1), trees)
    assert rules.leads_back(3, asks(3), trees)
    assert not rules.leads_back(4, asks(1), trees)


def test_segments_come_after_those_they_ask_for() -> None:
    assert rules.in_order({1: asks(2), 2: asks(3), 3: KIM, 4: asks(9)}) == [3, 2, 1, 4]
    assert sorted(rules.in_order({1: asks(2), 2: asks(1)})) == [1, 2]
