"""Batches: messages that one worker has in hand, and what becomes of them when it dies.

A worker opens the journal of a batch, which holds it against others, before the claim is committed, and lets go of it
after the batch is closed. Whoever can open the journal of a batch that is not closed therefore knows that its worker is
dead, and closes the batch from what the journal says.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from dangol.collaborative.channels.messages.events import MessagesSent
from dangol.collaborative.channels.messages.models import Batch
from dangol.collaborative.channels.messages.queries import permit_key
from dangol.collaborative.channels.messages.rules import trying
from dangol.collaborative.channels.messages.rules.trying import Settled
from dangol.core.consent.gate.services import void_permits
from dangol.core.consent.ledger.models import Channel
from dangol.core.consent.suppressions.services import suppress
from dangol.core.customers.contact_points.services import note_reachability
from dangol.platform.access.actor import Actor
from dangol.platform.db.home import kept_secret
from dangol.platform.events.stream import emit
from dangol.platform.mail.journal import Fate, Journal, JournalBusy, Outcome, journal_path
from dangol.platform.realtime.telling import tell

FOREIGN_AFTER = timedelta(minutes=15)
"""How long a batch of another house is left to its own worker."""
WHY = "the messages of a batch are settled together"


class Claimed(NamedTuple):
    """One message in hand."""

    id: int
    person_id: int
    content_id: int
    attempts: int


@dataclass
class InHand:
    """A claimed batch with its open journal."""

    batch_id: int
    journal: Journal
    rows: list[Claimed] = field(default_factory=list)

    def let_go(self) -> None:
        """Throw the journal away, once the batch is closed."""
        _throw_away(self.journal)


def this_house() -> str:
    """What names the folder in which our journals lie: another machine, or a restored backup, has another name."""
    return kept_secret(journal_path("house").with_suffix(".name"))[:16]


def claim(*, source: str, source_id: int, limit: int, after: int = 0) -> InHand | None:
    """Take up to `limit` pending messages with ids above `after` in hand; None when there are none."""
    name = f"batch-{uuid4().hex}"
    journal = Journal(journal_path(name))
    try:
        batch = _claim(source, source_id, limit, after, name)
    except BaseException:
        # A commit whose answer was lost may have happened: the journal stays, and says that nothing was sent.
        journal.close()
        raise
    if batch is None:
        _throw_away(journal)
        return None
    return InHand(batch[0], journal, batch[1])


@transaction.atomic
def _claim(source: str, source_id: int, limit: int, after: int, name: str) -> tuple[int, list[Claimed]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH mine AS (
              SELECT id FROM channels_message
              WHERE source = %s AND source_id = %s AND state = 'pending' AND id > %s
                AND state IN ('pending', 'held', 'handing')
              ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
            ), batch AS (
              INSERT INTO channels_batch (source, source_id, host, pid, journal)
              SELECT %s, %s, %s, %s, %s WHERE EXISTS (SELECT FROM mine) RETURNING id
            )
            UPDATE channels_message m SET state = 'handing', batch_id = batch.id FROM mine, batch
            WHERE m.id = mine.id RETURNING batch.id, m.id, m.person_id, m.content_id, m.attempts
            """,
            [source, source_id, after, limit, source, source_id, this_house(), os.getpid(), name],
        )
        found = cursor.fetchall()
    return (found[0][0], sorted(Claimed(*row[1:]) for row in found)) if found else None


@transaction.atomic
def close(*, actor: Actor, batch_id: int, source: str, source_id: int, settled: Sequence[Settled]) -> None:
    """Write what became of a batch's messages in one statement, and close it.

    What was settled otherwise in the meantime stays, but that a message taken for sent is confirmed. Permits of those
    that failed are taken back, and dead addresses are written to no more.
    """
    people = _write(batch_id, settled)
    Batch.objects.for_system(WHY).filter(pk=batch_id, closed_at=None).update(closed_at=timezone.now())
    failed = [one for one in settled if one.state == "failed" and one.message_id in people]
    if failed:
        void_permits(actor=actor, keys=[permit_key(source, source_id, people[one.message_id]) for one in failed])
    for one in failed:
        if one.is_dead_address:
            _write_no_more(actor, one)
    if settled:
        emit(_told(batch_id, source, source_id, settled), actor=actor)
        tell("person", people.values())


def _write_no_more(actor: Actor, one: Settled) -> None:
    """The batch is closed even when the address turns out to be none."""
    with contextlib.suppress(ValidationError):
        suppress(actor=actor, channel=Channel.EMAIL, address=one.address, reason="bounce", note=one.reason)
        note_reachability(actor=actor, kind="email", value=one.address, is_reachable=False, why=one.reason)


