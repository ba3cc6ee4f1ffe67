"""The way out: what waits of a source is taken in hand batch by batch, asked for once more, made into mail and sent."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

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
from dangol.core.consent.gate.rules import Answer
from dangol.core.consent.gate.services import Wanted, issue_permits
from dangol.platform.access.actor import Actor
from dangol.platform.mail.headers import CannotCompose
from dangol.platform.mail.models import MailWay
from dangol.platform.mail.permits import Permit
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


@dataclass
class _Ready:
    """A batch in hand, with the gate's answer about each."""

    in_hand: InHand
    answers: dict[str, Permit | Answer]
    asked_at: datetime

    @property
    def is_full(self) -> bool:
        """Whether another one is likely to follow."""
        return len(self.in_hand.rows) >= BATCH


class _Run:
    """One slice of work on one source.

    While the mails of one batch go out, a clerk asks the database for the next one, and closes the last one.
    """

    def __init__(self, actor: Actor, rules: SourceRules, source_id: int) -> None:
        self.actor, self.rules, self.source_id = actor, rules, source_id
        self.after, self.is_paced, self.is_reached = 0, False, True

    def work(self, failures: int, until: float) -> GoOn | None:
        standing: str = self.rules.standing(self.source_id)
        if standing == "go":
            desk = Desk(self.rules, self.source_id, MailWay.objects.get_or_create(pk=1)[0])
            with open_transport() as transport, Clerk() as clerk:
                standing = self._batches(desk, transport, clerk, until)
        if not self.is_reached:
            return GoOn(server_pause(failures + 1), failures + 1)
        if standing == "stop":
            cancel_waiting(actor=self.actor, source=self.rules.name, source_id=self.source_id)
        if standing != "go":
            return None
        return GoOn(1) if self.is_paced else GoOn()

    def _batches(self, desk: Desk, transport: Transport, clerk: Clerk, until: float) -> str:
        """Send batch after batch; returns the source's standing, "done" when nothing is pending any more."""
        ready = self._ready(desk.way)
        while ready is not None:
            coming = clerk.do(self._ready, desk.way) if ready.is_full else None
            try:
                self._send(desk, transport, clerk, ready)
                standing = self.rules.standing(self.source_id)
                if standing != "go" or not self.is_reached or time.monotonic() > until:
                    return standing
                ready, coming = coming.result() if coming else self._ready(desk.way), None
            finally:
                if coming is not None:
                    self._put_back(coming.result())
        return "go" if self.is_paced else "done"

    def _ready(self, way: MailWay) -> _Ready | None:
        """Take the next batch in hand and ask the gate; None when nothing is pending, or no more may go for now."""
        allowance = self._allowance(way)
        self.is_paced = not allowance
        in_hand = self._take(allowance) if allowance else None
        if in_hand is None:
            return None
        now, name = timezone.now(), self.rules.name
        wanted = [Wanted(permit_key(name, self.source_id, row.person_id), row.person_id) for row in in_hand.rows]
        try:
            asked = replace(self.rules.asked(self.source_id), at=now)
            return _Ready(in_hand, issue_permits(actor=self.actor, asked=asked, wanted=wanted), now)
        except BaseException:
            in_hand.journal.close()
            raise

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

    def _send(self, desk: Desk, transport: Transport, clerk: Clerk, ready: _Ready) -> None:
        """Send one batch and have it closed."""
        in_hand = ready.in_hand
        try:
            composed = compose_batch(desk, in_hand.rows, ready.answers, ready.asked_at)
            self.is_reached = _hand_over(transport, in_hand, composed)
            settled = composed.settled + _settled(in_hand, composed)
        except BaseException:
            in_hand.journal.close()
            raise
        if ready.is_full:
            clerk.do(self._close, in_hand, settled)
        else:
            self._close(in_hand, settled)

    def _put_back(self, ready: _Ready | None) -> None:
        """A batch of which nothing went out waits again."""
        if ready is not None:
            self._close(ready.in_hand, [trying.again(row.id, row.attempts) for row in ready.in_hand.rows])

    def _close(self, in_hand: InHand, settled: list[Settled]) -> None:
        name = self.rules.name
        try:
            _patiently(
                lambda: batches.close(
                    actor=self.actor, batch_id=in_hand.batch_id, source=name, source_id=self.source_id, settled=settled
                )
            )
        except BaseException:
            in_hand.journal.close()
            raise
        in_hand.let_go()


class Clerk:
    """Does work for the database in a thread of its own, one thing after the other. A failure comes out at the end."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="messages-clerk")
        self._given: list[Future[Any]] = []

    def do(self, work: Callable[..., Result], *args: Any) -> Future[Result]:
        """Have something done. Raises what went wrong with the things before."""
        for done in [one for one in self._given if one.done()]:
            self._given.remove(done)
            done.result()
        given = self._pool.submit(work, *args)
        self._given.append(given)
        return given

    def __enter__(self) -> Clerk:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._given:
            self._pool.submit(connection.close)  # the thread's own
        self._pool.shutdown(wait=True)
        for given in self._given:
            given.result()


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
