"""Who must be told, who is late, who was told; and what waits to be handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dangol.core.consent.ledger.models import ConsentRecord
from dangol.core.consent.notices.models import Notice, NoticePolicy
from dangol.platform.access.actor import Actor

WHY = "the queue of who must be told"
OPEN = (Notice.State.DUE, Notice.State.HANDED, Notice.State.FAILED)


def notice_policy() -> NoticePolicy:
    """What goes out by itself; the defaults until somebody sets it."""
    return NoticePolicy.objects.order_by("-pk").first() or NoticePolicy()


@dataclass(frozen=True)
class Counts:
    """How many of a kind wait, are late, could not be told, and were told."""

    due: int
    late: int
    failed: int
    sent: int


def counts(actor: Actor, kind: str) -> Counts:
    """The queue of a kind in numbers, as far as `actor` sees the people."""
    now = timezone.now()
    waiting = Q(state__in=[Notice.State.DUE, Notice.State.HANDED])
    found = Notice.objects.visible_to(actor).filter(kind=kind).aggregate(
        due=Count("pk", filter=waiting), late=Count("pk", filter=Q(state__in=OPEN, due_at__lt=now)),
        failed=Count("pk", filter=Q(state="failed")), sent=Count("pk", filter=Q(state="sent")),
    )  # fmt: skip
    return Counts(**found)


def queue(actor: Actor, kind: str, show: str) -> QuerySet[Notice]:
    """Notices of a kind: `open` (soonest first), `late`, `failed` or `sent` (newest first)."""
    rows = Notice.objects.visible_to(actor).filter(kind=kind)
    if show == "sent":
        return rows.filter(state="sent").order_by("-told_at", "-pk")
    if show == "failed":
        return rows.filter(state="failed").order_by("due_at", "pk")
    rows = rows.filter(state__in=OPEN)
    return (rows.filter(due_at__lt=timezone.now()) if show == "late" else rows).order_by("due_at", "pk")


def records_of(actor: Actor, notices: Sequence[Notice]) -> dict[int, ConsentRecord]:
    """The lines of the ledger behind some notices. One query."""
    ids = {notice.record_id for notice in notices}
    return ConsentRecord.objects.visible_to(actor).in_bulk(ids) if ids else {}


def waiting(now: datetime, limit: int) -> dict[int, list[Notice]]:
    """What is to be handed over now, by person: results that have settled, confirmations that go or were asked for."""
    policy = notice_policy()
    settled = Q(kind="result", created_at__lte=now - timedelta(minutes=policy.settle_minutes))
    wanted = Q(pk__in=[])
    if policy.is_result_automatic:
        wanted |= settled
    wanted |= Q(kind="reconfirm") if policy.is_reconfirm_automatic else Q(kind="reconfirm", asked_at__isnull=False)
    wanted |= Q(kind="result", asked_at__isnull=False)
    rows = Notice.objects.for_system(WHY).filter(state="due")
    first = list(rows.filter(wanted).order_by("due_at", "pk").values_list("person_id", flat=True)[:limit])
    found: dict[int, list[Notice]] = {}
    for notice in rows.filter(wanted, person_id__in=set(first)).order_by("person_id", "pk"):
        found.setdefault(notice.person_id, []).append(notice)
    return found


def of_letter(letter: int) -> list[Notice]:
    """The notices that went with one letter."""
    return list(Notice.objects.for_system(WHY).filter(letter=letter).order_by("pk"))


def notices_of(actor: Actor, person_id: int) -> list[Notice]:
    """Everything a person was or will be told, newest first."""
    return list(Notice.objects.visible_to(actor).filter(person_id=person_id).order_by("-due_at", "-pk"))


def told_dict(notice: Notice) -> dict[str, Any]:
    """A notice for an archive."""
    return {
        "kind": notice.kind, "state": notice.state, "record": notice.record_id, "due_at": notice.due_at.isoformat(),
        "told_at": notice.told_at.isoformat() if notice.told_at else None, "reason": notice.reason,
        "proof": notice.proof,
    }  # fmt: skip