def _told(batch_id: int, source: str, source_id: int, settled: Sequence[Settled]) -> MessagesSent:
    states = [one.state for one in settled]
    return MessagesSent(
        source=source, source_id=source_id, batch_id=batch_id, sent=states.count("sent"),
        failed=states.count("failed"), refused=states.count("refused"), held=states.count("held"),
    )  # fmt: skip


def _write(batch_id: int, settled: Sequence[Settled]) -> dict[int, int]:
    """The people by the messages that changed."""
    if not settled:
        return {}
    columns = zip(*((
        s.message_id, s.state, s.reason, s.address, s.at, s.not_before, s.attempts, s.is_unconfirmed
    ) for s in settled), strict=True)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE channels_message m
            SET state = v.state, reason = v.reason, address = coalesce(nullif(v.address, ''), m.address),
                sent_at = v.at, not_before = v.not_before, attempts = v.attempts, is_unconfirmed = v.is_unconfirmed
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
                        %s::smallint[], %s::boolean[])
              AS v (id, state, reason, address, at, not_before, attempts, is_unconfirmed)
            WHERE m.id = v.id AND m.batch_id = %s
              AND (m.state = 'handing' OR m.is_unconfirmed AND v.state IN ('sent', 'failed'))
            RETURNING m.id, m.person_id
            """,
            [*map(list, columns), batch_id],
        )
        return dict(cursor.fetchall())


def settle_left_batches(*, actor: Actor, source: str | None = None, source_id: int | None = None) -> int:
    """Close the batches of dead workers (of one source, or all) from their journals; returns how many.

    What was not handed over waits again; what a server took, or perhaps took, counts as sent. A batch of another house
    is left alone for fifteen minutes, then all of its open messages count as sent, unconfirmed: better once too few
    than twice.
    """
    rows = Batch.objects.for_system(WHY).filter(closed_at=None)
    if source is not None and source_id is not None:
        rows = rows.filter(source=source, source_id=source_id)
    return sum(_settle_left(actor, batch) for batch in rows.order_by("id"))


def _settle_left(actor: Actor, batch: Batch) -> bool:
    if batch.host != this_house():
        if timezone.now() - batch.claimed_at < FOREIGN_AFTER:
            return False
        return _close_left(actor, batch, lambda number: Fate(Outcome.UNCONFIRMED), batch.claimed_at)
    path = journal_path(batch.journal)
    try:
        journal = Journal(path)
    except JournalBusy:
        return False
    fates, written_at = journal.fates, datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        is_closed = _close_left(actor, batch, fates.__getitem__, max(written_at, batch.claimed_at))
    except BaseException:
        journal.close()
        raise
    _throw_away(journal)
    return is_closed


@transaction.atomic
def _close_left(actor: Actor, batch: Batch, fate_of: Callable[[int], Fate], at: datetime) -> bool:
    held = Batch.objects.for_system(WHY).select_for_update().filter(pk=batch.pk, closed_at=None)
    if not held.exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.id, coalesce(p.address, m.address), m.attempts
            FROM channels_message m
            LEFT JOIN consent_permit p ON p.key = m.source || ':' || m.source_id || ':' || m.person_id
            WHERE m.batch_id = %s AND m.state = 'handing' ORDER BY m.id
            """,
            [batch.pk],
        )
        rows = cursor.fetchall()
    settled = [settled_by(fate_of(pk), pk, address, attempts, at) for pk, address, attempts in rows]
    close(actor=actor, batch_id=batch.pk, source=batch.source, source_id=batch.source_id, settled=settled)
    return True


def settled_by(fate: Fate, message_id: int, address: str, attempts: int, at: datetime) -> Settled:
    """What a message becomes by its fate at the server."""
    if fate.is_sent:
        is_open = fate.outcome == Outcome.UNCONFIRMED
        return trying.sent(message_id, address, at, attempts, is_unconfirmed=is_open)
    if fate.outcome == Outcome.NOT_SENT:
        return trying.again(message_id, attempts, fate.text)
    said = f"{fate.code} {fate.text}".strip()
    if fate.is_temporary:
        return trying.later(message_id, said, address, at, attempts)
    is_dead = fate.is_address_refused and trying.says_address_is_dead(fate.code, fate.text)
    return trying.failed(message_id, said, address, attempts, is_dead_address=is_dead)


def _throw_away(journal: Journal) -> None:
    path: Path = journal.path
    path.unlink(missing_ok=True)
    journal.close()
