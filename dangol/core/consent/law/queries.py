"""The rules of law in force, their history, and who is certified to send texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from dangol.core.consent.law.models import LawValue, SenderCertificate
from dangol.core.consent.law.rules.book import LAW_OF_ALL, Book
from dangol.core.consent.law.rules.countries import BUILT_IN
from dangol.core.consent.law.rules.rows import WHATS, Rule
from dangol.platform.accounts.queries import workspace


def rules_in_force() -> tuple[Rule, ...]:
    """Every rule as corrected, in the order of the page. One query."""
    newest: dict[tuple[str, str, str], LawValue] = {}
    for row in LawValue.objects.order_by("pk"):
        if row.what in WHATS:
            newest[row.country, row.what, row.channel] = row
    known = [_corrected(rule, newest.pop(rule.key, None)) for rule in BUILT_IN]
    return (*known, *(_of(row) for row in newest.values()))


def book() -> Book:
    """The book of rules for this house. Two small queries; ask once a batch."""
    return Book(home=workspace().country or LAW_OF_ALL, rules=rules_in_force())


def by_country(rules: Book, pick: Callable[[str], Any], cast: str) -> tuple[str, list[Any]]:
    """SQL of what `pick` says of the country of the person `p`, as the type `cast`, and its parameters.

    `pick` is asked of each country with rules of its own, and of "" for all others.
    """
    default = _told(pick(""))
    each = {country: _told(pick(country)) for country in rules.countries}
    others = {country: value for country, value in each.items() if value != default}
    if not others:
        return f"%s::{cast}", [default]
    told = json.dumps(others)
    text = f"(CASE WHEN %s::jsonb ? p.country THEN (%s::jsonb ->> p.country)::{cast} ELSE %s::{cast} END)"
    return text, [told, told, default]


def history_of(country: str, what: str, channel: str) -> QuerySet[LawValue]:
    """Every correction of one rule, newest first."""
    rows = LawValue.objects.filter(country=country, what=what, channel=channel)
    return rows.select_related("set_by").order_by("-pk")


def corrected_keys() -> set[tuple[str, str, str]]:
    """Which rules were corrected here."""
    return set(LawValue.objects.values_list("country", "what", "channel"))


def certificates() -> QuerySet[SenderCertificate]:
    """Every certificate, the one that lasts longest first."""
    return SenderCertificate.objects.select_related("set_by").order_by("channel", "-expires_on", "-pk")


def has_certified_sender(channel: str, on: date) -> bool:
    """Whether somebody is certified to send bulk messages on `channel` on that day."""
    rows = SenderCertificate.objects.filter(channel=channel, ended_at=None, valid_from__lte=on, expires_on__gte=on)
    return rows.exists()


def _corrected(rule: Rule, row: LawValue | None) -> Rule:
    if row is None:
        return rule
    return replace(rule, value=row.value, source=row.source, place=row.place, checked_on=row.checked_on)


def _of(row: LawValue) -> Rule:
    return Rule(row.country, row.what, row.channel, row.value, row.source, row.place, row.checked_on)


def _told(value: Any) -> str | None:
    """A value as JSON and PostgreSQL both read it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
