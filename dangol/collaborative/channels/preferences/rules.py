"""How much of an address its own page shows, and how the boxes of that page are named. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

DOT = "•"
_BOX = re.compile(r"([0-9]{1,18})-([a-z]{1,10})(-night)?\Z")


@dataclass(frozen=True)
class Choice:
    """One yes or no: a purpose on a channel, by day or (separately) by night."""

    purpose_id: int
    channel: str
    is_for_night: bool = False

    @property
    def name(self) -> str:
        """The name of its box in a form."""
        return f"{self.purpose_id}-{self.channel}{'-night' if self.is_for_night else ''}"


PAUSES = (0, 1, 3, 6)
"""For how many months one may ask for a pause; 0: none."""
MOST_A_MONTH = (1, 2, 4)
"""How many messages a month one may wish for at most."""


def read_number(text: str, among: tuple[int, ...]) -> int | None:
    """One of `among`; None for everything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 and int(text) in among else None


def read_choice(name: str) -> Choice | None:
    """The choice that a box stands for; None when it is none."""
    found = _BOX.match(name)
    return Choice(int(found[1]), found[2], found[3] is not None) if found else None


def masked(channel: str, address: str) -> str:
    """An address as its owner knows it again and nobody else can use it: `ji•••@narae.test`, `+8210••••5678`.

    A postal address shows nothing.
    """
    if channel == "email":
        local, _at, domain = address.partition("@")
        return f"{local[: 2 if len(local) > 3 else 1]}{DOT * 3}@{domain}" if domain else DOT * 3
    if channel == "post" or len(address) < 9:
        return ""
    return f"{address[:5]}{DOT * 4}{address[-4:]}"
