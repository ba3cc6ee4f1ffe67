from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class SendingAsked(Event):
    """Messages of a source wait to be sent (or to be settled after a stop)."""

    NAME = "sending.asked"
    SUBJECT = "sending"

    source: str = ""
    source_id: int = 0


@dataclass(frozen=True, kw_only=True)
class SendingStopped(Event):
    """What still waited of a source was cancelled."""

    NAME = "sending.stopped"
    SUBJECT = "sending"

    source: str = ""
    source_id: int = 0
    messages: int = 0


@dataclass(frozen=True, kw_only=True)
class MessagesSent(Event):
    """A batch was handed over. Each message's own row says what became of it."""

    NAME = "message.sent"
    SUBJECT = "message"

    source: str = ""
    source_id: int = 0
    batch_id: int = 0
    sent: int = 0
    failed: int = 0
    refused: int = 0
    held: int = 0


@dataclass(frozen=True, kw_only=True)
class _Answered(Event):
    SUBJECT = "message"

    source: str = ""
    source_id: int = 0


@dataclass(frozen=True, kw_only=True)
class MessageOpened(_Answered):
    """A person opened a message for the first time."""

    NAME = "message.opened"


@dataclass(frozen=True, kw_only=True)
class MessageClicked(_Answered):
    """A person followed a link."""

    NAME = "message.clicked"

    link: int = 0


@dataclass(frozen=True, kw_only=True)
class MessageBounced(_Answered):
    """A message came back; `is_final` when the address does not exist or takes nothing any more."""

    NAME = "message.bounced"

    is_final: bool = False


@dataclass(frozen=True, kw_only=True)
class MessageComplained(_Answered):
    """The receiver told the own provider that the message was unwanted."""

    NAME = "message.complained"


@dataclass(frozen=True, kw_only=True)
class MessageUnsubscribed(_Answered):
    """The receiver unsubscribed by the link in the message."""

    NAME = "message.unsubscribed"
