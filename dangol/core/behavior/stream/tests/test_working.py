"""Working off: once each, in their months, and what cannot be an event is put aside with its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.behavior.sources.services import change_source
from dangol.core.behavior.stream.models import EventAside, EventName, EventProperty, Inbox, Tally
from dangol.core.behavior.stream.rules.clock import month_of
from dangol.core.behavior.stream.services import working
from dangol.core.behavior.stream.services.judging import (
    accept_properties,
    change_policy,
    discard,
    judge_name,
    work_off_again,
)
from dangol.core.behavior.stream.services.partitions import SEEN, attached, ensure_days, ensure_months, prune
from dangol.core.behavior.stream.services.working import take_turn, work_off_all
from dangol.core.behavior.stream.steps import _steps, register_step
from dangol.core.behavior.stream.tests.inbox import SYSTEM, done_learning, events, give, source, track
from dangol.platform.exports.company.closed import room_for
from dangol.platform.objects.custom_fields.indexing import owner_connection

pytestmark = pytest.mark.django_db


def test_accepted_bodies_become_events_and_leave_the_inbox() -> None:
    shop = source()
    give(shop, track("Viewed", "m1", properties={"sku": "P-1"}), track("Added", "m2"))
    give(shop, {"userId": 7, "traits": {"plan": "gold"}}, kind="identify")
    done = work_off_all()
    assert (done.requests, done.kept, done.aside) == (2, 3, 0)
    assert [(e.kind, e.name, e.message_id) for e in events()] == [
        ("track", "Viewed", "m1"), ("track", "Added", "m2"), ("identify", "", "")
    ]  # fmt: skip
    assert events()[0].properties == {"sku": "P-1"}
    assert events()[2].properties == {"plan": "gold"}
    assert not Inbox.objects.for_system("test").exists()


def test_a_repeat_is_dropped_within_a_body_among_bodies_and_for_a_week() -> None:
    shop, other = source(), source(name="App")
    give(shop, track("One", "m1"), track("Again", "m1"))
    give(shop, track("Once more", "m1"))
    give(other, track("Another source", "m1"))
    assert (work_off_all().kept, len(events())) == (2, 2)
    today = timezone.now().date()
    for days, is_new in ((7, False), (8, True)):
        ensure_days([today - timedelta(days=days)])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE behavior_seen SET seen_on = %s", [today - timedelta(days=days)])
        give(shop, track("Later", "m1"))
        assert work_off_all().kept == is_new
    assert sum(t.repeated for t in Tally.objects.for_system("test").filter(source=shop)) == 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 8), max_size=6), max_size=6))
def test_whatever_comes_again_each_message_is_kept_once(bodies: list[list[int]]) -> None:
    shop = source(name=f"Shop {timezone.now()}")
    before = len(events())
    for body in bodies:
        give(shop, *(track("Event", f"m{n}") for n in body))
    work_off_all()
    kept = [e.message_id for e in events()[before:]]
    assert sorted(kept) == sorted({f"m{n}" for body in bodies for n in body})


def test_events_without_a_message_id_are_all_kept() -> None:
    give(source(), track(), track(), track(messageId=""))
    assert work_off_all().kept == 3


def test_a_late_event_lands_in_its_month_by_the_corrected_clock() -> None:
    now = timezone.now().replace(microsecond=0)
    late, wrong = now - timedelta(days=100), timedelta(days=-4000)
    give(source(), track(timestamp=(late + wrong).isoformat()), received_at=now, sentAt=(now + wrong).isoformat())
    work_off_all()
    assert [e.at for e in events()] == [late]
    assert f"behavior_event_{month_of(late)}" in attached("behavior_event")
    assert [t.late for t in Tally.objects.for_system("test")] == [1]


def test_what_is_no_event_is_put_aside_and_can_be_worked_off_again() -> None:
    shop = source()
    nobody, unclean = {"type": "track", "event": "Nobody"}, track("ok\x00", "m\ud800", properties={"a": "b\x00"})
    give(shop, track(), nobody, "no object", unclean)
    assert (work_off_all().kept, len(events())) == (2, 2)
    asides = list(EventAside.objects.for_system("test").order_by("pk"))
    assert [a.reason for a in asides] == ["nobody", "no_object"]
    assert [e.name for e in events()] == ["Viewed", "ok"]
    assert work_off_again(SYSTEM, [asides[0].pk]) == 1
    assert discard(SYSTEM, [asides[1].pk]) == 1
    work_off_all()
    again = EventAside.objects.for_system("test").get()
    assert (again.reason, again.body, again.received_at) == ("nobody", asides[0].body, asides[0].received_at)


def test_a_request_that_breaks_the_work_off_keeps_nothing_else_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = source()
    for n in range(5):
        give(shop, track("Poison" if n == 2 else "Fine", f"m{n}"))

    def step(batch: Any, cursor: Any) -> None:
        if any(e.name == "Poison" for e in batch.events):
            cursor.execute("SELECT 1 / 0")

    register_step("test.poison", 100, step)
    try:
        while take_turn():
            pass
    finally:
        del _steps["test.poison"]
    assert sorted(e.message_id for e in events()) == ["m0", "m1", "m3", "m4"]
    assert [a.reason for a in EventAside.objects.for_system("test")] == ["broken"]
    assert not Inbox.objects.for_system("test").exists()


def test_steps_take_part_before_and_after_the_events_are_written() -> None:
    seen: list[Any] = []

    def before(batch: Any, cursor: Any) -> None:
        for event in batch.events:
            event.title = "Seen by the step"
        batch.events = [e for e in batch.events if e.name != "Taken out"]

    def after(batch: Any, cursor: Any) -> None:
        cursor.execute("SELECT title FROM behavior_event WHERE id = ANY(%s)", [[e.id for e in batch.events]])
        seen.extend(cursor.fetchall())

    register_step("test.before", 10, before)
    register_step("test.after", 900, after)
    try:
        give(source(), track("Stays"), track("Taken out"))
        work_off_all()
    finally:
        del _steps["test.before"], _steps["test.after"]
    assert seen == [("Seen by the step",)]


def test_after_learning_new_names_and_types_are_flagged_until_accepted() -> None:
    shop = source()
    give(shop, track("Viewed", properties={"sku": "a"}))
    work_off_all()
    done_learning(shop)
    EventName.objects.for_system("test").update(first_at=timezone.now() - timedelta(days=9))
    give(shop, track("Viewed", properties={"sku": 7, "colour": "red"}), track("Odd", properties={"a": 1}))
    work_off_all()
    names = {n.name: n for n in EventName.objects.for_system("test")}
    assert {n: (k.flag, k.state, k.count) for n, k in names.items()} == {
        "Viewed": ("", "open", 2), "Odd": ("new", "open", 1)
    }  # fmt: skip
    flags = {p.name: (p.flag, p.types) for p in EventProperty.objects.for_system("test")}
    assert flags == {"sku": ("type", ["number", "text"]), "colour": ("new", ["text"]), "a": ("", ["number"])}
    assert accept_properties(actor=SYSTEM, source_id=shop.pk, name_id=names["Viewed"].pk) == 2
    judge_name(actor=SYSTEM, source_id=shop.pk, name_id=names["Odd"].pk, is_blocked=False)
    assert not EventName.objects.for_system("test").exclude(flag="").exists()


def test_a_name_is_kept_out_by_hand_or_from_its_first_event_on() -> None:
    shop = source()
    give(shop, track("Viewed"))
    work_off_all()
    done_learning(shop)
    change_source(actor=SYSTEM, source_id=shop.pk, values={"on_unexpected": "block"})
    give(shop, track("Viewed"), track("New"))
    assert (work_off_all().blocked, len(events())) == (1, 2)
    known = EventName.objects.for_system("test").get(name="Viewed")
    judge_name(actor=SYSTEM, source_id=shop.pk, name_id=known.pk, is_blocked=True)
    give(shop, track("Viewed"), {"type": "page", "anonymousId": "a"})
    assert (work_off_all().blocked, len(events())) == (1, 3)


def test_a_stranger_with_the_key_cannot_fill_the_tables_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    from dangol.core.behavior.stream.services import noting

    monkeypatch.setattr(noting, "MOST_NAMES", 3)
    monkeypatch.setattr(noting, "MOST_PROPERTIES", 2)
    give(source(), *(track(f"N{n}", properties={f"p{n}": 1 for n in range(5)}) for n in range(9)))
    assert work_off_all().kept == 9
    assert EventName.objects.for_system("test").count() == 3
    assert EventProperty.objects.for_system("test").count() == 6


@pytest.mark.django_db(transaction=True)  # partitions are dropped beside, which would wait for this test's transaction
def test_months_go_by_the_policy_and_days_of_message_ids_by_their_time() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    ensure_months(["2026_09", "2026_10", "2026_11"])
    ensure_days([now.date() - timedelta(days=n) for n in (0, 7, 8, 9)])
    change_policy(actor=SYSTEM, months_kept="1")
    gone = prune(now)
    assert {"behavior_event_2026_09", "behavior_seen_20261113"} <= set(gone)
    assert not {"behavior_event_2026_10", "behavior_event_2026_11"} & set(gone)
    assert "behavior_seen_20261114" in attached(SEEN)


@pytest.mark.django_db(transaction=True)
def test_events_read_back_into_an_empty_house_find_their_months() -> None:
    with owner_connection() as owner, owner.transaction():
        owner.execute("CREATE TEMPORARY TABLE coming (doc json) ON COMMIT DROP")
        owner.execute("""INSERT INTO coming VALUES ('{"at": "2021-03-31T23:59:59+00:00"}'),
                         ('{"at": "2021-04-01T08:59:59+09:00"}'), ('{"at": "2021-04-01T00:00:00+00:00"}')""")
        with owner.cursor() as cursor:
            room_for("behavior_event", cursor)
    assert {"behavior_event_2021_03", "behavior_event_2021_04"} <= set(attached("behavior_event"))


def test_the_pace_follows_how_many_events_a_request_holds() -> None:
    pace = working.Pace()
    pace.learn(20, 20)
    assert pace.requests == working.MOST_REQUESTS
    pace.learn(20, 2000)
    assert pace.requests == 40
