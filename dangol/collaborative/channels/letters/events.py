from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class LetterWritten(Event):
    """A member of staff wrote to a customer; the subject is the message."""

    NAME = "letter.written"
    SUBJECT = "letter"

    message_class: str = ""
