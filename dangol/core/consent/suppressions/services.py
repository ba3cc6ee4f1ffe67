"""Taking addresses out, and letting them in again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.ledger.models import Channel
from dangol.core.consent.suppressions.events import SuppressionAdded, SuppressionLifted
from dangol.core.consent.suppressions.models import Forgotten, Suppression
from dangol.core.consent.suppressions.queries import WHY, digest, stored_address
from dangol.core.customers.contact_points.rules import clean_email, clean_phone
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

MOST_NOTE, MOST_ADDRESS = 500, 500
ADD = """
INSERT INTO consent_suppression (channel, address, reason, note, added_by_id) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (channel, address) WHERE lifted_at IS NULL DO NOTHING RETURNING id
"""


@transaction.atomic
def suppress(*, actor: Actor, channel: str, address: str, reason: str, note: str = "") -> Suppression:
    """Send nothing to `address` on `channel` any more. One that is suppressed already is returned as it stands.

    Raises Forbidden (create suppression), ValidationError by field.
    """
    require(actor, "create", Suppression.access_name)
    stored = _checked(channel, address, reason)
    with connection.cursor() as cursor:
        cursor.execute(ADD, [channel, stored, reason, _plain(note), actor.user_id])
        added = cursor.fetchone()
    if added:
        emit(SuppressionAdded(subject_id=added[0], channel=channel, reason=reason), actor=actor)
    return Suppression.objects.for_system(WHY).get(channel=channel, address=stored, lifted_at=None)


@transaction.atomic
def lift(*, actor: Actor, suppression_id: int, note: str = "") -> Suppression:
    """Let an address be written to again; the row stays as history, with why. Lifting twice does nothing.

    Raises Forbidden (create suppression), NotFound, ValidationError when no note says why.
    """
    require(actor, "create", Suppression.access_name)
    row = Suppression.objects.visible_to(actor).select_for_update().filter(pk=suppression_id).first()
    if row is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    if row.lifted_at is not None:
        return row
    why = _plain(note)
    if not why:
        raise ValidationError({"note": _("Say why this address may be written to again.")})
    row.lifted_at, row.lifted_by_id = timezone.now(), actor.user_id
    row.note = "\n".join(part for part in (row.note, why) if part)
    row.save(update_fields=["lifted_at", "lifted_by", "note"])
    emit(SuppressionLifted(subject_id=row.pk, channel=row.channel), actor=actor)
    return row


@transaction.atomic
def remember_forgotten(*, actor: Actor, addresses: Iterable[tuple[str, str]], at: datetime) -> int:
    """Remember the digests of (channel, address) of somebody who is erased, and forget the plain suppressions of them.

    Called by the erasure alone, whose event tells of it. Returns how many addresses.
    """
    require(actor, "delete", "privacy")
    count = 0
    for channel, address in addresses:
        stored = stored_address(channel, address)
        if stored:
            Forgotten.objects.for_system(WHY).update_or_create(
                channel=channel, digest=digest(channel, stored), defaults={"erased_at": at}
            )
            Suppression.objects.for_system(WHY).filter(channel=channel, address=stored).delete()
            count += 1
    return count


def _checked(channel: str, address: str, reason: str) -> str:
    errors = {}
    if channel not in Channel.values:
        errors["channel"] = _("Choose one from the list.")
    if reason not in Suppression.Reason.values:
        errors["reason"] = _("Choose one from the list.")
    try:
        stored = _read(channel, address)
    except ValueError:
        stored, errors["address"] = "", _("This is no address on this channel. Example: jiwoo@example.com.")
    if not stored and "address" not in errors:
        errors["address"] = _("Write an address.")
    if errors:
        raise ValidationError(errors)
    return stored


def _read(channel: str, address: str) -> str:
    plain = stored_address(channel, address.replace("\x00", ""))[:MOST_ADDRESS]
    if channel == Channel.EMAIL:
        return clean_email(plain)
    return plain if channel == Channel.POST else clean_phone(plain, workspace().country)


def _plain(note: str) -> str:
    return note.replace("\x00", "").strip()[:MOST_NOTE]
