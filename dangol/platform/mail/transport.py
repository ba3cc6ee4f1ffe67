"""The port: the one door by which mail leaves the house.

Whatever the way out is, the door asks the same of each message: a permit of the gate for one to a customer (`service`,
`advertising`), an active member of staff for `system`, an address shown to be such a member's own for `test`. Nothing
else of the house may use the ways behind it (`smtp`, `catcher`).
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import cast

from django.utils.translation import gettext as _

from dangol.platform.accounts.entry.queries import is_staff_address
from dangol.platform.db.secrets import decrypt
from dangol.platform.mail import catcher
from dangol.platform.mail.headers import CannotCompose, envelope_address
from dangol.platform.mail.journal import Fate, Journal, answered
from dangol.platform.mail.models import MailWay, OwnAddress
from dangol.platform.mail.outgoing import Outgoing as Outgoing
from dangol.platform.mail.permits import MayNotLeave, MessageClass, check_permit
from dangol.platform.mail.smtp import CannotReach as CannotReach
from dangol.platform.mail.smtp import Connection, Parcel, Security, Server, pack

CAUGHT_AT_ONCE = 200


class NotStaff(MayNotLeave):
    """A message to staff was addressed to somebody else."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message that was let out."""

    number: int
    message_id: str
    fate: Fate


Result = Receipt | MayNotLeave | CannotCompose


class Transport(ABC):
    """A way out, open. Ask `open_transport` for one."""

    def send(self, outgoing: Outgoing, journal: Journal | None = None) -> Receipt:
        """Let one message out and return what became of it.

        Raises:
            MayNotLeave: it was refused at the door (`NoPermit`, `NotStaff`).
            CannotCompose: an address is none.
            CannotReach: the server cannot be used; it was not sent.
        """
        ((_number, result),) = self.send_many([outgoing], journal)
        if isinstance(result, Receipt):
            return result
        raise result

    def send_many(self, outgoings: Iterable[Outgoing], journal: Journal | None = None) -> list[tuple[int, Result]]:
        """Let messages out and return for each number, in any order, its receipt or why it was refused at the door.

        The numbers of a call differ.

        With a journal, a message that it calls sent is not sent again: its receipt says what was noted. What was noted
        stands in `journal.fates`, also when this raises in the middle.

        Raises:
            CannotReach: the server cannot be used; messages of which the journal says nothing were not sent.
        """
        return list(self._send_each(iter(outgoings), journal))

    @abstractmethod
    def _send_each(self, outgoings: Iterator[Outgoing], journal: Journal | None) -> Iterator[tuple[int, Result]]: ...


class _SmtpTransport(Transport):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _send_each(self, outgoings: Iterator[Outgoing], journal: Journal | None) -> Iterator[tuple[int, Result]]:
        settled: list[tuple[int, Result]] = []
        ids: dict[int, str] = {}
        self._connection.journal = journal
        for number, fate in self._connection.send_each(_parcels(outgoings, journal, settled, ids)):
            yield number, Receipt(number, ids.pop(number), fate)
        yield from settled


def _parcels(
    outgoings: Iterator[Outgoing], journal: Journal | None, settled: list[tuple[int, Result]], ids: dict[int, str]
) -> Iterator[Parcel]:
    """What is to be sent; what is not goes to `settled` with the reason."""
    for one in outgoings:
        result: Result | None = _refusal(one) or _noted(one, journal)
        if result is None:
            try:
                parcel = pack(one.number, one.sender, one.recipient, one.content)
            except CannotCompose as error:
                result = error
            else:
                ids[one.number] = one.message_id
                yield parcel
        if result is not None:
            settled.append((one.number, result))


class _CatcherTransport(Transport):
    """Nothing leaves the machine."""

    def _send_each(self, outgoings: Iterator[Outgoing], journal: Journal | None) -> Iterator[tuple[int, Result]]:
        while some := list(islice(outgoings, CAUGHT_AT_ONCE)):
            results = [_refusal(one) or _unaddressed(one) or _noted(one, journal) for one in some]
            caught = [one for one, result in zip(some, results, strict=True) if result is None]
            receipts = iter(self._catch(caught, journal))
            for one, result in zip(some, results, strict=True):
                yield one.number, result or next(receipts)

    def _catch(self, caught: Sequence[Outgoing], journal: Journal | None) -> list[Receipt]:
        if caught:
            catcher.keep(caught)
        fate = answered(250, _("Caught on this machine."), "caught")
        for one in caught:
            if journal:
                journal.done(one.number, fate)
        return [Receipt(one.number, one.message_id, fate) for one in caught]


@contextmanager
def open_transport() -> Iterator[Transport]:
    """Open the way out that is set up, and close it at the end. Connects with the first message.

    Raises:
        CannotDecrypt: the server's password was kept by another installation.
    """
    way = MailWay.objects.filter(pk=1).first() or MailWay()
    if way.mode == MailWay.Mode.CATCHER:
        yield _CatcherTransport()
        return
    connection = Connection(server_of(way))
    try:
        yield _SmtpTransport(connection)
    finally:
        connection.close()


def server_of(way: MailWay) -> Server:
    """Return the server of `way` with its password."""
    return Server(way.host, way.port, cast(Security, way.security), way.username, decrypt(way.secret))


def _refusal(one: Outgoing) -> MayNotLeave | None:
    try:
        check_outgoing(one)
    except MayNotLeave as error:
        return error
    return None


def check_outgoing(one: Outgoing) -> None:
    """Return when the message may leave the house now.

    Raises:
        NoPermit: it goes to a customer without a valid permit for this class and address.
        NotStaff: it is said to go to staff, and does not.
    """
    message_class = MessageClass(one.message_class)
    if message_class == MessageClass.SYSTEM:
        if not is_staff_address(one.recipient):
            raise NotStaff(_("A message of the system goes to members of staff only."))
    elif message_class == MessageClass.TEST:
        if not OwnAddress.objects.filter(email=one.recipient.lower(), user__is_active=True).exists():
            raise NotStaff(_("A test goes only to a member of staff's own address that was confirmed."))
    else:
        check_permit(one.permit, message_class=message_class, address=one.recipient, now=time.time())


def _unaddressed(one: Outgoing) -> CannotCompose | None:
    try:
        envelope_address(one.recipient)
    except CannotCompose as error:
        return error
    return None


def _noted(one: Outgoing, journal: Journal | None) -> Receipt | None:
    """The receipt of a message that the journal calls sent."""
    if journal is None or not journal.fates[one.number].is_sent:
        return None
    return Receipt(one.number, one.message_id, journal.fates[one.number])
