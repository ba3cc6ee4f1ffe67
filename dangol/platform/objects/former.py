"""Records that went up in another one: their old addresses lead on, and their stories belong to the one that stayed.

Events keep the number that a record had when they were told, so whoever reads a story asks for all numbers of a record.
A higher floor, which merges, registers where this is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Merges:
    """Where it is written which records went up in which.

    `into(object_name, record_id)` returns the number of the record that it is now, None for one that stands by itself.
    `former(object_name, record_id)` returns the numbers of all that went up in it. `former_sql` selects the same as one
    column `old_id`, by the parameters `%(name)s` and `%(id)s`. `sentences(object_name, record_ids)` says of those
    records that are not taken out of the trash why they are not.
    """

    into: Callable[[str, int], int | None]
    former: Callable[[str, int], tuple[int, ...]]
    former_sql: str
    sentences: Callable[[str, Sequence[int]], Mapping[int, str]]


class WentUp(Exception):
    """The record that was asked for went up in the record `now`."""

    def __init__(self, now: int) -> None:
        self.now = now
        super().__init__(now)


Rebuild = Callable[[Sequence[int]], None]
_merges: list[Merges] = []
_rebuilds: dict[tuple[str, str], Rebuild] = {}


def register_merges(merges: Merges) -> None:
    """Say where it is written which records went up in which."""
    _merges[:] = [merges]


def now_called(object_name: str, record_id: int) -> int | None:
    """The record that this one went up in, None for one that stands by itself. One query."""
    return _merges[0].into(object_name, record_id) if _merges else None


def numbers_of(object_name: str, record_id: int) -> tuple[int, ...]:
    """The number of a record, and those of all that went up in it. One query."""
    return (record_id, *(_merges[0].former(object_name, record_id) if _merges else ()))


def former_sql() -> str:
    """The numbers of all that went up in the record `%(id)s` of the object `%(name)s`, as a SELECT of `old_id`."""
    return _merges[0].former_sql if _merges else "SELECT NULL::bigint AS old_id WHERE false"


def why_not_restored(object_name: str, record_ids: Sequence[int]) -> Mapping[int, str]:
    """Which records are not taken out of the trash by themselves, since they went up in others, and why. One query."""
    return _merges[0].sentences(object_name, record_ids) if _merges else {}


def register_rebuild(object_name: str, name: str, run: Rebuild) -> None:
    """Let `run(record ids)` work out anew what is derived from the rows of records, after rows went from one to the
    other: in the same transaction, after a merge and after its undoing. Raises ValueError when the name is taken."""
    if (object_name, name) in _rebuilds:
        raise ValueError(f"{name} of {object_name} is rebuilt already.")
    _rebuilds[object_name, name] = run


def rebuild(object_name: str, record_ids: Sequence[int]) -> None:
    """Work out anew what registered itself for these records."""
    for (name, _what), run in sorted(_rebuilds.items(), key=lambda item: item[0]):
        if name == object_name:
            run(record_ids)
