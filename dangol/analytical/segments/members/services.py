"""Writing members: by a segment's rules, in set-based SQL, and by hand on static lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.queries import people_found, trees
from dangol.analytical.segments.definitions.rules import in_order
from dangol.analytical.segments.definitions.services import SEGMENTS
from dangol.analytical.segments.members.events import SegmentRefreshed
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit
from dangol.platform.objects.filter_values import FilterError
from dangol.platform.objects.types import Clock
from dangol.platform.objects.writing import NotFound

MOST_BY_HAND = 10_000


@dataclass(frozen=True)
class Refreshed:
    """How many people entered and left, and how many members there are now."""

    entered: int
    left: int
    members: int


@transaction.atomic
def refresh(*, actor: Actor, segment_id: int, clock: Clock | None = None) -> Refreshed:
    """Ask a segment's rules again and write who entered and who left; of a static list only the count.

    The rules are asked as the system, of all customers. Who sees a segment may refresh it. Raises NotFound,
    FilterError.
    """
    segment = Segment.objects.visible_to(actor).select_for_update().filter(pk=segment_id, deleted_at=None).first()
    if segment is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    if segment.kind == Segment.Kind.STATIC:
        return _finish(actor, segment, 0, 0)
    system = Actor.system(f"members of segment {segment_id}")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE segment_found (id bigint PRIMARY KEY) ON COMMIT DROP")
        try:
            sql, params = people_found(segment.filter, actor=system, clock=clock).query.sql_with_params()
            cursor.execute(f"INSERT INTO segment_found {sql}", params)
        except EmptyResultSet:
            pass
        cursor.execute("ANALYZE segment_found")
        found = _move(cursor, actor, segment)
        cursor.execute("DROP TABLE segment_found")
    return found


def refresh_all(*, actor: Actor, clock: Clock | None = None) -> dict[int, str]:
    """Refresh every segment that goes by rules, each after those it asks for. Returns what went wrong, by segment."""
    wrong: dict[int, str] = {}
    for segment_id in in_order(trees()):
        try:
            refresh(actor=actor, segment_id=segment_id, clock=clock)
        except (FilterError, DatabaseError, NotFound) as error:  # one broken segment keeps no other from its members
            wrong[segment_id] = str(error)
    return wrong


@transaction.atomic
def add_people(*, actor: Actor, segment_id: int, person_ids: Sequence[int]) -> Refreshed:
    """Put people on a static list. Raises NotFound, Forbidden, ValidationError (unseen people, no static list)."""
    segment = _static(actor, segment_id)
    if len(person_ids) > MOST_BY_HAND:
        raise ValidationError({"people": _("At most 10,000 people at once.")})
    seen = Person.objects.visible_to(actor).filter(pk__in=list(person_ids), deleted_at=None)
    known = list(seen.values_list("pk", flat=True))
    if len(known) < len(set(person_ids)):
        raise ValidationError({"people": _("Some of these people do not exist, or you may not see them.")})
    return _by_hand(actor, segment, "SELECT unnest(%s::bigint[]) UNION SELECT person_id FROM"
                    " segments_membership WHERE segment_id = %s AND left_at IS NULL", [known, segment.pk])  # fmt: skip


@transaction.atomic
def add_found(*, actor: Actor, segment_id: int, tree: Any) -> Refreshed:
    """Put everybody whom a filter finds now, of those `actor` may see, on a static list."""
    segment = _static(actor, segment_id)
    try:
        sql, params = people_found(tree, actor=actor).query.sql_with_params()
    except EmptyResultSet:
        return _finish(actor, segment, 0, 0)
    return _by_hand(actor, segment, f"{sql} UNION SELECT person_id FROM segments_membership"
                    " WHERE segment_id = %s AND left_at IS NULL", [*params, segment.pk])  # fmt: skip


@transaction.atomic
def remove_people(*, actor: Actor, segment_id: int, person_ids: Sequence[int]) -> Refreshed:
    """Take people off a static list; that they were on it stays known. Raises NotFound, Forbidden, ValidationError."""
    segment = _static(actor, segment_id)
    return _by_hand(actor, segment, "SELECT person_id FROM segments_membership WHERE segment_id = %s"
                    " AND left_at IS NULL AND NOT person_id = ANY(%s)", [segment.pk, list(person_ids)])  # fmt: skip


def _static(actor: Actor, segment_id: int) -> Segment:
    segment: Segment = SEGMENTS.locked(actor, segment_id, "change")
    if segment.kind != Segment.Kind.STATIC:
        raise ValidationError({"people": _("The members of this segment follow from its rules.")})
    return segment


def _by_hand(actor: Actor, segment: Segment, wanted: str, params: list[Any]) -> Refreshed:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE segment_found (id bigint PRIMARY KEY) ON COMMIT DROP")
        cursor.execute(f"INSERT INTO segment_found {wanted}", params)
        found = _move(cursor, actor, segment)
        cursor.execute("DROP TABLE segment_found")
    return found


def _move(cursor: Any, actor: Actor, segment: Segment) -> Refreshed:
    """Make the open memberships those of `segment_found`; whoever entered or left stands in `segment_moved`."""
    now = timezone.now()
    cursor.execute("CREATE TEMP TABLE segment_moved (id bigint, person_id bigint, has_entered boolean) ON COMMIT DROP")
    cursor.execute(_ENTER, [segment.pk, now, segment.pk])
    entered = cursor.rowcount
    cursor.execute(_LEAVE, [now, segment.pk])
    left = cursor.rowcount
    found = _finish(actor, segment, entered, left)
    cursor.execute("DROP TABLE segment_moved")
    return found


_ENTER = """
WITH entered AS (
  INSERT INTO segments_membership (segment_id, person_id, entered_at) SELECT %s, found.id, %s FROM segment_found found
  WHERE NOT EXISTS (SELECT 1 FROM segments_membership kept
    WHERE kept.segment_id = %s AND kept.person_id = found.id AND kept.left_at IS NULL)
  RETURNING id, person_id)
INSERT INTO segment_moved SELECT id, person_id, true FROM entered"""
_LEAVE = """
WITH gone AS (
  UPDATE segments_membership kept SET left_at = %s WHERE kept.segment_id = %s AND kept.left_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM segment_found found WHERE found.id = kept.person_id)
  RETURNING id, person_id)
INSERT INTO segment_moved SELECT id, person_id, false FROM gone"""
_TELL = """
INSERT INTO event_change (event_id, subject, subject_id, about_id, before, after)
SELECT %s, 'membership', id, person_id,
  CASE WHEN NOT has_entered THEN jsonb_build_object('segment', %s::bigint) END,
  CASE WHEN has_entered THEN jsonb_build_object('segment', %s::bigint) END FROM segment_moved"""


def _finish(actor: Actor, segment: Segment, entered: int, left: int) -> Refreshed:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM segments_membership WHERE segment_id = %s AND left_at IS NULL", [segment.pk]
        )
        members = int(cursor.fetchone()[0])
        segment.member_count, segment.refreshed_at = members, timezone.now()
        segment.save(update_fields=["member_count", "refreshed_at"])
        if entered or left:
            told = SegmentRefreshed(subject_id=segment.pk, entered=entered, left=left, members=members)
            event = emit(told, actor=actor)
            cursor.execute(_TELL, [event.id, segment.pk, segment.pk])
    return Refreshed(entered, left, members)
