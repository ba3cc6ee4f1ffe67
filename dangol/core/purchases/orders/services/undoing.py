"""Taking an import back: the lines of orders that it changed, and what it finds again in the trash next time.

New orders, people and products go to the trash, with their lines: nothing is lost, and the undo can be undone. When
the mended file is taken in, what an undo had put there comes back and is brought to what the file says.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import ngettext

from dangol.core.purchases.orders.models import Line
from dangol.core.purchases.orders.services.matching import (
    LINE_COLUMNS,
    LINES,
    ORDERS,
    PEOPLE,
    PRODUCTS,
)
from dangol.core.purchases.orders.services.statements import fetch, fetch_one, run
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.trash import put_there_by_undo
from dangol.platform.objects.dependents import created_by
from dangol.platform.objects.writing import Parts

Lines = Mapping[int, list[Any]]
_STAGED = (("order", ORDERS, "staged_order", "order_id", "r.person_id"),
           ("person", PEOPLE, "staged_person", "person_id", "r.id"),
           ("product", PRODUCTS, "staged_product", "product_id", "NULL::bigint"))  # fmt: skip


def lines_standing(sides: Mapping[int, tuple[Any, Any]]) -> set[int]:
    """The orders of which every line that a change wrote still stands so, and none stands where one was taken away."""
    texts = ", ".join(f"{name}::text" for name in LINE_COLUMNS)
    rows = fetch(
        f"SELECT order_id, jsonb_build_array(position, {texts}) FROM {LINES} WHERE order_id = ANY(%s)", [list(sides)]
    )
    now: dict[int, dict[int, list[Any]]] = {pk: {} for pk in sides}
    for pk, text in rows:
        line = json.loads(text)
        now[pk][line[0]] = line
    return {pk for pk, (before, after) in sides.items() if _stand(now[pk], _by_place(before), _by_place(after))}


def _stand(now: Lines, before: Lines, after: Lines) -> bool:
    return all(now.get(place) == line for place, line in after.items()) and not (now.keys() & before.keys() - after)


def put_lines_back(sides: Mapping[int, tuple[Any, Any]]) -> None:
    """Set the lines of orders to what they were: those that a change added go, those it changed or took come back."""
    gone = [
        (pk, place) for pk, (before, after) in sides.items() for place in _by_place(after).keys() - _by_place(before)
    ]
    run(
        f"DELETE FROM {LINES} l USING unnest(%s::bigint[], %s::int[]) AS g(order_id, position)"
        " WHERE l.order_id = g.order_id AND l.position = g.position",
        [[pk for pk, _place in gone], [place for _pk, place in gone]],
    )
    back = [(pk, *line) for pk, (before, _after) in sides.items() for line in before or []]
    columns: list[Any] = [Line._meta.get_field(name) for name in LINE_COLUMNS]
    casts = ", ".join(f"b.{c.column}::{c.db_type(connection)}" for c in columns)
    names = ", ".join(c.column for c in columns)
    sets = ", ".join(f"{c.column} = excluded.{c.column}" for c in columns)
    run(
        f"INSERT INTO {LINES} (order_id, position, {names}) SELECT b.order_id, b.position, {casts}"
        f" FROM unnest(%s::bigint[], %s::int[]{', %s::text[]' * len(columns)}) AS b(order_id, position, {names})"
        f" ON CONFLICT (order_id, position) DO UPDATE SET {sets}",
        [list(values) for values in zip(*back, strict=True)] or [[]] * (len(columns) + 2),
    )


def _by_place(lines: Any) -> dict[int, list[Any]]:
    return {line[0]: line for line in lines or []}


ORDER_LINES = Parts("lines", lines_standing, put_lines_back)


def products_held(ids: Collection[int], but: Collection[UUID]) -> set[int]:
    """Those products that stand on a line of an order not in the trash, those apart that the events `but` brought."""
    lines = Line.objects.for_system("what hangs on a product that may go")
    lines = lines.filter(product_id__in=list(ids), order__deleted_at=None)
    if but:
        lines = lines.exclude(order_id__in=created_by("order", but))
    return set(lines.order_by().values_list("product_id", flat=True).distinct())


def lines_of_product(actor: Actor, product_id: int) -> int:
    """How many lines of orders that `actor` may see name a product."""
    return Line.objects.visible_to(actor).filter(product_id=product_id).count()


def bring_back() -> None:
    """Take out of the trash what the file names and an undo had put there; `staged_back` keeps what it was."""
    run("CREATE TEMP TABLE staged_back (subject text, subject_id int8, about_id int8, deleted_at timestamptz)")
    for subject, table, staged, key, about in _STAGED:
        run(
            f"INSERT INTO staged_back SELECT '{subject}', r.id, {about}, r.deleted_at FROM {table} r"
            f" WHERE r.id IN (SELECT {key} FROM {staged} WHERE NOT is_new) AND {put_there_by_undo('r', subject)}"
        )
        run(
            f"UPDATE {table} r SET deleted_at = NULL FROM staged_back b"
            f" WHERE b.subject = '{subject}' AND b.subject_id = r.id"
        )


def tell_back(event_id: UUID) -> None:
    """Write beside the event of an import what came out of the trash."""
    run(
        "INSERT INTO event_change (event_id, subject, subject_id, about_id, before, after)"
        " SELECT %s, subject, subject_id, about_id, jsonb_build_object('deleted_at', deleted_at),"
        " jsonb_build_object('deleted_at', NULL) FROM staged_back",
        [event_id],
    )


def about_back() -> list[str]:
    """What to know of records that came back."""
    (count,) = fetch_one("SELECT count(*) FROM staged_back")
    text = ngettext(
        "%(count)d record that an undo had put in the trash is back.",
        "%(count)d records that an undo had put in the trash are back.", count,
    )  # fmt: skip
    return [text % {"count": count}] if count else []
