"""Values that were made others: what every write asks, and how one value takes the place of another.

Which they are, `pick_lists` says; until it does, there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Merged = Mapping[str, Mapping[str, str]]
_tell: list[Callable[[str], Merged]] = []


def keep_merged(tell: Callable[[str], Merged]) -> None:
    """Let `tell(object name)` say {field: {value: what it is now}}."""
    _tell[:] = [tell]


def merged_values(object_name: str) -> Merged:
    """{field: {value: what it is now}} of the values that were made others."""
    return _tell[0](object_name) if _tell else {}


def now_called(merged: Mapping[str, str], value: Any) -> Any:
    """A value that is about to be written, as it is called now; several at once in a list or between commas."""
    if isinstance(value, list | tuple):
        return list(dict.fromkeys(now_called(merged, one) for one in value))
    if not isinstance(value, str):
        return value
    found = value.strip()
    for _step in range(len(merged)):
        if found not in merged:
            break
        found = merged[found]
    if found == value.strip() and "," in value and any(part.strip() in merged for part in value.split(",")):
        return ",".join(dict.fromkeys(now_called(merged, part) for part in value.split(",")))
    return found if found != value.strip() else value


def replaced(value: Any, old: str, new: str) -> Any:
    """What stands in a record, with one value made another; of several each once, in their order."""
    if isinstance(value, list):
        return list(dict.fromkeys(new if one == old else one for one in value)) or None
    return new if value == old else value
