"""What keeps the tables of the doors small."""

from __future__ import annotations

from django.utils import timezone

from dangol.platform.accounts.entry import attempts, tickets
from dangol.platform.accounts.models import Session
from dangol.platform.jobs.tasks import task


@task(name="accounts.forget_old", queue_name="upkeep", cron="17 * * * *")
def forget_old(timestamp: int) -> None:
    """Delete tries that count no more, sessions that ended, and links that ended a month ago."""
    attempts.forget_old()
    tickets.forget_old()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
