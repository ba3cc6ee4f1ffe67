"""What the stream holds about a person: handed over on request, and taken out with them.

Events carry no person and no foreign key, only their visitor. Requests that are still to be worked off go first: an
event that is not read yet cannot be taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from dangol.core.behavior.stream.models import Event
from dangol.core.behavior.visitors.models import Visitor
from dangol.platform.objects.holders import Part, Subject

WHY = "what is held about a person"
TABLE = "behavior_visitor"
COLUMNS = ("at", "kind", "name", "path", "title", "referrer", "properties", "context")


def erase_events(subject: Subject) -> int:
    """Take out the events of a person's visitors; their visits and touches go with the visitors themselves."""
    ids = _visitors(subject)
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM behavior_event WHERE visitor_id = ANY(%s)", [ids])
        return int(cursor.rowcount)


def count_events(subject: Subject) -> int:
    """How many events would be taken out."""
    ids = _visitors(subject)
    return Event.objects.for_system(WHY).filter(visitor_id__in=ids).count() if ids else 0


def events_to_hand_over(subject: Subject) -> Iterable[Part]:
    """Every event of a person's visitors, for them to read."""
    ids = _visitors(subject)
    if ids:
        rows = Event.objects.for_system(WHY).filter(visitor_id__in=ids).order_by("at", "id")
        yield Part("events", rows=[_told(row) for row in rows.values_list(*COLUMNS).iterator()])


def _told(row: Sequence[Any]) -> dict[str, Any]:
    return {name: value.isoformat() if name == "at" else value for name, value in zip(COLUMNS, row, strict=True)}


def _visitors(subject: Subject) -> list[int]:
    known = subject.rows.get(TABLE)
    if known:
        return sorted(known)
    rows = Visitor.objects.for_system(WHY).filter(person_id=subject.person_id)
    return list(rows.values_list("pk", flat=True))
