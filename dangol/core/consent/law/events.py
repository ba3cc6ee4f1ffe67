from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class LawCorrected(Event):
    """A rule of law was corrected; `changes` holds its value before and now."""

    NAME = "law.corrected"
    SUBJECT = "law"

    country: str
    what: str
    channel: str = ""


@dataclass(frozen=True, kw_only=True)
class SenderCertified(Event):
    """A certificate for the sending of bulk texts was written down, or ended."""

    NAME = "sender.certified"
    SUBJECT = "sender"

    channel: str
    expires_on: str
    is_ended: bool = False
