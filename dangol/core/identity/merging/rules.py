"""Which of two values stays, and how lists that name both records become one and two again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SURVIVOR, LOSER = "survivor", "loser"


def is_blank(value: Any) -> bool:
    """Whether nothing is known."""
    return value is None or value == "" or value == []


def side_of(name: str, survivor: Any, loser: Any, chosen: Mapping[str, str]) -> str:
    """Which record's value stays: the chosen one; else the survivor's, or the other's where that is empty."""
    if name in chosen:
        return chosen[name]
    return LOSER if is_blank(survivor) and not is_blank(loser) else SURVIVOR


def with_another(list_: list[int], source: int, target: int) -> list[int]:
    """A list of numbers with `target` in the place of `source`, each number once."""
    return list(dict.fromkeys(target if number == source else number for number in list_))


def parted(now: list[int], before: list[int], source: int, target: int) -> list[int]:
    """A list from which `source` was merged into `target`, back as it was; what changed since stays.

    `before` is the list as it was. As nothing changed it is that very list; else `source` comes back beside, or in the
    place of, `target`, if that is still there.
    """
    if now == with_another(before, source, target):
        return list(before)
    if target not in now:
        return list(now)
    if target in before:
        return [*now, source]
    return [source if number == target else number for number in now]
