"""Who waits for a message, and asking for it to be sent."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction

from dangol.collaborative.channels.messages.events import SendingAsked, SendingStopped
from dangol.collaborative.channels.messages.queries import permit_key
from dangol.collaborative.channels.sources import source_rules
from dangol.core.consent.ledger.models import Channel
from dangol.platform.access.actor import Actor
from dangol.platform.events.stream import emit

STOPPED = "stopped"


@transaction.atomic
def enqueue(
    *, actor: Actor, source: str, source_id: int, people: Mapping[int, int], channel: str = Channel.EMAIL
) -> int:
    """Let a few people ({person id: content id}) wait for a message; who waits or got it already is not added again.

    Returns how many were added. Who writes to very many inserts the rows by a statement of its own. Raises
    UnknownSource.
    """
    source_rules(source)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_message (source, source_id, channel, person_id, content_id)"
            " SELECT %s, %s, %s, p, c FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (p, c)"
            " ON CONFLICT (source, source_id, person_id) DO NOTHING",
            [source, source_id, channel, list(people), list(people.values())],
        )
        added = int(cursor.rowcount)
    emit(SendingAsked(source=source, source_id=source_id), actor=actor)
    return added


@transaction.atomic
def start_sending(*, actor: Actor, source: str, source_id: int) -> None:
    """Ask for what waits of a source to be sent, also after a pause. Asking twice is harmless. Raises UnknownSource."""
    source_rules(source)
    emit(SendingAsked(source=source, source_id=source_id), actor=actor)


@transaction.atomic
def stop_sending(*, actor: Actor, source: str, source_id: int) -> int:
    """Cancel what still waits of a source and return how many; what is being handed over right now still goes.

    The source's `standing` must answer "stop" from the same transaction on. Raises UnknownSource.
    """
    source_rules(source)
    cancelled = cancel_waiting(actor=actor, source=source, source_id=source_id)
    emit(SendingStopped(source=source, source_id=source_id, messages=len(cancelled)), actor=actor)
    emit(SendingAsked(source=source, source_id=source_id), actor=actor)
    return len(cancelled)


def cancel_waiting(*, actor: Actor, source: str, source_id: int) -> list[int]:
    """Cancel pending and held messages of a source, void their permits, and return the people's ids."""
    from dangol.core.consent.gate.services import void_permits

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_message SET state = 'cancelled', reason = %s, not_before = NULL"
            " WHERE source = %s AND source_id = %s AND state IN ('pending', 'held') RETURNING person_id",
            [STOPPED, source, source_id],
        )
        people = [int(row[0]) for row in cursor.fetchall()]
    if people:
        void_permits(actor=actor, keys=[permit_key(source, source_id, person) for person in people])
    return people
