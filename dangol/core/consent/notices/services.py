"""Finding who must be told, and writing down that they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.law.queries import book, by_country
from dangol.core.consent.ledger.models import ConsentState
from dangol.core.consent.notices.events import (
    NoticeFailed,
    NoticePolicySet,
    NoticesAsked,
    NoticeSent,
    NoticesGathered,
    NoticeToldByHand,
)
from dangol.core.consent.notices.models import Notice, NoticePolicy
from dangol.core.consent.notices.queries import WHY, notice_policy
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

LOOK_BACK_DAYS = 60
MOST_TEXT = 500
# What was written down later than the law gives to tell of it (paper from years ago, an import) is not told anew.
RESULTS = """
INSERT INTO consent_notice (kind, person_id, record_id, due_at)
SELECT 'result', r.person_id, r.id, r.at + make_interval(days => {days})
FROM consent_record r JOIN customers_person p ON p.id = r.person_id
WHERE r.recorded_at > %s AND p.deleted_at IS NULL AND NOT p.is_demo
  AND {days} > 0 AND r.at > r.recorded_at - make_interval(days => {days})
ON CONFLICT (kind, record_id, due_at) DO NOTHING
"""
RECONFIRMS = """
INSERT INTO consent_notice (kind, person_id, record_id, due_at)
SELECT 'reconfirm', s.person_id, s.record_id, d.due_at
FROM consent_state s JOIN customers_person p ON p.id = s.person_id
CROSS JOIN LATERAL (SELECT greatest(s.at, s.confirmed_at) + make_interval(months => {months}) AS due_at) d
WHERE s.state = 'given' AND NOT s.is_for_night AND p.deleted_at IS NULL AND {months} > 0
  AND d.due_at < %s::timestamptz + make_interval(days => %s)
ON CONFLICT (kind, record_id, due_at) DO NOTHING
"""
VOID = """
UPDATE consent_notice n SET state = 'void'
WHERE n.kind = 'reconfirm' AND n.state IN ('due', 'failed')
  AND NOT EXISTS (SELECT FROM consent_state s WHERE s.record_id = n.record_id AND s.state = 'given')
"""


@transaction.atomic
def gather(*, actor: Actor, now: datetime | None = None, with_reconfirms: bool = True) -> tuple[int, int]:
    """Put into the queue whoever must be told: results of what was said lately, and consents whose two years end soon.

    Asking twice adds nothing. What was withdrawn meanwhile need not be confirmed any more. `with_reconfirms` reads
    every consent, so it is asked once a night. Returns how many of each.
    """
    now, policy, rules = now or timezone.now(), notice_policy(), book()
    days, day_params = by_country(rules, lambda country: rules.days("result_days", country), "int")
    months, month_params = by_country(rules, lambda country: rules.bound("email", country).reconfirm_months, "int")
    with connection.cursor() as cursor:
        since = now - timedelta(days=LOOK_BACK_DAYS)
        cursor.execute(RESULTS.format(days=days), [*day_params, since, *day_params, *day_params])
        results, reconfirms = cursor.rowcount, 0
        if with_reconfirms:
            cursor.execute(RECONFIRMS.format(months=months), [*month_params, *month_params, now, policy.ahead_days])
            reconfirms = cursor.rowcount
            cursor.execute(VOID)
    if results or reconfirms:
        emit(NoticesGathered(results=results, reconfirms=reconfirms), actor=actor)
    return results, reconfirms


@transaction.atomic
def note_handed(*, actor: Actor, notices: Sequence[Notice], letter: int) -> None:
    """The letter with this number tells of these notices and is on its way."""
    ids = [notice.pk for notice in notices]
    Notice.objects.for_system(WHY).filter(pk__in=ids, state="due").update(state=Notice.State.HANDED, letter=letter)


@transaction.atomic
def note_told(*, actor: Actor, letter: int, at: datetime, message_id: int | None, proof: Mapping[str, Any]) -> int:
    """The letter was taken by the receiver's server: what it told of is proven. Twice does nothing."""
    rows = list(Notice.objects.for_system(WHY).select_for_update().filter(letter=letter, state=Notice.State.HANDED))
    for row in rows:
        _told(row, at, proof)
        told = NoticeSent(
            subject_id=row.pk, about_id=row.person_id, kind=row.kind, record_id=row.record_id, message_id=message_id
        )
        emit(told, actor=actor)
    return len(rows)


