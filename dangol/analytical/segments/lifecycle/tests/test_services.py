"""Stages in the database: for everybody by the analysis, for one person at once, and the limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.analytical.segments.lifecycle.models import CustomerStage
from dangol.analytical.segments.lifecycle.queries import limits, limits_history, purchase_days
from dangol.analytical.segments.lifecycle.services import place_person, set_stage_limits
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventChange, EventRecord

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def person(name: str = "Kim", **more: Any) -> Any:
    from dangol.core.customers.people.models import Person
    from dangol.platform.accounts.models import Workspace

    Workspace.objects.update_or_create(pk=1, defaults={"currency": "KRW", "time_zone": "Asia/Seoul"})
    return Person.objects.for_system("test").create(name=name, **more)


def order(who: Any, days_ago: int, value: int | None = 1000, **more: Any) -> Any:
    from dangol.core.purchases.orders.models import Order

    return Order.objects.for_system("test").create(
        source="till", number=f"{who.pk}-{days_ago}-{value}", person=who, currency="KRW", amount=value or 0,
        ordered_at=datetime.now(UTC) - timedelta(days=days_ago), value=value, rate=1, **more,
    )  # fmt: skip


def stage(who: Any) -> str | None:
    row = place_person(actor=SYSTEM, person_id=who.pk)
    return row.stage if row else None


def test_one_person_is_placed_at_once_and_told_when_they_moved(db: None) -> None:
    who = person(email="kim@x.test")
    assert (stage(who), stage(who)) == ("lead", "lead")
    order(who, 1)
    assert stage(who) == "first_time"
    told = EventRecord.objects.filter(name="stage.moved").order_by("occurred_at", "id")
    assert [(e.subject_id, e.about_id, e.changes) for e in told] == [
        (who.pk, who.pk, {"stage": [None, "lead"]}), (who.pk, who.pk, {"stage": ["lead", "first_time"]}),
    ]  # fmt: skip


def test_orders_that_brought_nothing_are_no_purchase(db: None) -> None:
    who = person()
    order(who, 40, None)
    order(who, 30, 500)
    order(who, 30, -500, kind="cancellation")
    order(who, 20, 700, deleted_at=datetime.now(UTC))
    assert purchase_days(who.pk) == []
    assert stage(who) == "stranger"


def test_a_person_in_the_trash_is_not_placed(db: None) -> None:
    who = person(deleted_at=datetime.now(UTC))
    assert stage(who) is None
    assert place_person(actor=SYSTEM, person_id=2**40) is None


def test_limits_that_are_set_count_and_the_ones_before_stay_as_history(cast: Any) -> None:
    admin = cast.actor("admin")
    set_stage_limits(actor=admin, values={"loyal_from": 3})
    set_stage_limits(actor=admin, values={"lapsing_factor": Decimal("1.5")})
    assert (limits().loyal_from, limits().lapsing_factor, limits().lost_factor) == (3, Decimal("1.5"), 4)
    assert limits_history().count() == 2
    with pytest.raises(Forbidden):
        set_stage_limits(actor=cast.actor("mate"), values={"loyal_from": 4})


@pytest.mark.parametrize(
    ("name", "value"),
    [("loyal_from", 1), ("won_back_for", 0), ("lapsing_factor", Decimal("0.5")), ("lost_factor", Decimal(2)),
     ("lapsing_least_days", 0), ("lost_least_days", 30), ("usual_gap_days", 0)],
)  # fmt: skip
def test_limits_that_make_no_sense_are_refused_by_field(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        set_stage_limits(actor=SYSTEM, values={name: value})
    assert set(refused.value.message_dict) == {name}


def test_the_page_sets_limits_and_gives_the_form_back_when_they_make_no_sense(cast: Any) -> None:
    client, address = Client(), "/setup/lifecycle"
    client.force_login(cast.admin)
    assert client.get(address).status_code == 200
    sent = {"loyal_from": 4, "won_back_for": 2, "lapsing_factor": "2", "lost_factor": "4", "lapsing_least_days": 30,
            "lost_least_days": 90, "usual_gap_days": ""}  # fmt: skip
    assert client.post(address, {**sent, "loyal_from": 1}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert limits().loyal_from == 4
    client.force_login(cast.mate)
    assert client.get(address).status_code == 403


@pytest.mark.slow
def test_the_analysis_places_everybody_and_tells_only_of_those_who_moved(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dangol.analytical.warehouse.analysis.services import analyze

    monkeypatch.setenv("DANGOL_HOME", str(tmp_path))
    people = [person(f"P{n}", email=f"{n}@x.test") for n in range(4)]
    for n, who in enumerate(people[1:], 1):
        for days_ago in range(0, n * 20, 20):
            order(who, days_ago)
    found = analyze(actor=SYSTEM)
    assert {row["stage"]: row["people"] for row in found["stages"]} == {"first_time": 1, "lead": 1, "repeat": 2}
    assert not EventChange.objects.filter(subject="stage").exists()
    rows = {row.pk: row for row in CustomerStage.objects.for_system("test")}
    for who in people:  # the one rule and the other agree to the last column
        placed = place_person(actor=SYSTEM, person_id=who.pk)
        kept = rows[who.pk]
        assert placed is not None
        assert [getattr(placed, f.attname) for f in placed._meta.fields] == [
            getattr(kept, f.attname) for f in kept._meta.fields
        ]
    set_stage_limits(actor=SYSTEM, values={"loyal_from": 3})
    assert analyze(actor=SYSTEM)["written"]["customer_stage"] == 1
    told = EventChange.objects.get(subject="stage")
    assert (told.about_id, told.before, told.after) == (people[3].pk, {"stage": "repeat"}, {"stage": "loyal"})
