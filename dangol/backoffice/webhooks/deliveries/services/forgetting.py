"""The log is kept for some weeks; what still waits is never forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dangol.backoffice.webhooks.deliveries.models import Attempt, Message
from dangol.platform.access.actor import Actor

KEPT = timedelta(days=30)
AT_ONCE = 10_000


def forget_old(*, actor: Actor) -> int:
    """Delete messages older than thirty days that wait no more; returns how many."""
    count = 0
    while True:
        rows = Message.objects.for_system(actor.reason).filter(created_at__lt=timezone.now() - KEPT)
        ids = list(rows.exclude(state=Message.State.WAITING).values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return count
        Attempt.objects.for_system(actor.reason).filter(message_id__in=ids).delete()
        count += Message.objects.for_system(actor.reason).filter(pk__in=ids).delete()[0]
