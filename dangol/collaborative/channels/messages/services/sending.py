"""The way out: what waits of a source is taken in hand batch by batch, asked for once more, made into mail and sent."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from dangol.collaborative.channels.messages.queries import is_waiting, permit_key
from dangol.collaborative.channels.messages.rules import trying
from dangol.collaborative.channels.messages.rules.trying import Settled, server_pause
from dangol.collaborative.channels.messages.services import batches, pacing
from dangol.collaborative.channels.messages.services.batches import InHand, settled_by
from dangol.collaborative.channels.messages.services.composing import Composed, Desk, compose_batch
from dangol.collaborative.channels.messages.services.queueing import cancel_waiting
from dangol.collaborative.channels.sources import SourceRules, source_rules
from dangol.core.consent.gate.services import Wanted, issue_permits
from dangol.platform.access.actor import Actor
from dangol.platform.mail.headers import CannotCompose
from dangol.platform.mail.models import MailWay
from dangol.platform.mail.transport import CannotReach, Receipt, Transport, open_transport

log = logging.getLogger(__name__)

BATCH = 500
SLICE_SECONDS = 20.0
"""After so long a job gives the worker back and asks for the next one, so that others get their turn."""
CLOSE_PATIENCE_SECONDS = 60.0
LEADER = 740_301
Result = TypeVar("Result")


@dataclass(frozen=True)
class GoOn:
    """That there is more to do, after so many seconds; `failures` counts tries in a row at which no server answered."""

    after_seconds: int = 0
    failures: int = 0


def send_waiting(
    *, actor: Actor, source: str, source_id: int, failures: int = 0, for_seconds: float = SLICE_SECONDS
) -> GoOn | None:
    """Send what waits of a source for at most `for_seconds`; None when nothing is left to do now.

    One worker at a time leads a source. What a dead one left is settled first. Raises UnknownSource.
    """
    rules = source_rules(source)
    with _leading(source, source_id) as is_leader:
        if not is_leader:
            return GoOn(2, failures)
        batches.settle_left_batches(actor=actor, source=source, source_id=source_id)
        found = _Run(actor, rules, source_id).work(failures, time.monotonic() + for_seconds)
    if found is None and not is_waiting(source, source_id):
        rules.on_done(source_id)
    return found


class _Run:
    """One slice of work on one source."""

    def __init__(self, actor: Actor, rules: SourceRules, source_id: int) -> None:
        self.actor, self.rules, self.source_id = actor, rules, source_id
        self.after = 0

    def work(self, failures: int, until: float) -> GoOn | None:
        standing = self.rules.standing(self.source_id)
        if standing != "go":
            self._end(standing)
            return None
        desk = Desk(self.rules, self.source_id, MailWay.objects.get_or_create(pk=1)[0])
        with open_transport() as transport:
            while standing == "go":
                allowance = self._allowance(desk.way)
                if not allowance:
                    return GoOn(1)
                in_hand = self._take(allowance)
                if in_hand is None:
                    return None
                if not self._send(desk, transport, in_hand):
                    return GoOn(server_pause(failures + 1), failures + 1)
                if time.monotonic() > until:
                    return GoOn()
                standing = self.rules.standing(self.source_id)
        self._end(standing)
        return None

    def _end(self, standing: str) -> None:
        if standing == "stop":
            cancel_waiting(actor=self.actor, source=self.rules.name, source_id=self.source_id)

    def _allowance(self, way: MailWay) -> int:
        """How many may go now by all limits."""
        wanted = BATCH
        limits = {"mail": way.per_second, f"{self.rules.name}:{self.source_id}": self.rules.per_second(self.source_id)}
        for name, limit in limits.items():
            if limit:
                wanted = pacing.take(name=name, wanted=wanted, per_second=limit)
        return wanted

    def _take(self, limit: int) -> InHand | None:
        name = self.rules.name
        found = batches.claim(source=name, source_id=self.source_id, limit=limit, after=self.after)
        if found is None and self.after:  # some before the last one may wait again
            found = batches.claim(source=name, source_id=self.source_id, limit=limit)
        self.after = found.rows[-1].id if found else 0
        return found

    def _send(self, desk: Desk, transport: Transport, in_hand: InHand) -> bool:
        """Send one batch and close it; False when the server could not be used."""
        try:
            composed = self._compose(desk, in_hand)
            is_reached = _hand_over(transport, in_hand, composed)
            settled = composed.settled + _settled(in_hand, composed)
            _patiently(lambda: self._close(in_hand, settled))
        except BaseException:
            in_hand.journal.close()
            raise
        in_hand.let_go()
        return is_reached

    def _compose(self, desk: Desk, in_hand: InHand) -> Composed:
        now = timezone.now()
        name = self.rules.name
        wanted = [Wanted(permit_key(name, self.source_id, row.person_id), row.person_id) for row in in_hand.rows]
        asked = replace(self.rules.asked(self.source_id), at=now)
        answers = issue_permits(actor=self.actor, asked=asked, wanted=wanted)
        return compose_batch(desk, in_hand.rows, answers, now)

    def _close(self, in_hand: InHand, settled: list[Settled]) -> None:
        batches.close(
            actor=self.actor, batch_id=in_hand.batch_id, source=self.rules.name, source_id=self.source_id,
            settled=settled,
        )  # fmt: skip


def _hand_over(transport: Transport, in_hand: InHand, composed: Composed) -> bool:
    """Let the mails out; False when the server could not be used. What became of them stands in the journal."""
    try:
        results = transport.send_many(composed.outgoing, in_hand.journal)
    except CannotReach as error:
        log.warning("Sending stopped for a while: %s", error)
        return False
    for number, result in results:
        if not isinstance(result, Receipt):
            composed.refused[number] = result
    return True


def _settled(in_hand: InHand, composed: Composed) -> list[Settled]:
    now, fates = timezone.now(), in_hand.journal.fates
    attempts = {row.id: row.attempts for row in in_hand.rows}
    found = []
    for pk, address in composed.addresses.items():
        refused = composed.refused.get(pk)
        if isinstance(refused, CannotCompose):
            found.append(trying.failed(pk, str(refused), address, attempts[pk]))
        elif refused is not None:
            found.append(trying.later(pk, str(refused), address, now, attempts[pk]))
        else:
            found.append(settled_by(fates[pk], pk, address, attempts[pk], now))
    return found


def _patiently(work: Callable[[], Result]) -> Result:
    """Do a write of which the database may be gone for a moment; it must not have an effect when done twice."""
    until = time.monotonic() + CLOSE_PATIENCE_SECONDS
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.5)


@contextmanager
def _leading(source: str, source_id: int) -> Iterator[bool]:
    """Hold the lead of a source; the database drops it when this process dies."""
    key: list[int | str] = [LEADER, f"{source}:{source_id}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", key)
        is_leader = bool((cursor.fetchone() or [False])[0])
    try:
        yield is_leader
    finally:
        if is_leader:
            _unlock(key)


def _unlock(key: list[int | str]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)
    except (OperationalError, InterfaceError):
        connection.close()  # the lock went with the connection
