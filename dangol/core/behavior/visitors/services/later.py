"""Names that nobody had when they were told, and whose person has come since; people whom an order makes known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from dangol.core.behavior.visitors.events import VisitorKnown
from dangol.core.behavior.visitors.services.resolving import WHY
from dangol.platform.access.actor import Actor
from dangol.platform.events.event import RowChange
from dangol.platform.events.stream import emit_bulk

_FIND = """
UPDATE behavior_visitor v SET person_id = p.id, how = 'sign_in', known_at = coalesce(v.proved_at, v.last_at)
FROM customers_person p
WHERE v.person_id IS NULL AND v.user_id <> '' AND p.customer_number = v.user_id AND p.deleted_at IS NULL
  AND NOT EXISTS (SELECT FROM behavior_cut c WHERE c.source_id = v.source_id AND c.anonymous_id = v.anonymous_id
                  AND c.user_id = v.user_id AND c.person_id = p.id AND c.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM behavior_visitor o WHERE o.source_id = v.source_id AND o.anonymous_id = v.anonymous_id
                  AND o.user_id = v.user_id AND o.person_id = p.id AND o.split = v.split)
RETURNING v.id, v.person_id
"""
_BY_ORDER = """
UPDATE behavior_visitor v SET person_id = n.person, how = 'order', known_at = n.at, proved_at = n.at
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS n (visitor, person, at)
WHERE v.id = n.visitor AND v.person_id IS NULL AND v.user_id = ''
  AND NOT EXISTS (SELECT FROM behavior_cut c WHERE c.source_id = v.source_id AND c.anonymous_id = v.anonymous_id
                  AND c.person_id = n.person AND c.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM behavior_visitor o WHERE o.source_id = v.source_id AND o.anonymous_id = v.anonymous_id
                  AND o.user_id = '' AND o.person_id = n.person AND o.split = v.split)
RETURNING v.id, v.person_id
"""


@transaction.atomic
def find_later() -> int:
    """Join visitors with believed names to people who came after them; returns how many. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND)
        return _told(cursor.fetchall(), "sign_in")


@transaction.atomic
def know_by_order(proofs: Mapping[int, tuple[int, datetime]]) -> int:
    """Join {visitor: (person, moment)} whose order a trusted source told of; nobody who is known or named already."""
    if not proofs:
        return 0
    rows = [(visitor, person, at) for visitor, (person, at) in sorted(proofs.items())]
    with connection.cursor() as cursor:
        cursor.execute(_BY_ORDER, [list(column) for column in zip(*rows, strict=True)])
        return _told(cursor.fetchall(), "order")


def _told(found: Sequence[tuple[int, int]], how: str) -> int:
    if found:
        rows = [RowChange("visitor", pk, {"person": None}, {"person": person}, person) for pk, person in found]
        emit_bulk(VisitorKnown(how=how), actor=Actor.system(WHY), rows=rows)
    return len(found)
