"""People, consent and permits for the gate's tests, put straight into the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from dangol.core.consent.gate.queries import registry
from dangol.core.consent.gate.queries.registry import GateRule, register_gate_rule
from dangol.core.consent.gate.rules import Asked
from dangol.core.consent.law.models import SenderCertificate
from dangol.core.consent.ledger.models import ConsentRecord, Purpose
from dangol.core.consent.suppressions.models import Suppression
from dangol.core.customers.people.models import Person

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
"""Twelve o'clock in Seoul."""
SAID_AT = datetime(2026, 1, 5, tzinfo=UTC)


def offers() -> int:
    return int(Purpose.objects.get(code="offers").pk)


def news() -> int:
    return int(Purpose.objects.get(code="news").pk)


def person(**values: Any) -> int:
    """A person with an e-mail and a phone, unless told otherwise."""
    row = Person.objects.create(**{"name": "K", "email": "k@narae.test", "phone": "+821012345678", **values})
    return int(row.pk)


def said(person_id: int, state: str = "given", channel: str = "email", **more: Any) -> None:
    values = {"purpose_id": more.pop("purpose_id", None) or offers(), "at": SAID_AT, "method": "form", **more}
    ConsentRecord.objects.create(person_id=person_id, channel=channel, state=state, **values)


def stopped(channel: str, address: str, **more: Any) -> None:
    Suppression.objects.create(channel=channel, address=address, **more)


def certified(**more: Any) -> None:
    """Somebody who may send bulk texts, all of this year."""
    values = {"valid_from": date(2026, 1, 1), "expires_on": date(2026, 12, 31), **more}
    SenderCertificate.objects.create(provider="dealer", number="15880000", certificate="1", **values)


def let_through(person_id: int, at: datetime, key: str, **more: Any) -> None:
    values = {"channel": "email", "message_class": "advertising", "voided_at": None, **more}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consent_permit (key, person_id, channel, message_class, address, overrides, issued_at,"
            " voided_at) VALUES (%s, %s, %s, %s, 'x', '[]', %s, %s)",
            [key, person_id, values["channel"], values["message_class"], at, values["voided_at"]],
        )


def advertising(channel: str = "email", at: datetime = NOON, **more: Any) -> Asked:
    return Asked(channel, "advertising", more.pop("purpose_id", None) or offers(), at, **more)


def service(channel: str = "email", at: datetime = NOON) -> Asked:
    return Asked(channel, "service", None, at)


@contextmanager
def rule(registered: GateRule) -> Iterator[None]:
    """A rule that is registered for a while."""
    register_gate_rule(registered)
    try:
        yield
    finally:
        del registry._RULES[registered.name]
