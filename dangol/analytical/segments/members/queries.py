"""Reading members: who they are, how many there were, and in which segments one person is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.queries import SAMPLE, Sampled, sampled
from dangol.analytical.segments.members.events import SegmentRefreshed
from dangol.analytical.segments.members.models import Membership
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.beside import has, once
from dangol.platform.objects.filter_values import FilterError
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import Asked

HISTORY = 60
MOST = 100


@dataclass(frozen=True)
class Told:
    """How many members a segment had after a refresh."""

    at: datetime
    members: int
    entered: int
    left: int


def member_ids(segment_id: int) -> Any:
    """The people who are members now, as a query of their ids for a set-based statement; nobody in the trash."""
    rows = Membership.objects.for_system("members of a segment, for a statement of the system")
    return rows.filter(segment_id=segment_id, left_at=None, person__deleted_at=None).order_by().values("person_id")


def members_of(actor: Actor, segment_id: int) -> Any:
    """The members whom `actor` may see."""
    rows: Any = Person.objects.visible_to(actor)
    return rows.filter(pk__in=member_ids(segment_id), deleted_at=None)


def seen_count(actor: Actor, segment: Segment) -> int | None:
    """How many of the members `actor` may see; None for whoever sees everybody, since that is the count itself."""
    if actor.scope("see", "person") == "all":
        return None
    return int(members_of(actor, segment.pk).count())


def sample(actor: Actor, segment_id: int, size: int = SAMPLE) -> list[Sampled]:
    """The most valuable members whom `actor` may see."""
    best = F("tier_row__value").desc(nulls_last=True)
    ids = members_of(actor, segment_id).order_by(best, "pk").values_list("pk", flat=True)[:size]
    return sampled(actor, list(ids))


def member_page(actor: Actor, segment_id: int, *, after: int = 0, limit: int = 100) -> list[tuple[int, str, datetime]]:
    """Members whom `actor` may see, by id: (id, name, entered at), those after an id."""
    people = Person.objects.visible_to(actor).filter(deleted_at=None)
    rows: Any = Membership.objects.for_system("members, of people judged within")
    rows = rows.filter(segment_id=segment_id, left_at=None, person_id__gt=after, person_id__in=people.values("pk"))
    entered = dict(rows.order_by("person_id").values_list("person_id", "entered_at")[:limit])
    title = object_type("person").title
    names = {p.pk: title(p) for p in Person.objects.visible_to(actor).filter(pk__in=list(entered))}
    return [(pk, names.get(pk, ""), at) for pk, at in entered.items()]


def counts_over_time(segment_id: int) -> list[Told]:
    """How many members there were after each refresh that moved somebody, oldest first; the last sixty."""
    rows = EventRecord.objects.filter(subject="segment", subject_id=segment_id, name=SegmentRefreshed.NAME)
    found = [
        Told(r.occurred_at, *(int(r.payload.get(name, 0)) for name in ("members", "entered", "left")))
        for r in rows.order_by("-occurred_at", "-id")[:HISTORY]
    ]
    return found[::-1]


def memberships_of(actor: Actor, person_id: int, *, is_open: bool | None = None) -> list[tuple[Membership, Segment]]:
    """The segments in which a person is or was, as far as `actor` may see both, the newest first. Two queries."""
    rows: Any = Membership.objects.visible_to(actor).filter(person_id=person_id)
    if is_open is not None:
        rows = rows.filter(left_at__isnull=is_open)
    found = list(rows.order_by("-entered_at", "-pk")[:MOST])
    seen = Segment.objects.visible_to(actor).filter(pk__in={m.segment_id for m in found}, deleted_at=None)
    segments = {s.pk: s for s in seen}
    return [(m, segments[m.segment_id]) for m in found if m.segment_id in segments]


def memberships_beside(actor: Actor, person: Any) -> list[tuple[Membership, Segment]]:
    """The newest memberships of a person in hand; panel and story share the answer."""
    if not has(person, "segments"):
        return []
    return once(person, ("segments", actor.user_id), lambda: memberships_of(actor, person.pk))


def open_memberships(actor: Actor, person: Any) -> list[tuple[Membership, Segment]]:
    """The segments in which a person in hand is now, the newest first."""
    found = memberships_beside(actor, person)
    if len(found) >= MOST:  # an old one may be open still
        return memberships_of(actor, person.pk, is_open=True)
    return [pair for pair in found if pair[0].left_at is None]


def moves_of(
    actor: Actor, person: Any, *, before: datetime | None, limit: int
) -> Sequence[tuple[datetime, bool, Membership, Segment]]:
    """When a person entered (True) and left (False) segments, the newest first, before a moment."""
    found = []
    for membership, segment in memberships_beside(actor, person):
        found.append((membership.entered_at, True, membership, segment))
        if membership.left_at:
            found.append((membership.left_at, False, membership, segment))
    found = [move for move in found if before is None or move[0] < before]
    return sorted(found, key=lambda move: move[0], reverse=True)[:limit]


def ids_in(asked: Asked) -> tuple[Any, bool]:
    """The members of any of some segments, and whether those or all others are asked for. Raises FilterError."""
    ids: tuple[int, ...] = asked.value
    known = Segment.objects.visible_to(asked.actor).filter(pk__in=ids, deleted_at=None).values_list("pk", flat=True)
    for missing in sorted(set(ids) - set(known)):
        sentence = _("There is no segment %(id)s, or you may not see it.") % {"id": missing}
        raise FilterError("segment", sentence)
    rows = Membership.objects.for_system("members of segments that were judged")
    return rows.filter(segment_id__in=ids, left_at=None).order_by().values("person_id"), asked.op != "is_not"


def entered_at(segment_ids: Sequence[int], person_id: int) -> datetime | None:
    """Since when a person is in one of some segments; None when in none."""
    rows = Membership.objects.for_system("whether one person, judged already, is in")
    rows = rows.filter(segment_id__in=segment_ids, person_id=person_id, left_at=None)
    return rows.order_by("entered_at").values_list("entered_at", flat=True).first()


def static_lists(actor: Actor, person_id: int) -> list[tuple[int, str, bool]]:
    """The static lists that `actor` may change: id, name, and whether the person is on it."""
    inside = Membership.objects.for_system("whether a person, judged already, is on a list")
    inside = inside.filter(segment_id=OuterRef("pk"), person_id=person_id, left_at=None)
    rows: Any = Segment.objects.visible_to(actor, "change")
    rows = rows.filter(Q(kind=Segment.Kind.STATIC), deleted_at=None).annotate(is_on=Exists(inside))
    return list(rows.order_by("name", "pk").values_list("pk", "name", "is_on")[:200])
