"""What keeps the tables of calls small."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dangol.platform.api.idempotency import KEPT_FOR
from dangol.platform.api.models import Bucket, KeptAnswer
from dangol.platform.jobs.tasks import task


@task(name="api.forget_answers", queue_name="upkeep", cron="23 * * * *")
def forget_answers(timestamp: int) -> None:
    """Delete answers kept for more than a day, and buckets that are full again."""
    now = timezone.now()
    KeptAnswer.objects.filter(kept_at__lt=now - KEPT_FOR).delete()
    Bucket.objects.filter(at__lt=now - timedelta(hours=1)).delete()
