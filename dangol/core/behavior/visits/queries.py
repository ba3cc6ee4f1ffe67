from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from dangol.core.behavior.stream.models import Event
from dangol.core.behavior.visitors.models import Visitor
from dangol.core.behavior.visitors.queries import visitors_of
from dangol.core.behavior.visits.models import Visit
from dangol.platform.access.actor import Actor

MOST_STEPS, MOST_LISTED = 500, 50
SHOWN = ("page", "screen", "track")
WHY = "visits of visitors that were judged"


@dataclass(frozen=True)
class StepShown:
    """One event of a visit: a page, a screen or something done there."""

    at: datetime
    kind: str
    title: str
    path: str


def visits_of(actor: Actor, person: Any, *, before: datetime | None = None, limit: int = 30) -> list[Visit]:
    """The visits of a person that `actor` may see, newest first, before a moment. Two queries at most."""
    ids = [visitor.pk for visitor in visitors_of(actor, person)]
    return visits_by(ids, before=before, limit=limit) if ids else []


def visits_by(visitor_ids: Collection[int], *, before: datetime | None = None, limit: int = MOST_LISTED) -> list[Visit]:
    """The visits of visitors, who were judged already, newest first. One query."""
    rows = Visit.objects.for_system(WHY).filter(visitor_id__in=list(visitor_ids))
    if before is not None:
        rows = rows.filter(started_at__lt=before)
    return list(rows.order_by("-started_at", "-pk")[:limit])


def find_visit(actor: Actor, visit_id: int) -> tuple[Visit, Visitor] | None:
    """A visit and its visitor as `actor` may see them, None when there is none."""
    found = Visit.objects.visible_to(actor).filter(pk=visit_id).first() if 0 < visit_id < 2**63 else None
    if found is None:
        return None
    visitor = Visitor.objects.for_system("the visitor of a visit that was judged").get(pk=found.visitor_id)
    return found, visitor


def steps_of(visit: Visit) -> list[StepShown]:
    """The events of a visit in their order, at most 500. One query into one month or two."""
    rows = Event.objects.for_system("events of a visit that was judged").filter(
        visitor_id=visit.visitor_id, at__gte=visit.started_at, at__lte=visit.ended_at, kind__in=SHOWN
    )
    columns = rows.order_by("at", "id").values_list("at", "kind", "name", "title", "path")[:MOST_STEPS]
    return [
        StepShown(at, kind, (name if kind == "track" else title or name) or path, path)
        for at, kind, name, title, path in columns
    ]


def came_from(visit: Visit) -> str:
    """Where a visit came from, in a word: the campaign, the host of the referrer, or "" for straight here."""
    campaign = visit.campaign if isinstance(visit.campaign, dict) else {}
    if told := campaign.get("name") or campaign.get("source"):
        return str(told)
    host = urlsplit(visit.referrer).hostname or ""
    return "" if host == (urlsplit(visit.landing).hostname or "") else host.removeprefix("www.")


def place_of(address: str) -> str:
    """An address without its host and its questions, as people read it."""
    parts = urlsplit(address)
    return (parts.path or "/") if parts.scheme else address.split("?")[0]


def minutes_of(visit: Visit) -> int:
    """How long a visit was, in whole minutes."""
    return int((visit.ended_at - visit.started_at).total_seconds() // 60)


def spans(visits: Sequence[Visit]) -> list[tuple[int, int, datetime, datetime]]:
    """Number, visitor, start and end of each visit, for whoever looks up what happened in them."""
    return [(v.pk, v.visitor_id, v.started_at, v.ended_at) for v in visits]
