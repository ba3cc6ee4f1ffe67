"""What goes each night, and what must stay."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from dangol.platform.console import measures, pruning
from dangol.platform.console.models import SizeSample, Timing
from dangol.platform.console.slow import forget_old_timings
from dangol.platform.console.upkeep import keep_order
from dangol.platform.events.models import Delivery
from dangol.platform.jobs.tests.test_queue import put


def bury(*xids: int) -> None:
    with connection.cursor() as cursor:
        for xid in xids:
            cursor.execute(
                "INSERT INTO db_tombstone (table_name, key, xid) VALUES ('t', %s, %s::text::xid8)", [xid, xid]
            )


def buried() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM db_tombstone ORDER BY key")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_removals_stay_until_the_lake_has_taken_them(monkeypatch: pytest.MonkeyPatch) -> None:
    bury(5, 10, 15)
    monkeypatch.setattr(pruning, "horizon", lambda: 0)
    assert pruning.prune().removals == 0
    monkeypatch.setattr(pruning, "horizon", lambda: 10)
    assert (pruning.prunable().removals, pruning.prunable().removals_kept) == (1, 2)
    assert pruning.prune().removals == 1
    assert buried() == [10, 15]


@pytest.mark.django_db
def test_a_lake_of_the_future_prunes_nothing_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        now = int(cursor.fetchone()[0])
    bury(now)
    monkeypatch.setattr(pruning, "horizon", lambda: now + 1_000_000)
    assert pruning.prune().removals == 0


@pytest.mark.django_db
def test_old_deliveries_go_unless_an_old_event_may_still_be_tried_again() -> None:
    for days in (1, 40):
        Delivery.objects.create(event_id=uuid4(), subscriber="x", delivered_at=timezone.now() - timedelta(days=days))
    waiting = put(queue_name="events", status="failed")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '35 days' WHERE job_id = %s", [waiting]
        )  # fmt: skip
    assert pruning.prune().deliveries == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [waiting])
    assert pruning.prune().deliveries == 1
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_many_rows_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 3)
    monkeypatch.setattr(pruning, "horizon", lambda: 100)
    bury(*range(3, 13))
    assert pruning.prune().removals == 10


@pytest.mark.django_db
def test_sizes_are_noted_once_a_day_and_growth_follows_from_them() -> None:
    assert measures.take_samples() == measures.take_samples()
    assert SizeSample.objects.filter(kind="table", name="event").count() == 1
    ago = timezone.now().date() - timedelta(days=10)
    SizeSample.objects.create(on_day=ago, kind="table", name="event", bytes=0)
    now = {t.name: t for t in measures.tables(300)}["event"]
    assert now.per_day == pytest.approx(now.bytes / 10)
    SizeSample.objects.create(on_day=timezone.now().date() - timedelta(days=500), kind="place", name="x", bytes=1)
    measures.take_samples()
    assert not SizeSample.objects.filter(name="x").exists()


@pytest.mark.django_db
def test_old_timings_go_and_of_each_day_only_the_longest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dangol.platform.console.slow.MOST_STATEMENTS_A_DAY", 2)
    today = timezone.now().date()
    for n, on_day in enumerate([today, today, today, today - timedelta(days=20)]):
        Timing.objects.create(
            on_day=on_day, kind="statement", mark=str(n), name=str(n), count=1, total_ms=n, buckets=[0] * 18
        )
    assert forget_old_timings() == 2
    assert sorted(Timing.objects.values_list("name", flat=True)) == ["1", "2"]


@pytest.mark.django_db
def test_the_nightly_upkeep_runs_whole() -> None:
    keep_order(timestamp=0)
    assert SizeSample.objects.filter(kind="place", name="database").exists()