@transaction.atomic
def note_failed(*, actor: Actor, letter: int, reason: str) -> int:
    """The letter could not be handed over: its notices stand in the queue for staff."""
    rows = list(Notice.objects.for_system(WHY).select_for_update().filter(letter=letter, state=Notice.State.HANDED))
    for row in rows:
        row.state, row.reason = Notice.State.FAILED, reason
        row.save(update_fields=["state", "reason"])
        emit(NoticeFailed(subject_id=row.pk, about_id=row.person_id, kind=row.kind, reason=reason), actor=actor)
    return len(rows)


@transaction.atomic
def tell_by_hand(*, actor: Actor, notice_id: int, how: str) -> Notice:
    """Write down that staff told the person themselves (on the telephone, by letter), and how.

    Raises Forbidden (change privacy), NotFound, ValidationError when nothing says how.
    """
    require(actor, "change", "privacy")
    row = Notice.objects.visible_to(actor).select_for_update().filter(pk=notice_id).first()
    if row is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    how = " ".join(how.replace("\x00", "").split())[:MOST_TEXT]
    if not how:
        raise ValidationError({"how": _("Say how the customer was told.")})
    if row.state != Notice.State.SENT:
        _told(row, timezone.now(), {"by": actor.name, "how": how})
        emit(NoticeToldByHand(subject_id=row.pk, about_id=row.person_id, kind=row.kind), actor=actor)
    return row


@transaction.atomic
def ask_for_notices(*, actor: Actor, kind: str) -> int:
    """Let everything of a kind that waits, or could not be told before, go out now. Raises Forbidden."""
    require(actor, "change", "privacy")
    rows = Notice.objects.visible_to(actor).filter(kind=kind, state__in=["due", "failed"])
    count = rows.update(asked_at=timezone.now(), state=Notice.State.DUE, letter=None, reason="")
    if count:
        emit(NoticesAsked(count=count), actor=actor)
    return int(count)


@transaction.atomic
def set_notice_policy(*, actor: Actor, **values: Any) -> NoticePolicy:
    """Set what goes out by itself. Raises Forbidden (needs the right to change the workspace), ValidationError."""
    require(actor, "change", "workspace")
    before = notice_policy()
    names = ("is_result_automatic", "is_reconfirm_automatic", "settle_minutes", "ahead_days")
    wanted = {name: values.get(name, getattr(before, name)) for name in names}
    errors = {}
    if not 0 <= wanted["settle_minutes"] <= 24 * 60:
        errors["settle_minutes"] = _("Give a number of minutes from 0 to 1,440.")
    if not 1 <= wanted["ahead_days"] <= 180:
        errors["ahead_days"] = _("Give a number of days from 1 to 180.")
    if errors:
        raise ValidationError(errors)
    changes = {n: [getattr(before, n), wanted[n]] for n in names if getattr(before, n) != wanted[n]}
    if before.pk and not changes:
        return before
    row = NoticePolicy.objects.create(**wanted, set_by_id=actor.user_id)
    emit(NoticePolicySet(subject_id=row.pk, changes=changes), actor=actor)
    return row


def _told(row: Notice, at: datetime, proof: Mapping[str, Any]) -> None:
    row.state, row.told_at, row.proof, row.reason = Notice.State.SENT, at, dict(proof), ""
    row.save(update_fields=["state", "told_at", "proof", "reason"])
    if row.kind == Notice.Kind.RECONFIRM:
        ConsentState.objects.for_system(WHY).filter(record_id=row.record_id, state="given").update(confirmed_at=at)
