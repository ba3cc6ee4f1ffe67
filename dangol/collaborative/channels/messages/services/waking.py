"""What the clock does each minute: held messages whose time came wait again, and no source is left without a job."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Batch
from dangol.collaborative.channels.messages.services.batches import settle_left_batches
from dangol.platform.access.actor import Actor
from dangol.platform.mail.journal import journal_path

OLD_JOURNAL = timedelta(days=2)


def wake(*, actor: Actor) -> list[tuple[str, int]]:
    """Settle what dead workers left, wake what was held, and return the sources (name, id) that wait."""
    settle_left_batches(actor=actor)
    _wake_held()
    _sweep_journals()
    return _waiting_sources()


@transaction.atomic
def _wake_held() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_message SET state = 'pending', not_before = NULL"
            " WHERE state = 'held' AND not_before <= now()"
        )


def _waiting_sources() -> list[tuple[str, int]]:
    """Walks from source to source in the index of what waits, without touching the messages in between."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE walk AS (
              (SELECT source, source_id FROM channels_message WHERE state IN ('pending', 'held', 'handing')
               ORDER BY source, source_id LIMIT 1)
              UNION ALL
              SELECT next.* FROM walk w CROSS JOIN LATERAL (
                SELECT m.source, m.source_id FROM channels_message m
                WHERE (m.source, m.source_id) > (w.source, w.source_id) AND m.state IN ('pending', 'held', 'handing')
                ORDER BY m.source, m.source_id LIMIT 1
              ) next
            )
            SELECT w.source, w.source_id FROM walk w WHERE EXISTS (
              SELECT FROM channels_message m WHERE m.source = w.source AND m.source_id = w.source_id
                AND m.state = 'pending' AND m.state IN ('pending', 'held', 'handing')
            )
            """
        )
        return [(str(source), int(pk)) for source, pk in cursor.fetchall()]


def _sweep_journals() -> None:
    """Throw away journals of closed batches, whose worker died just before it did, and old ones of claims that never
    were."""
    found = {path.stem: path for path in journal_path("house").parent.glob("batch-*.journal")}
    known = Batch.objects.for_system("their journals are kept").filter(journal__in=found)
    is_open = {name: closed_at is None for name, closed_at in known.values_list("journal", "closed_at")}
    before = (timezone.now() - OLD_JOURNAL).timestamp()
    for name, path in found.items():
        with suppress(FileNotFoundError):
            if not is_open.get(name, path.stat().st_mtime >= before):
                path.unlink()
