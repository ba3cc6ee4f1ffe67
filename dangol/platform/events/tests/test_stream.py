from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from dangol.platform.access.actor import Actor
from dangol.platform.events.event import Event, RowChange
from dangol.platform.events.models import Delivery, EventChange, EventRecord
from dangol.platform.events.stream import _SUBSCRIBERS, deliver, emit, emit_bulk, subscribe

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class PriceSet(Event):
    NAME = "test.price_set"
    SUBJECT = "test"

    price: Decimal
    on: date


@pytest.fixture
def heard() -> Iterator[list[EventRecord]]:
    found: list[EventRecord] = []
    subscribe("test.price_set", name="test.listener")(found.append)
    yield found
    _SUBSCRIBERS.pop("test.price_set")


def told(system: Actor) -> EventRecord:
    return emit(PriceSet(subject_id=3, price=Decimal("1.10"), on=date(2026, 3, 1)), actor=system)


def test_an_event_keeps_who_why_and_what_without_losing_a_digit(system: Actor) -> None:
    record = told(system)
    record.refresh_from_db()
    assert (record.actor_kind, record.reason) == ("system", "test")
    assert record.payload == {"price": "1.10", "on": "2026-03-01"}
    assert record.xid is not None


def test_each_subscriber_gets_one_job_in_the_same_transaction(system: Actor, heard: list[EventRecord]) -> None:
    told(system)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'events.deliver'")
        assert [json.loads(row[0])["subscriber"] for row in cursor.fetchall()] == ["test.listener"]


def test_a_delivery_made_twice_is_heard_once(system: Actor, heard: list[EventRecord]) -> None:
    record = told(system)
    deliver(event_id=str(record.id), subscriber="test.listener")
    deliver(event_id=str(record.id), subscriber="test.listener")
    assert [r.id for r in heard] == [record.id]
    assert Delivery.objects.count() == 1


def test_a_subscriber_that_fails_is_not_noted_as_told(system: Actor) -> None:
    def fail(record: EventRecord) -> None:
        raise RuntimeError

    subscribe("test.price_set", name="test.broken")(fail)
    record = told(system)
    with pytest.raises(RuntimeError):
        deliver(event_id=str(record.id), subscriber="test.broken")
    assert not Delivery.objects.exists()
    _SUBSCRIBERS.pop("test.price_set")


def test_a_bulk_write_is_one_event_with_before_and_after_of_each_row(system: Actor) -> None:
    rows = [RowChange("test", n, {"a": Decimal(n)}, {"a": None}) for n in range(3)]
    rows.append(RowChange("test", 9, None, {"text": 'tab\t"quote" \\ 한글\n'}))
    record = emit_bulk(PriceSet(price=Decimal(1), on=date(2026, 1, 1)), actor=system, rows=rows)
    kept = EventChange.objects.filter(event=record).order_by("subject_id")
    assert [(c.before, c.after) for c in kept[:2]] == [({"a": "0"}, {"a": None}), ({"a": "1"}, {"a": None})]
    assert kept[3].before is None
    assert kept[3].after == {"text": 'tab\t"quote" \\ 한글\n'}


@pytest.mark.parametrize("sql", ["UPDATE event SET name = 'x'", "DELETE FROM event"])
def test_the_plain_role_can_neither_change_nor_delete_events(system: Actor, sql: str) -> None:
    told(system)
    with pytest.raises(ProgrammingError, match="kept for good"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_plain_role_cannot_change_tables() -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE public.mine (x int)")
    assert connections["owner"].settings_dict["USER"] != connections["default"].settings_dict["USER"]
