"""A message at the door of the house."""

from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.mail.permits import MessageClass, Permit


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to leave.

    `sender` and `recipient` stand on the envelope ("" as sender: no return address), `content` are its bytes with CRLF,
    `message_id` is the one within them without angle brackets, `number` its number in the batch's journal.
    """

    message_class: MessageClass
    sender: str
    recipient: str
    content: bytes
    message_id: str
    number: int = 0
    permit: Permit | None = None
