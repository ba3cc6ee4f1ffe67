"""Correcting rules of law, and writing down who is certified to send texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.law.events import LawCorrected, SenderCertified
from dangol.core.consent.law.models import LawValue, SenderCertificate
from dangol.core.consent.law.queries import rules_in_force
from dangol.core.consent.law.rules.rows import WHATS, Rule, is_good_value
from dangol.core.consent.ledger.models import Channel
from dangol.core.customers.contact_points.rules import clean_phone
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

MOST_TEXT = 500


@transaction.atomic
def correct_rule(
    *, actor: Actor, country: str, what: str, channel: str, value: str, source: str, place: str = "",
    checked_on: date, why: str = "",
) -> Rule:  # fmt: skip
    """Let a rule have another value from now on, with where it stands; setting what stands already adds nothing.

    Raises Forbidden (needs the right to change the workspace), NotFound for a rule that there is not,
    ValidationError by field.
    """
    require(actor, "change", "workspace")
    rule = next((r for r in rules_in_force() if r.key == (country, what, channel)), None)
    if rule is None:
        raise NotFound(_("There is no such rule."))
    value, source = _plain(value), _plain(source)
    _check(what, value, source, checked_on)
    wanted = Rule(country, what, channel, value, source, _plain(place), checked_on)
    if wanted == rule:
        return rule
    row = LawValue.objects.create(
        country=country, what=what, channel=channel, value=value, source=source, place=wanted.place,
        checked_on=checked_on, why=_plain(why), set_by_id=actor.user_id,
    )  # fmt: skip
    changes = {name: [str(getattr(rule, name)), str(getattr(wanted, name))]
               for name in ("value", "source", "place", "checked_on")
               if getattr(rule, name) != getattr(wanted, name)}  # fmt: skip
    emit(LawCorrected(subject_id=row.pk, changes=changes, country=country, what=what, channel=channel), actor=actor)
    return wanted


@transaction.atomic
def certify_sender(*, actor: Actor, values: Mapping[str, Any]) -> SenderCertificate:
    """Write down a certificate for bulk messages: provider, number, certificate, from when, until when.

    Raises Forbidden (needs the right to change the workspace), ValidationError by field.
    """
    require(actor, "change", "workspace")
    valid_from: Any = values.get("valid_from")
    expires_on: Any = values.get("expires_on")
    row = SenderCertificate(
        channel=values.get("channel", Channel.SMS), provider=_plain(values.get("provider", "")),
        number=_number(values.get("number", "")), certificate=_plain(values.get("certificate", "")),
        valid_from=valid_from, expires_on=expires_on, set_by_id=actor.user_id,
    )  # fmt: skip
    row.full_clean(exclude=["set_by", "ended_at"])
    if row.expires_on < row.valid_from:
        raise ValidationError({"expires_on": _("It ends before it begins.")})
    row.save()
    emit(SenderCertified(subject_id=row.pk, channel=row.channel, expires_on=row.expires_on.isoformat()), actor=actor)
    return row


@transaction.atomic
def end_certificate(*, actor: Actor, certificate_id: int) -> None:
    """Say that a certificate holds no more; twice does nothing. Raises Forbidden, NotFound."""
    require(actor, "change", "workspace")
    row = SenderCertificate.objects.select_for_update().filter(pk=certificate_id).first()
    if row is None:
        raise NotFound(_("There is no such certificate."))
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        told = SenderCertified(
            subject_id=row.pk, channel=row.channel, expires_on=row.expires_on.isoformat(), is_ended=True
        )
        emit(told, actor=actor)


def _check(what: str, value: str, source: str, checked_on: date) -> None:
    errors = {}
    if what not in WHATS or not is_good_value(what, value):
        errors["value"] = _("This rule cannot have that value.")
    if not source:
        errors["source"] = _("Say where it stands: statute and article.")
    if checked_on > timezone.localdate():
        errors["checked_on"] = _("This day has not come yet.")
    if errors:
        raise ValidationError(errors)


def _number(text: Any) -> str:
    try:
        return clean_phone(_plain(text), workspace().country)
    except ValueError:
        # A sender's number may be one that only works within the country (1588-0000).
        digits = "".join(c for c in str(text) if c.isdigit())
        if 4 <= len(digits) <= 15:
            return digits
        raise ValidationError({"number": _("This is no telephone number.")}) from None


def _plain(text: Any) -> str:
    return " ".join(str(text or "").replace("\x00", "").split())[:MOST_TEXT]
