"""One small shop, analysed for real: Postgres, lake, DuckDB and back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dangol.analytical.warehouse import Analysis, steps
from dangol.analytical.warehouse.analysis.queries import last_finished, last_run
from dangol.analytical.warehouse.analysis.rules import AnalysisBusy
from dangol.analytical.warehouse.analysis.services import LOCK, analyze, ask_for_analysis
from dangol.analytical.warehouse.marts.models import Figure
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord

SYSTEM = Actor.system("test")
FIRST = datetime(2025, 1, 6, 3, tzinfo=UTC)
LAST_ON = date(2026, 1, 5)


@dataclass
class Shop:
    """Ten customers; number n orders every n * 7 days for a year, each order worth 1000."""

    people: list[Any]

    def order(self, person: Any, at: datetime, value: int, number: str) -> Any:
        from dangol.core.purchases.orders.models import Order

        return Order.objects.for_system("test").create(
            source="till",
            number=number,
            person=person,
            ordered_at=at,
            currency="KRW",
            amount=value,
            value=value,
            rate=1,
        )


@pytest.fixture
def shop(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    from dangol.core.customers.people.models import Person
    from dangol.core.purchases.orders.models import Order
    from dangol.platform.accounts.models import Workspace

    monkeypatch.setenv("DANGOL_HOME", str(tmp_path))
    Workspace.objects.update_or_create(pk=1, defaults={"currency": "KRW", "time_zone": "Asia/Seoul"})
    people = [Person.objects.for_system("test").create(name=f"Customer {n}") for n in range(1, 11)]
    Order.objects.for_system("test").bulk_create(
        Order(
            source="till", number=f"{n}-{turn}", person=person, ordered_at=FIRST + timedelta(days=n * 7 * turn),
            currency="KRW", amount=1000, value=1000, rate=1,
        )
        for n, person in enumerate(people, 1)
        for turn in range(364 // (n * 7) + 1)
    )  # fmt: skip
    return Shop(people)


def tiers() -> dict[str, str | None]:
    from dangol.analytical.segments.tiers.models import CustomerTier
    from dangol.core.customers.people.models import Person

    names = dict(Person.objects.for_system("test").values_list("pk", "name"))
    return {names[t.pk]: t.tier for t in CustomerTier.objects.for_system("test")}


def test_an_analysis_fills_figures_tiers_and_scores_and_says_so(shop: Shop) -> None:
    from dangol.analytical.predictions.lifetime_value.models import ModelRun
    from dangol.analytical.segments.tiers.models import CustomerTier, TierPeriod

    found = analyze(actor=SYSTEM)
    assert (found["as_of"], found["currency"], found["customers"]) == ("2026-01-05", "KRW", 10)
    assert found["extracted"]["person"]["rows"] == 10
    assert [tier["customers"] for tier in found["tiers"]] == [2, 5, 3]
    assert json.loads(json.dumps(found)) == found
    assert {"monthly_revenue", "cohorts", "tier_flows"} <= set(Figure.objects.values_list("name", flat=True))
    best = CustomerTier.objects.for_system("test").order_by("rank").first()
    assert best is not None
    assert (best.rank, best.tier, best.value, best.usual_gap_days) == (1, "top", Decimal(53_000), 7)
    assert (best.order_count, best.last_order_on, best.expected_on) == (53, LAST_ON, date(2026, 1, 12))
    assert sum(best.months) == best.value_12m
    assert TierPeriod.objects.for_system("test").filter(until_month="2026-01-01").count() == 10
    run = ModelRun.objects.get(model="lifetime_value")
    assert run.parameters.keys() >= {"r", "alpha", "a", "b"}
    assert EventRecord.objects.filter(name="analysis.finished").count() == 1
    finished = last_finished()
    assert finished is not None
    assert finished.result["as_of"] == "2026-01-05"


def test_a_second_analysis_writes_nothing(shop: Shop) -> None:
    analyze(actor=SYSTEM)
    made = dict(Figure.objects.values_list("name", "made_at"))
    again = analyze(actor=SYSTEM)
    assert set(again["written"].values()) == {0}
    assert dict(Figure.objects.values_list("name", "made_at")) == made
    assert {taken["changed"] for taken in again["extracted"].values()} == {0}


def test_the_next_day_takes_what_changed_and_forgets_who_is_gone(shop: Shop) -> None:
    from dangol.core.purchases.orders.models import Order

    analyze(actor=SYSTEM)
    shop.order(shop.people[9], datetime(2026, 1, 4, tzinfo=UTC), 900_000, "big")
    Order.objects.for_system("test").filter(person=shop.people[0]).delete()
    shop.people[1].deleted_at = datetime.now(UTC)
    shop.people[1].save()
    found = analyze(actor=SYSTEM)
    assert found["extracted"]["order"]["changed"] == 1
    assert found["extracted"]["order"]["gone"] == 53
    assert found["extracted"]["person"]["gone"] == 1
    now = tiers()
    assert now["Customer 10"] == "top"
    assert "Customer 1" not in now
    assert "Customer 2" not in now


def test_an_earlier_day_can_be_looked_at(shop: Shop) -> None:
    found = analyze(actor=SYSTEM, as_of=date(2025, 1, 6))
    assert (found["as_of"], found["customers"]) == ("2025-01-06", 10)
    assert [row["orders"] for row in Figure.objects.get(pk="monthly_revenue").rows] == [10]


def test_a_shop_without_orders_is_analysed_too(transactional_db: None, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("DANGOL_HOME", str(tmp_path))
    found = analyze(actor=SYSTEM)
    assert found["customers"] == 0
    assert Figure.objects.get(pk="monthly_revenue").rows == []


def test_never_two_at_once(shop: Shop) -> None:
    import psycopg
    from django.db import connection

    from dangol.platform.db.connections import libpq_parameters

    with psycopg.connect(**libpq_parameters(connection.settings_dict), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(AnalysisBusy):
            analyze(actor=SYSTEM)
        # A connection that is only closed gives its lock back when its server process has noticed.
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    analyze(actor=SYSTEM)


def test_who_may_not_change_insight_starts_no_analysis(shop: Shop) -> None:
    for work in (analyze, ask_for_analysis):
        with pytest.raises(Forbidden):
            work(actor=Actor.anonymous())


def test_several_wishes_are_one_run(db: None) -> None:
    first = ask_for_analysis(actor=SYSTEM)
    assert ask_for_analysis(actor=SYSTEM).pk == first.pk
    assert EventRecord.objects.filter(name="analysis.asked").count() == 1


def test_imports_in_a_row_ask_for_one_refresh(db: None) -> None:
    from django.db import connection

    from dangol.analytical.warehouse.analysis.subscribers import refresh_after_import

    for _ in range(3):
        refresh_after_import(EventRecord(name="orders.imported"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'warehouse.analyze'")
        assert cursor.fetchone() == (1,)


def test_a_step_that_fails_leaves_everything_as_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(analysis: Analysis) -> None:
        analysis.tell("broken", [{"a": 1}])
        raise RuntimeError("no luck")

    analyze(actor=SYSTEM)
    before = (tiers(), set(Figure.objects.values_list("name", flat=True)))
    shop.order(shop.people[9], datetime(2026, 1, 4, tzinfo=UTC), 900_000, "big")
    monkeypatch.setitem(steps._STEPS, "fails", (99, fail))
    with pytest.raises(RuntimeError):
        analyze(actor=SYSTEM)
    assert (tiers(), set(Figure.objects.values_list("name", flat=True))) == before
    failed = last_run()
    assert failed is not None
    assert (failed.state, failed.message) == ("failed", "no luck")


KILLED = """
import os, sys, json, time
import django
from django.conf import settings
django.setup()
from django.db import connections
for alias in ("default", "owner"):
    connections[alias].settings_dict["NAME"] = sys.argv[1]
