"""Issuing permits at the moment of sending, and setting what the house asks of advertising."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from dangol.core.consent.gate.models import GatePolicy
from dangol.core.consent.gate.rules.asking import Answer, Asked
from dangol.platform.access.actor import Actor
from dangol.platform.mail.permits import Permit


@dataclass(frozen=True)
class Wanted:
    """One message for which a permit is wanted. `key` names it for good, as in `campaign:12:345`."""

    key: str
    person_id: int


@transaction.atomic
def issue_permits(*, actor: Actor, asked: Asked, wanted: Sequence[Wanted]) -> dict[str, Permit | Answer]:
    """Ask the gate again for a batch at the moment of sending (`asked.at`: now), and issue the permits.

    Returns, by key, a sealed permit (its `address` is the one to send to, valid for ten minutes from `asked.at`) or the
    `Answer` that says why not. The same key asked again gives its permit again and counts once for the cap, whether
    the first was handed over or not. Two statements a batch: the people's rows are locked in the order of their ids
    until the transaction ends, then they are judged and the permits written; so two batches at once with the same
    people wait for each other and the cap holds. Keep the transaction short.

    Raises:
        Forbidden: the actor may not create messages.
        ValueError: wrong overrides, or a key that belongs to another person's message.
    """
    raise NotImplementedError


@transaction.atomic
def void_permits(*, actor: Actor, keys: Iterable[str]) -> int:
    """Take back permits whose messages were never handed over, so that they do not count. Returns how many."""
    raise NotImplementedError


@transaction.atomic
def set_gate_policy(*, actor: Actor, cap_messages: int, cap_days: int, is_bottom_left_out: bool) -> GatePolicy:
    """Set what the house asks of advertising from now on; the setting before stays as history.

    Raises ValidationError by field, Forbidden (needs the right to change the workspace).
    """
    raise NotImplementedError
