"""When to try again, and what is written down about a message that did not go. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
"""Between the tries of one message: five tries within an hour and a half. The server before us queues for days."""
SERVER_PAUSES = (5, 15, 60, 300, 900)
"""Seconds to wait for a server that does not answer; the last one repeats."""
MOST_REASON = 300
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_DEAD_BOX = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}


@dataclass(frozen=True, slots=True)
class Settled:
    """What a message becomes after a try. `address` "" leaves the one that is known."""

    message_id: int
    state: str
    reason: str = ""
    address: str = ""
    at: datetime | None = None
    not_before: datetime | None = None
    attempts: int = 0
    is_unconfirmed: bool = False
    is_dead_address: bool = False


def sent(message_id: int, address: str, at: datetime, attempts: int, *, is_unconfirmed: bool = False) -> Settled:
    """The server took it, or perhaps did."""
    return Settled(message_id, "sent", "", address, at, attempts=attempts + 1, is_unconfirmed=is_unconfirmed)


def failed(message_id: int, reason: str, address: str, attempts: int, *, is_dead_address: bool = False) -> Settled:
    """It will never go."""
    told = reason[:MOST_REASON]
    return Settled(message_id, "failed", told, address, attempts=attempts + 1, is_dead_address=is_dead_address)


def later(message_id: int, reason: str, address: str, now: datetime, attempts: int) -> Settled:
    """The server said to try again: with growing pauses, five times in all."""
    if attempts >= len(PAUSES):
        return failed(message_id, reason, address, attempts)
    until = now + PAUSES[attempts]
    return Settled(message_id, "held", reason[:MOST_REASON], not_before=until, attempts=attempts + 1)


def again(message_id: int, attempts: int, reason: str = "") -> Settled:
    """It was not handed over, and nobody refused it: it waits as before."""
    return Settled(message_id, "pending", reason[:MOST_REASON], attempts=attempts)


def server_pause(failures: int) -> int:
    """Seconds to wait after the server could not be used for the `failures`-th time in a row (from 1)."""
    return SERVER_PAUSES[min(failures, len(SERVER_PAUSES)) - 1]


def says_address_is_dead(code: int, text: str) -> bool:
    """Whether an answer to RCPT means that there is no such address (RFC 5321 section 4.2.3, RFC 3463 section 3).

    An enhanced status decides where there is one: X.1.1 (no such mailbox), X.1.2 (no such domain), X.1.3 (no address),
    X.1.6 (moved), X.1.10 (takes no mail, RFC 7505), X.2.1 (disabled). Without one, 550, 551 and 553 do, unless the text
    speaks of spam, policy or quota.
    """
    if not 500 <= code < 600:
        return False
    found = _ENHANCED.search(text)
    if found:
        return found[1] == "5" and (int(found[2]), int(found[3])) in _DEAD_BOX
    is_about_us = re.search(r"spam|block|polic|reputation|relay|quota|full|authenticat|denied", text, re.IGNORECASE)
    return code in (550, 551, 553) and not is_about_us
