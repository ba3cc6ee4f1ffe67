from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.audit.events import AuditExported, AuditKeptFor, AuditRemoved
from dangol.platform.audit.models import AuditPolicy
from dangol.platform.audit.queries import kept_months
from dangol.platform.audit.rules import LEAST_MONTHS, MOST_MONTHS, months_before, removable
from dangol.platform.events.stream import emit
from dangol.platform.events.titles import TITLES

AT_ONCE = 5_000


@transaction.atomic
def keep_for(*, actor: Actor, months: int | None) -> None:
    """Set how many months the log is kept, None for good. Raises Forbidden, ValidationError."""
    require(actor, "change", "audit")
    if months is not None and not LEAST_MONTHS <= months <= MOST_MONTHS:
        least = _("Give a number of months from %(least)s to %(most)s, or keep the log for good.")
        raise ValidationError({"months": least % {"least": LEAST_MONTHS, "most": MOST_MONTHS}})
    before = kept_months()
    if before == months:
        return
    AuditPolicy.objects.update_or_create(pk=1, defaults={"months": months})
    emit(AuditKeptFor(changes={"months": [before, months]}), actor=actor)


def note_export(*, actor: Actor, asked: Mapping[str, Any]) -> None:
    """Write down that entries leave the house, before the first does. Raises Forbidden."""
    require(actor, "export", "audit")
    emit(AuditExported(filter=dict(asked)), actor=actor)


def remove_old(*, actor: Actor, now: datetime | None = None, at_most: int = 1_000_000) -> int:
    """Remove what is older than the log is kept, in batches that each commit with a note; returns how many entries.

    The application may not delete events itself: a function of the owner does, which leaves half a year and consent
    untouched whatever it is asked. Nothing happens while the log is kept for good.
    """
    months = kept_months()
    if months is None:
        return 0
    until = months_before(now or timezone.now(), months)
    _forget_addresses(until)
    names = removable((name, title.group) for name, title in TITLES.items())
    removed = 0
    while removed < at_most:
        count = _remove(actor, names, until)
        removed += count
        if count < AT_ONCE:
            break
    return removed


def _forget_addresses(until: datetime) -> None:
    """From where they came is kept no longer than the log is, also of the entries that stay and say it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget_addresses(%s, %s, %s)", [[AuditExported.NAME], until, 100 * AT_ONCE])


@transaction.atomic
def _remove(actor: Actor, names: list[str], until: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT removed, row_count FROM audit_remove(%s, %s, %s)", [names, until, AT_ONCE])
        count, rows = cursor.fetchone()
    if count:
        emit(AuditRemoved(count=count, rows=rows, until=until.isoformat()), actor=actor)
    return int(count)
