from __future__ import annotations

from django.utils import timezone

from dangol.core.customers.people.services import let_age
from dangol.platform.jobs.tasks import task


@task(name="people.age", queue_name="upkeep", cron="23 15 * * *", lock="people.age")
def age(timestamp: int) -> None:
    """Move those who had a birthday into their band of age, shortly after midnight in Korea."""
    let_age(timezone.localdate())
