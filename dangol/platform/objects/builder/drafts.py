"""A filter as a tree that people edit part by part. Pure: no Django, no database.

A draft is a filter whose top is always a group; a condition in it may still lack its value. The builder's form sends it
as flat names: `g.join`, `g-0.field`, `g-0.op`, `g-0.v.…`, where `g-0` is the first part of the group `g`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

JOINS = ("all", "any", "none", "not_all")
MAX_DEPTH, MAX_PARTS = 6, 100
Tree = Mapping[str, Any]
Sent = Mapping[str, list[str]]
ReadLeaf = Callable[[str, str, Sent], dict[str, Any]]
_PLACE = re.compile(r"g(-\d{1,3}){0,8}")


class Unreadable(ValueError):
    """A form that no builder sent."""


def group(join: str, parts: list[Any]) -> dict[str, Any]:
    """The filter of a group of the builder: all, any, none or not all of its parts."""
    inside = {"and" if join in ("all", "not_all") else "or": parts}
    return {"not": inside} if join in ("none", "not_all") else inside


def opened(tree: Tree) -> tuple[str, list[Any]] | None:
    """How a group of the builder is joined, and its parts; None for a condition. A "not" is a group of its own."""
    if "field" in tree:
        return None
    ((join, inside),) = tree.items() if len(tree) == 1 else (("and", []),)
    if join == "not":
        if set(inside) in ({"and"}, {"or"}):
            ((within, parts),) = inside.items()
            return ("not_all" if within == "and" else "none"), list(parts)
        return "none", [inside]
    return ("all" if join == "and" else "any"), list(inside)


def draft_of(tree: Tree) -> dict[str, Any]:
    """A filter as a draft: a condition alone gets a group around it, groups within a relation stand around it."""
    if not tree:
        return {"and": []}
    found = spread(tree)
    return found if opened(found) is not None else {"and": [found]}


def spread(tree: Tree) -> dict[str, Any]:
    """The same filter, each condition through relations asking one thing only.

    A relation leads to one record at most, so "where A and B" is "where A, and where B", and the same with "or". A
    "not" stays where it is: "where not A" asks for a record, "not where A" does not.
    """
    if "field" not in tree:
        return {
            join: [spread(part) if isinstance(part, Mapping) else part for part in inside]
            if isinstance(inside, list)
            else spread(inside) if isinstance(inside, Mapping) else inside
            for join, inside in tree.items()
        }  # fmt: skip
    inside = tree.get("value")
    if tree.get("op") != "where" or not isinstance(inside, Mapping):
        return dict(tree)
    inner = spread(inside)
    for join in ("and", "or"):
        if set(inner) == {join} and isinstance(inner[join], list) and inner[join]:
            return {join: [spread({**tree, "value": part}) for part in inner[join]]}
    return {**tree, "value": inner}


def plain(draft: Tree) -> dict[str, Any]:
    """The filter of a draft: a group of one loses its brackets, an empty one is no filter."""
    join, parts = opened(draft) or ("all", [draft])
    if join in ("all", "any") and len(parts) == 1:
        return plain(parts[0]) if "field" not in parts[0] else dict(parts[0])
    if not parts and join == "all":
        return {}
    return group(join, parts)


def read_form(sent: Sent, read_leaf: ReadLeaf) -> dict[str, Any]:
    """The draft that a form sent; `read_leaf(field, op, values)` makes the JSON of one condition. Raises Unreadable."""
    places = {name.partition(".")[0] for name in sent if _PLACE.fullmatch(name.partition(".")[0])}
    if len(places) > 2 * MAX_PARTS:
        raise Unreadable
    return _read(sent, sorted(places, key=_order), "g", read_leaf)


def _order(place: str) -> list[int]:
    return [int(n) for n in place.split("-")[1:]]


def _read(sent: Sent, places: list[str], place: str, read_leaf: ReadLeaf) -> dict[str, Any]:
    if f"{place}.join" in sent or place == "g":
        depth = place.count("-") + 1
        inside = [p for p in places if p.startswith(f"{place}-") and p.count("-") == depth]
        join = (sent.get(f"{place}.join") or ["all"])[0]
        return group(join if join in JOINS else "all", [_read(sent, places, p, read_leaf) for p in inside])
    head = f"{place}.v."
    values = {name[len(head) :]: found for name, found in sent.items() if name.startswith(head)}
    field, op = ((sent.get(f"{place}.{name}") or [""])[0] for name in ("field", "op"))
    return read_leaf(field, op, values)


def acted(draft: Tree, act: str, new_leaf: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """The draft after one act: `add:<group>:<field>`, `group:<group>` or `remove:<part>`. Others change nothing."""
    verb, _colon, rest = act.partition(":")
    place, _colon, field = rest.partition(":")
    if not _PLACE.fullmatch(place):
        return dict(draft)
    path = _order(place)
    if verb == "remove" and path:
        return _changed(draft, path[:-1], lambda parts: [p for n, p in enumerate(parts) if n != path[-1]])
    if verb == "add" and field:
        return _changed(draft, path, lambda parts: [*parts, new_leaf(field)])
    if verb == "group" and len(path) < MAX_DEPTH - 1:
        return _changed(draft, path, lambda parts: [*parts, {"or": []}])
    return dict(draft)


def _changed(draft: Tree, path: list[int], change: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    found = opened(draft)
    if found is None:
        return dict(draft)
    join, parts = found
    if not path:
        return group(join, change(parts))
    if path[0] < len(parts):
        parts[path[0]] = _changed(parts[path[0]], path[1:], change)
    return group(join, parts)


def conditions(tree: Any) -> Iterator[Tree]:
    """Every condition of a filter, those about related records left out."""
    if not isinstance(tree, Mapping):
        return
    if "field" in tree:
        yield tree
        return
    for inside in tree.values():
        for part in inside if isinstance(inside, list) else [inside]:
            yield from conditions(part)
