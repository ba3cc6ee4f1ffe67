from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dangol.core.behavior.stream.models import Event, EventAside, EventName, EventProperty, StreamPolicy, Tally
from dangol.platform.access.actor import Actor

LATEST = 5_000
"""Among how many of the newest events those of one source are looked for: the table has no index by source."""
COUNTED = ("kept", "repeated", "late", "blocked", "aside", "declined", "refused")
TYPES = {
    "text": _("text"), "number": _("number"), "yes_no": _("yes or no"), "list": _("list"), "object": _("object")
}  # fmt: skip
_WAITING = "SELECT count(*), coalesce(sum(events), 0), min(received_at) FROM behavior_inbox"
_PARTITIONS = """
SELECT c.relname, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'behavior_event'::regclass ORDER BY 1 DESC
"""


@dataclass(frozen=True)
class Waiting:
    """What is accepted and not worked off yet: requests, events, and since when the oldest waits."""

    requests: int
    events: int
    oldest_at: datetime | None

    @property
    def seconds(self) -> float:
        """How long the oldest waits."""
        return max(0.0, (timezone.now() - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


@dataclass(frozen=True)
class Month:
    """A month of events: as `2026_11`, rows as the planner guesses them, bytes with indexes."""

    name: str
    rows: int
    bytes: int

    @property
    def shown(self) -> str:
        """The month as people write it."""
        return self.name.replace("_", "-")


def waiting() -> Waiting:
    """How far the work-off is behind. One pass over what waits, which is requests, not events."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        requests, events, oldest_at = cursor.fetchone()
    return Waiting(int(requests), int(events), oldest_at)


def months() -> list[Month]:
    """The months for which there are partitions, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        return [Month(name.removeprefix("behavior_event_"), rows, size) for name, rows, size in cursor.fetchall()]


def policy() -> StreamPolicy:
    """How long events are kept."""
    return StreamPolicy.objects.filter(pk=1).first() or StreamPolicy(pk=1)


def names_of(actor: Actor, source_id: int) -> list[Any]:
    """Names of a source's events with their properties: strange ones first, then by how often they came."""
    rows = EventName.objects.visible_to(actor).filter(source_id=source_id)
    found: list[Any] = list(rows.order_by("-count", "id")[:500])
    by_name: dict[int, list[Any]] = {name.pk: [] for name in found}
    properties = EventProperty.objects.visible_to(actor).filter(event_name_id__in=list(by_name))
    one: Any
    for one in properties.order_by("-count", "name"):
        one.told = ", ".join(str(TYPES.get(kind, kind)) for kind in one.types)
        by_name[one.event_name_id].append(one)
    for name in found:
        name.properties = by_name[name.pk]
        name.strange = [one for one in name.properties if one.flag]
        name.is_strange = bool(name.flag or name.strange)
    return sorted(found, key=lambda name: not name.is_strange)


def tallies_of(actor: Actor, source_id: int, days: int = 14) -> list[dict[str, Any]]:
    """What became of a source's events on each of the last days, the newest first."""
    today = timezone.now().date()
    rows = Tally.objects.visible_to(actor).filter(source_id=source_id, on_day__gt=today - timedelta(days=days))
    by_day: dict[Any, dict[str, Any]] = {}
    for row in rows.order_by("-on_day"):
        day = by_day.setdefault(row.on_day, {"on_day": row.on_day, **dict.fromkeys(COUNTED, 0)})
        for name in COUNTED:
            day[name] += getattr(row, name)
    return list(by_day.values())


def today_by_source(actor: Actor) -> dict[int, int]:
    """How many events of each source were kept today."""
    rows = Tally.objects.visible_to(actor).filter(on_day=timezone.now().date(), at_door=False)
    return dict(rows.values_list("source_id", "kept"))


def strange_by_source(actor: Actor) -> dict[int, int]:
    """How many names of each source are strange, or have strange properties."""
    found: dict[int, set[int]] = {}
    for source_id, pk in EventName.objects.visible_to(actor).exclude(flag="").values_list("source_id", "pk"):
        found.setdefault(source_id, set()).add(pk)
    rows = EventProperty.objects.visible_to(actor).exclude(flag="").values_list("event_name__source_id", "event_name")
    for source_id, pk in rows:
        found.setdefault(source_id, set()).add(pk)
    return {source_id: len(names) for source_id, names in found.items()}


def latest_of(actor: Actor, source_id: int, most: int = 20) -> list[Any]:
    """The newest events of a source, if there are any among the newest of all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM behavior_event_id_seq")
        last = int(cursor.fetchone()[0])
    since = timezone.now() - timedelta(days=40)
    rows = Event.objects.visible_to(actor).filter(source_id=source_id, pk__gt=last - LATEST, at__gt=since)
    return list(rows.order_by("-pk")[:most])


def asides_of(actor: Actor, source_id: int, most: int = 10) -> list[Any]:
    """What was put aside of a source's events, the newest first."""
    return list(EventAside.objects.visible_to(actor).filter(source_id=source_id).order_by("-pk")[:most])
