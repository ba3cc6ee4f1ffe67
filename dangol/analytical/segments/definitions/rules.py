"""Which segments a tree of rules leads to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangol.platform.objects.builder.drafts import conditions


def segments_in(tree: Any) -> set[int]:
    """The segments that a filter asks for."""
    found: set[int] = set()
    for condition in conditions(tree):
        if condition["field"] == "segment":
            value = condition.get("value")
            found |= {v for v in (value if isinstance(value, list) else [value]) if isinstance(v, int)}
    return found


def leads_back(segment_id: int, tree: Any, trees: Mapping[int, Any]) -> bool:
    """Whether a segment with these rules would ask for itself, through others or at once."""
    waiting, seen = segments_in(tree), set[int]()
    while waiting:
        following = waiting.pop()
        if following == segment_id:
            return True
        if following not in seen:
            seen.add(following)
            waiting |= segments_in(trees.get(following, {}))
    return False


def in_order(trees: Mapping[int, Any]) -> list[int]:
    """Segments so that each comes after those it asks for."""
    done: list[int] = []

    def visit(segment_id: int, above: frozenset[int]) -> None:
        if segment_id in done or segment_id not in trees or segment_id in above:
            return
        for other in sorted(segments_in(trees[segment_id])):
            visit(other, above | {segment_id})
        done.append(segment_id)

    for segment_id in sorted(trees):
        visit(segment_id, frozenset())
    return done
