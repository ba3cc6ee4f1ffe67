"""Issuing permits at the moment of sending, and setting what the house asks of advertising."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.core.consent.gate.events import GatePolicySet
from dangol.core.consent.gate.models import GatePolicy
from dangol.core.consent.gate.queries.policy import gate_policy
from dangol.core.consent.gate.queries.statement import built
from dangol.core.consent.gate.rules.asking import Answer, Asked, HouseRules, answer_for
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.mail.permits import MessageClass, Permit, seal_permit

MOST_CAP, MOST_DAYS = 1000, 366

LOCK = "SELECT id FROM customers_person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
ISSUE = """
WITH judged AS MATERIALIZED (
  SELECT w.key, w.person_id, {reason} AS reason, {until} AS until, {address} AS address, {basis} AS basis
  FROM unnest(%s::text[], %s::bigint[]) w (key, person_id) LEFT JOIN customers_person p ON p.id = w.person_id {joins}
), written AS (
  INSERT INTO consent_permit (key, person_id, channel, message_class, purpose_id, address, overrides, issued_at,
    basis)
  SELECT key, person_id, %s, %s, %s, address, %s::jsonb, %s, basis FROM judged WHERE reason = ''
  ON CONFLICT (key) DO UPDATE
  SET voided_at = NULL, issued_at = EXCLUDED.issued_at, address = EXCLUDED.address, overrides = EXCLUDED.overrides,
    basis = EXCLUDED.basis
  WHERE consent_permit.person_id = EXCLUDED.person_id
    AND (consent_permit.voided_at IS NOT NULL OR consent_permit.address <> EXCLUDED.address)
)
SELECT judged.key, judged.reason, judged.until, judged.address, was.id IS NOT NULL
FROM judged LEFT JOIN consent_permit was ON was.key = judged.key AND was.person_id <> judged.person_id
"""


@dataclass(frozen=True)
class Wanted:
    """One message for which a permit is wanted. `key` names it for good, as in `campaign:12:345`."""

    key: str
    person_id: int


class KeyOfAnother(ValueError):
    """The key of a message names one that was let through to somebody else."""

    def __init__(self, key: str) -> None:
        super().__init__(_("The message “%s” was let through to another customer already.") % key)


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
        KeyOfAnother: a key belongs to another person's message.
        ValueError: wrong overrides.
    """
    require(actor, "create", "message")
    house = gate_policy()
    found: dict[str, Permit | Answer] = {}
    with connection.cursor() as cursor:
        if asked.is_advertising:
            cursor.execute(LOCK, [sorted({each.person_id for each in wanted})])
        for some in _rounds(wanted):
            cursor.execute(*_statement(asked, house, some))
            found.update(_sealed(asked, cursor.fetchall()))
    return {each.key: found[each.key] for each in wanted}


@transaction.atomic
def void_permits(*, actor: Actor, keys: Iterable[str]) -> int:
    """Take back permits whose messages were never handed over, so that they do not count. Returns how many."""
    require(actor, "create", "message")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE consent_permit SET voided_at = now() WHERE key = ANY(%s) AND voided_at IS NULL", [list(keys)]
        )
        return int(cursor.rowcount)


@transaction.atomic
def set_gate_policy(*, actor: Actor, cap_messages: int, cap_days: int, is_bottom_left_out: bool) -> GatePolicy:
    """Set what the house asks of advertising from now on; the setting before stays as history.

    Setting what stands already adds nothing. Raises ValidationError by field, Forbidden (needs the right to change the
    workspace).
    """
    require(actor, "change", "workspace")
    before, wanted = asdict(gate_policy()), asdict(HouseRules(cap_messages, cap_days, is_bottom_left_out))
    _check_policy(cap_messages, cap_days)
    changes = {name: [before[name], value] for name, value in wanted.items() if before[name] != value}
    stands = GatePolicy.objects.order_by("-pk").first()
    if stands is not None and not changes:
        return stands
    row = GatePolicy.objects.create(**wanted, set_by_id=actor.user_id)
    emit(GatePolicySet(subject_id=row.pk, changes=changes), actor=actor)
    return row


def _check_policy(cap_messages: int, cap_days: int) -> None:
    errors = {}
    if not 0 <= cap_messages <= MOST_CAP:
        errors["cap_messages"] = _("Give a number from 0 (no cap) to %(most)s.") % {"most": MOST_CAP}
    if not 1 <= cap_days <= MOST_DAYS:
        errors["cap_days"] = _("Give a number of days from 1 to %(most)s.") % {"most": MOST_DAYS}
    if errors:
        raise ValidationError(errors)


def _rounds(wanted: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    """Batches in which nobody stands twice, so that each statement sees what the one before let through."""
    named = {each.key: each for each in wanted}
    for each in wanted:
        if named[each.key] != each:
            raise KeyOfAnother(each.key)
    waiting = list(named.values())
    while waiting:
        first: dict[int, Wanted] = {}
        later = [each for each in waiting if first.setdefault(each.person_id, each) is not each]
        yield list(first.values())
        waiting = later


def _statement(asked: Asked, house: HouseRules, some: Sequence[Wanted]) -> tuple[str, list[Any]]:
    gate = built(asked, house, counted=" AND c.key <> w.key")
    text = ISSUE.format(reason=gate.reason, until=gate.until, address=gate.address, basis=gate.basis, joins=gate.joins)
    return text, [
        [each.key for each in some], [each.person_id for each in some], *gate.params,
        asked.channel, asked.message_class, asked.purpose_id, json.dumps(sorted(asked.overrides)), asked.at,
    ]  # fmt: skip


def _sealed(
    asked: Asked, rows: Iterable[tuple[str, str, datetime | None, str, bool]]
) -> Iterator[tuple[str, Permit | Answer]]:
    message_class, now = MessageClass(asked.message_class), int(asked.at.timestamp())
    for key, reason, until, address, is_anothers in rows:
        if is_anothers:
            raise KeyOfAnother(key)
        if reason:
            yield key, answer_for(reason, until)
        else:
            permit = seal_permit(message_class=message_class, channel=asked.channel, address=address, key=key, now=now)
            yield key, permit
