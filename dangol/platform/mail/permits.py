"""What may leave the house, and the paper that a message to a customer needs at the door.

Each message has a class. To customers only `service` and `advertising` go, and both need a permit: the signed answer of
the gate of consent that this message may go to this address now. The transport checks it; nobody else can make one,
since `seal_permit` is called by the gate alone (a test of the house holds that).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

EMAIL = "email"
VALID_SECONDS = 600
CLOCK_SLACK_SECONDS = 60


class MessageClass(StrEnum):
    """Why a message is sent.

    `system`: to staff (reset, invitation). `test`: to a member of staff's own address. `service`: to a customer, about
    her own affair (reply, quote, receipt, notice by law). `advertising`: everything else.
    """

    SYSTEM = "system"
    TEST = "test"
    SERVICE = "service"
    ADVERTISING = "advertising"


NEEDS_PERMIT = frozenset({MessageClass.SERVICE, MessageClass.ADVERTISING})


class MayNotLeave(Exception):
    """A message was refused at the door of the house; nothing was sent."""


class NoPermit(MayNotLeave):
    """A message to a customer came without a valid permit."""


@dataclass(frozen=True, slots=True)
class Permit:
    """The gate's leave for one message.

    `channel` is `email` here, `key` the idempotency key of the message, `issued_at` seconds since 1970, `seal` the
    signature over all of them.
    """

    message_class: MessageClass
    channel: str
    address: str
    key: str
    issued_at: int
    seal: bytes


def seal_permit(*, message_class: MessageClass, channel: str, address: str, key: str, now: int) -> Permit:
    """Issue a permit. Called by the gate of consent alone, at the moment of sending.

    Args:
        message_class: `service` or `advertising`; the others need none.
        channel: how it goes, for example `email`.
        address: to whom, as it will stand in the envelope.
        key: idempotency key of the message.
        now: seconds since 1970; the permit is valid for ten minutes from then.
    """
    return Permit(message_class, channel, address, key, now, _seal(message_class, channel, address, key, now))


def check_permit(
    permit: Permit | None, *, message_class: MessageClass, address: str, now: float, channel: str = EMAIL
) -> None:
    """Return when a message of this class may go to this address now; `now` in seconds since 1970.

    Raises:
        NoPermit: a permit is needed and is missing, forged, for something else, or older than ten minutes.
    """
    if message_class not in NEEDS_PERMIT:
        return
    if permit is None:
        raise NoPermit(_("This message has no permit: it was not asked whether it may be sent."))
    if not hmac.compare_digest(permit.seal, _expected(permit)):
        raise NoPermit(_("The permit of this message was not issued here."))
    if (permit.message_class, permit.channel, permit.address) != (message_class, channel, address):
        raise NoPermit(_("The permit was issued for another message."))
    if not -CLOCK_SLACK_SECONDS <= now - permit.issued_at <= VALID_SECONDS:
        raise NoPermit(_("The permit of this message has run out; it must be asked again whether it may be sent."))


def _expected(permit: Permit) -> bytes:
    return _seal(permit.message_class, permit.channel, permit.address, permit.key, permit.issued_at)


def _seal(message_class: str, channel: str, address: str, key: str, issued_at: int) -> bytes:
    lengths = f"{len(channel)} {len(address)} {len(key)}"  # so that no two permits read the same
    said = f"{message_class} {issued_at} {lengths} {channel}{address}{key}"
    return hmac.digest(_sealing_key(settings.SECRET_KEY), said.encode("utf-8", "surrogatepass"), "sha256")


@lru_cache(maxsize=4)
def _sealing_key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"dangol.mail.permit", "sha256")
