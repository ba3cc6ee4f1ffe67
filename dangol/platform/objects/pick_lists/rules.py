"""Values that are made others: in a value, in a filter, in a formula; and which values may be the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dangol.platform.objects.added.merged import replaced

Relation = Callable[[str, str], str]


@dataclass(frozen=True)
class Target:
    """One value of one field, and the value that it becomes."""

    object_name: str
    field: str
    old: str
    new: str


def in_tree(tree: Any, object_name: str, target: Target, leads_to: Relation) -> Any:
    """A filter of `object_name` with the value made another wherever a condition names it, through relations too.

    `leads_to(object, field)` is the object to which a relation leads, "" for none.
    """
    if not isinstance(tree, Mapping):
        return tree
    if "field" in tree:
        return _in_leaf(tree, object_name, target, leads_to)
    return {
        join: [in_tree(part, object_name, target, leads_to) for part in inside]
        if isinstance(inside, list)
        else in_tree(inside, object_name, target, leads_to)
        for join, inside in tree.items()
    }


def _in_leaf(tree: Mapping[str, Any], object_name: str, target: Target, leads_to: Relation) -> Any:
    name, value = str(tree["field"]), tree.get("value")
    other = leads_to(object_name, name) if tree.get("op") == "where" else ""
    if other:
        return {**tree, "value": in_tree(value, other, target, leads_to)}
    if (object_name, name) != (target.object_name, target.field) or tree.get("op", "is") not in ("is", "is_not", "in"):
        return dict(tree)
    if isinstance(value, list):
        return {**tree, "value": replaced(value, target.old, target.new)}
    return {**tree, "value": target.new} if value == target.old else dict(tree)


_TEXT = r"(?P<{0}>\"[^\"]*\"|'[^']*')"
_COMPARED = re.compile(
    rf"(?P<name>\b[A-Za-z_]\w*)\s*(?:=|<>|!=)\s*{_TEXT.format('right')}"
    rf"|{_TEXT.format('left')}\s*(?:=|<>|!=)\s*(?P<other>[A-Za-z_]\w*\b)|{_TEXT.format('alone')}"
)
"""A name compared with a text, either way round; texts that stand alone are passed over whole."""


def in_formula(formula: str, target: Target) -> str:
    """A formula with the value made another where the field is compared with it."""

    def put(found: re.Match[str]) -> str:
        side = "right" if found["name"] else "left" if found["other"] else ""
        if not side or (found["name"] or found["other"]) != target.field or found[side][1:-1] != target.old:
            return found[0]
        quote = "'" if '"' in target.new else '"'
        return found[0].replace(found[side], f"{quote}{target.new}{quote}")

    return _COMPARED.sub(put, formula)


def alike(values: Mapping[str, int], most: int = 12) -> list[tuple[str, str]]:
    """Pairs of values that may be the same, (rarer, more frequent): written alike but for case, blanks and signs, or
    one letter apart. `values` {value: how often}."""
    by_look: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for value in sorted(values, key=lambda v: (-values[v], v)):
        look = re.sub(r"[\W_]+", "", value).casefold()
        near = by_look.get(look) or next((by_look[n] for n in _near(look) if n in by_look), "")
        if near:
            found.append((value, near))
        elif look:
            by_look[look] = value
        if len(found) == most:
            break
    return found


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _near(look: str) -> list[str]:
    """Looks with one letter left out, added, changed or two swapped; only of Latin words long enough."""
    if not (4 <= len(look) <= 24 and look.isascii() and look.isalpha()):
        return []
    parts = [(look[:i], look[i:]) for i in range(len(look) + 1)]
    return [
        *(a + b[1:] for a, b in parts if b),
        *(a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1),
        *(a + c + b[1:] for a, b in parts if b for c in _LETTERS),
        *(a + c + b for a, b in parts for c in _LETTERS),
    ]