from dangol.analytical.warehouse import register_step
from dangol.analytical.warehouse.analysis.services import analyze
from dangol.platform.access.actor import Actor
def wait(analysis):
    print("here", flush=True)
    time.sleep(60)
register_step("waits", 99, wait)
analyze(actor=Actor.system("test"))
"""


@pytest.mark.slow
def test_a_killed_analysis_is_simply_run_again(shop: Shop, tmp_path: Path) -> None:
    from django.db import connection

    analyze(actor=SYSTEM)
    before = tiers()
    shop.order(shop.people[9], datetime(2026, 1, 4, tzinfo=UTC), 900_000, "big")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "dangol.config.settings"}
    environment["DATABASE_URL"] = _url(connection.settings_dict)
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"])], stdout=subprocess.PIPE, env=environment
    )
    assert killed.stdout
    assert killed.stdout.readline() == b"here\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert tiers() == before
    analyze(actor=SYSTEM)
    assert tiers()["Customer 10"] == "top"
    states = [row.state for row in _runs()]
    assert states.count("running") == 0
    assert "failed" in states


def _runs() -> Any:
    from dangol.platform.jobs.models import Progress

    return Progress.objects.filter(kind="analysis")


def _url(settings: dict[str, Any]) -> str:
    from urllib.parse import quote

    word, host = (quote(str(settings[name]), safe="") for name in ("PASSWORD", "HOST"))
    return f"postgresql://{settings['USER']}:{word}@/{settings['NAME']}?host={host}&port={settings['PORT']}"
