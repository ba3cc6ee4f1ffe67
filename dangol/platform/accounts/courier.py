"""Letters of the house to its staff. Who carries them (the room of mail, which stands above) registers here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class StaffLetter:
    """A letter to a member of staff, or to somebody who was invited; in their language already.

    `path` is the page its link leads to ("" for none): the courier makes a full address of it and puts it between
    `before` and `after`.
    """

    to: str
    name: str
    subject: str
    before: str
    path: str = ""
    after: str = ""


class CannotDeliver(Exception):
    """The letter could not be handed over now; the job that sends it is tried again."""


Courier = Callable[[StaffLetter], None]
_couriers: list[Courier] = []
_addresses: list[Callable[[str], str]] = []


def register_courier(carry: Courier, address: Callable[[str], str]) -> None:
    """Name who carries letters, and how a path of ours becomes a full address. The last one registered does it."""
    _couriers[:], _addresses[:] = [carry], [address]


def deliver(letter: StaffLetter) -> None:
    """Hand a letter over. Raises CannotDeliver when it must be tried again, or nobody carries letters here."""
    if not _couriers:
        raise CannotDeliver("Nobody carries letters in this installation.")
    _couriers[0](letter)


def full_address(path: str) -> str:
    """A path of ours as a full address, as it stands in letters."""
    return _addresses[0](path) if _addresses else path
