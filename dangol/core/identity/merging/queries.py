"""Which records went up in which, and what a merge would move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dangol.core.identity.merging.models import MERGED, Merge
from dangol.platform.access.actor import Actor
from dangol.platform.objects.pointing import Pointer, pointers_to
from dangol.platform.objects.registry import object_type

WHY = "which records went up in which"
FORMER_SQL = """
WITH RECURSIVE gone AS (
  SELECT loser_id AS old_id FROM identity_merge
  WHERE object_name = %(name)s AND survivor_id = %(id)s AND undone_at IS NULL
  UNION SELECT m.loser_id FROM identity_merge m JOIN gone ON m.survivor_id = gone.old_id
  WHERE m.object_name = %(name)s AND m.undone_at IS NULL)
SELECT old_id FROM gone"""
INTO_SQL = """
WITH RECURSIVE way AS (
  SELECT survivor_id, 1 AS step FROM identity_merge
  WHERE object_name = %(name)s AND loser_id = %(id)s AND undone_at IS NULL
  UNION SELECT m.survivor_id, way.step + 1 FROM identity_merge m JOIN way ON m.loser_id = way.survivor_id
  WHERE m.object_name = %(name)s AND m.undone_at IS NULL)
SELECT survivor_id FROM way ORDER BY step DESC LIMIT 1"""


def into(object_name: str, record_id: int) -> int | None:
    """The record in which this one went up, at the end of the way; None for one that stands by itself."""
    if object_name not in MERGED:
        return None
    found = _numbers(INTO_SQL, object_name, record_id)
    return found[0] if found else None


def former(object_name: str, record_id: int) -> tuple[int, ...]:
    """The numbers of all records that went up in this one."""
    return tuple(_numbers(FORMER_SQL, object_name, record_id)) if object_name in MERGED else ()


def sentences(object_name: str, record_ids: Sequence[int]) -> dict[int, str]:
    """Which of these records went up in others, and why they are not taken out of the trash by themselves."""
    if object_name not in MERGED:
        return {}
    rows = Merge.objects.for_system(WHY).filter(object_name=object_name, loser_id__in=record_ids, undone_at=None)
    told = _("This record was merged with another one. Part the two on the page of the one that stayed.")
    return dict.fromkeys(rows.values_list("loser_id", flat=True), told)


def open_merges(actor: Actor, object_name: str, record_id: int) -> Sequence[Merge]:
    """The merges by which others went up in a record, newest first."""
    rows = Merge.objects.visible_to(actor).filter(object_name=object_name, survivor_id=record_id, undone_at=None)
    return list(rows.order_by("-merged_at", "-pk"))


@dataclass(frozen=True)
class Gone:
    """A record that went up in another: how it was called, and by which merge."""

    merge: Merge
    title: str


def gone_up_in(actor: Actor, object_name: str, record_id: int) -> list[Gone]:
    """Who went up in a record, as far as `actor` may see the records that they were."""
    merges = open_merges(actor, object_name, record_id)
    if not merges:
        return []
    declared = object_type(object_name)
    rows: Any = declared.model.objects.visible_to(actor).filter(pk__in=[m.loser_id for m in merges])
    titles = {row.pk: declared.title(row) for row in rows}
    return [Gone(m, titles.get(m.loser_id, "")) for m in merges]


def _numbers(sql: str, object_name: str, record_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"name": object_name, "id": record_id})
        return [number for (number,) in cursor.fetchall()]


def waiting(object_name: str) -> list[int]:
    """The records that went up in others and to which rows lead all the same: what came since, or what had to stay."""
    found: set[int] = set()
    for pointer in movable(object_type(object_name).model):
        if pointer.how != "link" or pointer.is_key:
            continue
        found.update(_numbers(
            "SELECT DISTINCT m.loser_id FROM identity_merge m WHERE m.object_name = %(name)s AND m.undone_at IS NULL"
            f' AND EXISTS (SELECT FROM "{pointer.table}" t WHERE t."{pointer.column}" = m.loser_id)', object_name, 0,
        ))  # fmt: skip
    return sorted(found)


def what_moves(object_name: str, loser_id: int) -> list[tuple[Pointer, int]]:
    """What would go over with a record: each way in which rows lead to it, with how many do."""
    counted = [(p, count(p, object_name, loser_id)) for p in movable(object_type(object_name).model)]
    return [(pointer, number) for pointer, number in counted if number]


OWN = "identity_"
"""Tables of this room begin so; they name both records and stay as they are."""


def movable(model: Any) -> list[Pointer]:
    """Everything that points to records of `model` and goes over when two become one."""
    return [p for p in pointers_to(model) if not p.table.startswith(OWN)]


def count(pointer: Pointer, name: str, record_id: int) -> int:
    """How many rows point to a record."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM "{pointer.table}" WHERE {pointer.condition()}', {"name": name, "id": record_id}
        )
        return int(cursor.fetchone()[0])
