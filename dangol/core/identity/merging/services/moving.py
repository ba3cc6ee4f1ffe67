"""Rows that point to one record made to point to another, with a journal by which they can go back.

A row that cannot go (the other record has such a row already) stays behind with the record that it belongs to, which
lies in the trash; so nothing is thrown away and nothing has to be made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, ProgrammingError, connection, transaction
from psycopg.errors import RaiseException

from dangol.core.identity.merging.rules import parted, with_another
from dangol.platform.objects.pointing import Pointer


@dataclass
class Moved:
    """What became of the rows of one pointer: the keys of those that went, and how many stayed behind.

    `lists` {key: list before} are those of a field that leads to several.
    """

    table: str
    column: str
    member: str
    keys: list[str] = field(default_factory=list)
    left: int = 0
    lists: dict[str, list[int]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return {"table": self.table, "column": self.column, "member": self.member, "keys": self.keys,
                "left": self.left, "lists": self.lists}  # fmt: skip


def move_all(pointer: Pointer, name: str, source: int, target: int) -> Moved:
    """Make every row of `source` point to `target`, in the caller's transaction."""
    moved = Moved(pointer.table, pointer.column, pointer.member)
    if pointer.how == "several":
        moved.lists = _replace_in_lists(pointer, name, source, target)
        moved.keys = list(moved.lists)
        return moved
    standing = _keys(pointer, name, source)
    moved.keys = _move(pointer, name, source, target, standing)
    moved.left = len(standing) - len(moved.keys)
    return moved


def move_back(pointer: Pointer, name: str, moved: Moved, source: int, target: int) -> int:
    """Make the rows that went from `source` to `target` point to `source` again, those that still point to `target`.

    Returns how many.
    """
    if pointer.how == "several":
        return _restore_lists(pointer, moved, source, target)
    standing = set(moved.keys)
    keys = [key for key in _keys(pointer, name, target) if key in standing]
    return len(_move(pointer, name, target, source, keys))


def _keys(pointer: Pointer, name: str, record_id: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{pointer.key}"::text FROM "{pointer.table}" WHERE {pointer.condition()} ORDER BY "{pointer.key}"',
            _given(name, record_id),
        )
        return [key for (key,) in cursor.fetchall()]


def _move(pointer: Pointer, name: str, source: int, target: int, keys: Sequence[str]) -> list[str]:
    """The keys that went, as they are called afterwards: all at once, and one by one where that is refused."""
    if not keys:
        return []
    try:
        return _at_once(pointer, name, source, target, keys)
    except IntegrityError:
        if len(keys) == 1:
            return []
    gone: list[str] = []
    for half in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
        gone += _move(pointer, name, source, target, half)
    return gone


def _at_once(pointer: Pointer, name: str, source: int, target: int, keys: Sequence[str]) -> list[str]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_update(pointer), {**_given(name, source), "to": target, "keys": list(keys)})
            return [key for (key,) in cursor.fetchall()]
    except ProgrammingError as error:
        if not isinstance(error.__cause__, RaiseException):
            raise
        # A table whose rows are kept for good: only the owner's own function may turn them over.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT identity_repoint(%s, %s, %s, %s, %s, %s)",
                [pointer.table, pointer.column, pointer.key, source, target, list(keys)],
            )
            return [key for (key,) in cursor.fetchall()]


def _update(pointer: Pointer) -> str:
    value = "%(to)s"
    if pointer.how == "one":
        member = f"'{{{pointer.member}}}'"
        kept = f"jsonb_typeof(\"{pointer.column}\" -> '{pointer.member}') = 'number'"
        as_json = f"CASE WHEN {kept} THEN to_jsonb(%(to)s::bigint) ELSE to_jsonb(%(to)s::text) END"
        value = f'jsonb_set("{pointer.column}", {member}, {as_json})'
    return (
        f'UPDATE "{pointer.table}" SET "{pointer.column}" = {value} WHERE {pointer.condition()}'
        f' AND "{pointer.key}"::text = ANY(%(keys)s) RETURNING "{pointer.key}"::text'
    )


def _replace_in_lists(pointer: Pointer, name: str, source: int, target: int) -> dict[str, list[int]]:
    found = _lists(pointer, pointer.condition(), _given(name, source))
    _write_lists(pointer, {key: with_another(numbers, source, target) for key, numbers in found.items()})
    return found


def _restore_lists(pointer: Pointer, moved: Moved, source: int, target: int) -> int:
    now = _lists(pointer, f'"{pointer.key}"::text = ANY(%(keys)s)', {"keys": list(moved.lists)})
    back = {key: parted(numbers, moved.lists[key], source, target) for key, numbers in now.items()}
    changed = {key: numbers for key, numbers in back.items() if numbers != now[key]}
    _write_lists(pointer, changed)
    return len(changed)


def _lists(pointer: Pointer, condition: str, given: dict[str, Any]) -> dict[str, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{pointer.key}"::text, "{pointer.column}" -> \'{pointer.member}\' FROM "{pointer.table}"'
            f' WHERE {condition} ORDER BY "{pointer.key}"', given,
        )  # fmt: skip
        return {key: json.loads(value) if isinstance(value, str) else value for key, value in cursor.fetchall()}


def _write_lists(pointer: Pointer, lists: dict[str, list[int]]) -> None:
    with connection.cursor() as cursor:
        for key, numbers in lists.items():
            cursor.execute(
                f'UPDATE "{pointer.table}" SET "{pointer.column}" = jsonb_set("{pointer.column}",'
                f" '{{{pointer.member}}}', %s::jsonb) WHERE \"{pointer.key}\"::text = %s",
                [json.dumps(numbers), key],
            )


def journal_of(rows: Iterable[dict[str, Any]]) -> list[Moved]:
    """The journal of a merge as it was written."""
    return [Moved(**row) for row in rows]


def _given(name: str, record_id: int) -> dict[str, Any]:
    return {"name": name, "id": record_id}
