from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class NoticeSent(Event):
    """A person was told of her consent; `record_id` is the line of the ledger, `message_id` the letter."""

    NAME = "notice.sent"
    SUBJECT = "notice"

    kind: str
    record_id: int
    message_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NoticeFailed(Event):
    """A person could not be told by mail; `reason` is a code."""

    NAME = "notice.failed"
    SUBJECT = "notice"

    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class NoticeToldByHand(Event):
    """Staff told a person themselves."""

    NAME = "notice.told_by_hand"
    SUBJECT = "notice"

    kind: str


@dataclass(frozen=True, kw_only=True)
class NoticesGathered(Event):
    """So many people came due to be told."""

    NAME = "notices.gathered"
    SUBJECT = "notice"

    results: int
    reconfirms: int


@dataclass(frozen=True, kw_only=True)
class NoticesAsked(Event):
    """Somebody asked for the confirmations that are due to be sent."""

    NAME = "notices.asked"
    SUBJECT = "notice"

    count: int


@dataclass(frozen=True, kw_only=True)
class NoticePolicySet(Event):
    """What goes out by itself was set."""

    NAME = "notice_policy.set"
    SUBJECT = "notice_policy"
