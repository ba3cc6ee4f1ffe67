"""Our own firm, as receivers must know it."""

from __future__ import annotations

from dangol.collaborative.channels.writing.rules.content import Sender
from dangol.platform.accounts.queries import workspace


def sender() -> Sender:
    """The company's profile as the sender of messages; what nobody has entered is empty. One query."""
    ours = workspace()
    return Sender(name=ours.name, email=ours.email, phone=ours.phone, address=ours.address)


def home_country() -> str:
    """The country of receivers of whom no country is known: our own. One query."""
    return workspace().country
