"""What keeps visits as long as the events they are made of, and no longer."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from dangol.core.behavior.stream.services.partitions import oldest_kept
from dangol.platform.jobs.tasks import task

AT_ONCE = 20_000
_OLD = (
    "DELETE FROM behavior_touch WHERE id IN (SELECT id FROM behavior_touch WHERE at < %s LIMIT %s)",
    "DELETE FROM behavior_visit WHERE id IN (SELECT id FROM behavior_visit WHERE ended_at < %s LIMIT %s)",
    "DELETE FROM behavior_visitor WHERE id IN (SELECT id FROM behavior_visitor v WHERE last_at < %s"
    " AND person_id IS NULL"
    " AND NOT EXISTS (SELECT FROM behavior_cut c WHERE c.visitor_id = v.id AND c.undone_at IS NULL) LIMIT %s)",
)


@task(name="behavior.forget_visits", queue_name="upkeep", cron="47 4 * * *", lock="behavior.forget_visits")
def forget_visits(timestamp: int = 0) -> None:
    """Forget visits, touches and visitors nobody knows, once their events are no longer kept."""
    oldest = oldest_kept(timezone.now())
    with connection.cursor() as cursor:
        for statement in _OLD:
            count = AT_ONCE
            while count == AT_ONCE:
                cursor.execute(statement, [oldest, AT_ONCE])
                count = cursor.rowcount
