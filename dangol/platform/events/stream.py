"""Writing events and telling those who asked to hear of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require_own_eyes
from dangol.platform.events.event import ADDRESS, Event, RowChange, plain
from dangol.platform.events.models import Delivery, EventChange, EventRecord
from dangol.platform.jobs.tasks import task

Subscriber = Callable[[EventRecord], None]
Wanted = Callable[[str], bool]
_SUBSCRIBERS: dict[str, dict[str, Subscriber]] = defaultdict(dict)
_WANTED: dict[str, Wanted] = {}
EVERY = "*"
"""In place of an event's name: all of them."""


def subscribe(event_name: str, *, name: str, wanted: Wanted | None = None) -> Callable[[Subscriber], Subscriber]:
    """Decorate a function of `subscribers.py`: it is called once, in a job, for each event called `event_name`.

    `name` names the subscriber for good (`warehouse.refresh`); its effect and the note that it was delivered commit
    together. `EVERY` listens to all events; then `wanted(name)` says, as one is written, whether it is worth a job.
    Raises ValueError when the name is taken.
    """

    def register(function: Subscriber) -> Subscriber:
        if name in _SUBSCRIBERS[event_name]:
            raise ValueError(f"{name} listens to {event_name} already.")
        _SUBSCRIBERS[event_name][name] = function
        if wanted is not None:
            _WANTED[name] = wanted
        return function

    return register


def emit(event: Event, *, actor: Actor, undoes: UUID | None = None, part_of: UUID | None = None,
         figures: Mapping[str, Any] | None = None) -> EventRecord:  # fmt: skip
    """Write `event` and put one job per subscriber in the queue, all in the running transaction.

    `undoes` is the event that it takes back, `part_of` the first event of the bulk write to which it belongs; `figures`
    are added to its payload.
    """
    require_own_eyes(actor)
    with transaction.atomic():
        record = EventRecord.objects.create(
            name=event.NAME,
            version=event.VERSION,
            subject=event.SUBJECT,
            subject_id=event.subject_id,
            about_id=event.about_id,
            actor_kind=actor.kind,
            actor_id=actor.user_id,
            actor_name=actor.name,
            reason=actor.reason,
            source=actor.source,
            request_id=actor.request_id,
            changes=plain(event.changes),
            payload=event.payload() | plain(dict(figures or {})) | _place(event, actor),
            undoes=undoes,
            part_of=part_of,
        )
        for subscriber in _listeners(event.NAME):
            deliver.defer(event_id=str(record.id), subscriber=subscriber)
    return record


def _place(event: Event, actor: Actor) -> dict[str, str]:
    return {ADDRESS: actor.address} if event.IS_PLACED and actor.address else {}


def emit_bulk(event: Event, *, actor: Actor, rows: Iterable[RowChange], undoes: UUID | None = None,
              part_of: UUID | None = None, figures: Mapping[str, Any] | None = None) -> EventRecord:  # fmt: skip
    """Write one event for a bulk write, with what each row was and became (by COPY), and one job per subscriber."""
    with transaction.atomic():
        record = emit(event, actor=actor, undoes=undoes, part_of=part_of, figures=figures)
        with (
            connection.cursor() as cursor,
            cursor.copy(
                "COPY event_change (event_id, subject, subject_id, about_id, before, after) FROM STDIN"
            ) as copy,
        ):
            for row in rows:
                copy.write_row(
                    (record.id, row.subject, row.subject_id, row.about_id, _json(row.before), _json(row.after))
                )
    return record


def subjects_of(record: EventRecord) -> list[int]:
    """The records that an event is about: the one it names, or all rows of a bulk write."""
    if record.subject_id is not None:
        return [record.subject_id]
    rows = EventChange.objects.filter(event=record, subject=record.subject)
    return list(rows.values_list("subject_id", flat=True))


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=plain)


@task(name="events.deliver", queue_name="events")
def deliver(event_id: str, subscriber: str) -> None:
    """Hand one event to one subscriber; a second delivery of the same does nothing."""
    with transaction.atomic():
        record = EventRecord.objects.filter(pk=UUID(event_id)).first()
        function = _listener(record.name, subscriber) if record else None
        if record is None or function is None:
            return
        if _note_delivery(record.id, subscriber):
            function(record)


def _listeners(event_name: str) -> list[str]:
    to_all = [name for name in _SUBSCRIBERS[EVERY] if name not in _WANTED or _WANTED[name](event_name)]
    return [*_SUBSCRIBERS.get(event_name, {}), *to_all]


def _listener(event_name: str, subscriber: str) -> Subscriber | None:
    return _SUBSCRIBERS.get(event_name, {}).get(subscriber) or _SUBSCRIBERS[EVERY].get(subscriber)


def _note_delivery(event_id: UUID, subscriber: str) -> bool:
    """Whether this delivery is the first; the note commits with what the subscriber does."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Delivery._meta.db_table} (event_id, subscriber) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [event_id, subscriber],
        )
        return bool(cursor.rowcount == 1)
