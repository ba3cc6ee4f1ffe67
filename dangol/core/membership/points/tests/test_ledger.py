"""Lines by hand and by time: never below zero, first what expires first, the replay of the ledger is the balance."""

from __future__ import annotations

import random
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum

from dangol.core.membership.points.models import PointsAccount, PointsEntry
from dangol.core.membership.points.queries import balance_at, expiring
from dangol.core.membership.points.services.expiring import expire_points, give_notice
from dangol.core.membership.points.services.recording import record_points
from dangol.core.membership.points.services.settling import settle_all, settle_order
from dangol.core.membership.points.tests.shop import SYSTEM, balance, lines, open_shop, order, person
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.objects.writing import NotFound

pytestmark = pytest.mark.django_db


def give(who: Any, points: Any, **more: Any) -> PointsEntry:
    return record_points(
        actor=SYSTEM, person_id=who.pk, kind="adjust", points=Decimal(points), reason="a gift", **more
    )  # fmt: skip


def spend(who: Any, points: Any, **more: Any) -> PointsEntry:
    return record_points(
        actor=SYSTEM, person_id=who.pk, kind="spend", points=Decimal(points), reason="at the till", **more
    )  # fmt: skip


def test_points_come_and_go_and_are_told(db: None) -> None:
    open_shop()
    who = person()
    give(who, 500)
    entry = spend(who, 120)
    assert (balance(who), lines(who)) == (Decimal(380), [("adjust", Decimal(500)), ("spend", Decimal(-120))])
    told = EventRecord.objects.get(name="points.recorded", subject_id=entry.pk)
    assert (told.about_id, told.payload["points"]) == (who.pk, "-120.00" if "." in told.payload["points"] else "-120")


@pytest.mark.parametrize(
    ("kind", "points", "reason", "field"),
    [("spend", "600", "x", "points"), ("spend", "-5", "x", "points"), ("adjust", "0", "x", "points"),
     ("adjust", "NaN", "x", "points"), ("adjust", "1e20", "x", "points"), ("adjust", "1.5", "x", "points"),
     ("adjust", "-501", "x", "points"), ("earn", "5", "x", "kind"), ("adjust", "5", "  ", "reason"),
     ("adjust", "5", "x" * 501, "reason")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_field(kind: str, points: str, reason: str, field: str) -> None:
    open_shop()
    who = person()
    give(who, 500)
    with pytest.raises(ValidationError) as refused:
        record_points(actor=SYSTEM, person_id=who.pk, kind=kind, points=Decimal(points), reason=reason)
    assert field in refused.value.message_dict
    assert balance(who) == 500


def test_a_key_names_a_line_once(db: None) -> None:
    open_shop()
    who = person()
    give(who, 100)
    first = spend(who, 30, key="till-1-77")
    assert spend(who, 30, key="till-1-77").pk == first.pk
    assert balance(who) == 70
    with pytest.raises(ValidationError):
        spend(who, 31, key="till-1-77")


def test_the_database_itself_lets_no_balance_fall_below_zero(db: None) -> None:
    who = person()
    with pytest.raises(IntegrityError), transaction.atomic():
        PointsEntry.objects.create(person=who, kind="adjust", points=-1, at=datetime.now(UTC))
    assert balance(who) == 0


def test_lines_are_never_changed_and_go_only_all_at_once(db: None) -> None:
    open_shop()
    who = person()
    give(who, 100)
    give(who, 5)
    rows = PointsEntry.objects.for_system("test").filter(person=who)
    for values in ({"points": 7}, {"reason": "other"}, {"at": datetime.now(UTC)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.filter(points=5)._raw_delete("default")
    rows._raw_delete("default")
    assert balance(who) == 0


def test_lines_take_their_points_along_to_another_person(db: None) -> None:
    open_shop()
    one, other = person(), person()
    give(one, 100)
    give(other, 20)
    spend(one, 30)
    PointsEntry.objects.for_system("test").filter(person=one).update(person=other)
    assert (balance(one), balance(other)) == (0, 90)
    spend(other, 90)


def test_what_expires_first_is_spent_first_and_the_rest_expires_on_its_day(db: None) -> None:
    open_shop(valid_months=1, notice_days=40)
    who = person()
    first = give(who, 100)
    last_day = first.expires_on
    assert last_day is not None
    spend(who, 30)
    assert expiring(SYSTEM, who.pk, last_day) == (Decimal(70), last_day)
    assert expire_points(actor=SYSTEM, on=last_day) == 0
    assert give_notice(actor=SYSTEM) == 1
    assert give_notice(actor=SYSTEM) == 0
    assert expire_points(actor=SYSTEM, on=last_day + timedelta(days=1)) == 1
    assert expire_points(actor=SYSTEM, on=last_day + timedelta(days=1)) == 0
    assert (balance(who), lines(who)[-1]) == (0, ("expire", Decimal(-70)))
    told = EventRecord.objects.get(name="points.expiring")
    assert EventChange.objects.get(event=told).after == {"points": "70.00", "expires_on": last_day.isoformat()}


def test_points_that_never_expire_stay(db: None) -> None:
    open_shop(valid_months=0)
    who = person()
    assert give(who, 100).expires_on is None
    assert expire_points(actor=SYSTEM, on=date(2099, 1, 1)) == 0


def test_the_balance_of_any_moment_is_told(db: None) -> None:
    open_shop()
    who = person()
    order(who, 100_000, "old", days_ago=30)
    settle_all(actor=SYSTEM)
    give(who, 5)
    now = datetime.now(UTC)
    found = [balance_at(SYSTEM, who.pk, now - timedelta(days=d)) for d in (31, 29, 1)]
    assert found == [0, 1000, 1000]
    assert balance_at(SYSTEM, who.pk, now) == 1005


def test_only_who_may_record_points_does_and_only_for_people_they_see(cast: Any) -> None:
    from dangol.core.customers.people.services import create_person

    open_shop()
    who = create_person(actor=cast.actor("owner"), values={"name": "Kim"})
    with pytest.raises(Forbidden):
        record_points(actor=cast.actor("owner"), person_id=who.pk, kind="adjust", points=Decimal(5), reason="x")
    record_points(actor=cast.actor("admin"), person_id=who.pk, kind="adjust", points=Decimal(5), reason="x")
    with pytest.raises(NotFound):
        record_points(actor=cast.actor("admin"), person_id=2**62, kind="adjust", points=Decimal(5), reason="x")


def test_the_replay_of_any_ledger_is_its_balance_and_what_is_left_of_its_lots(db: None) -> None:
    """Sixty random acts on three people: orders placed, changed, moved, binned; points spent, given, expired."""
    open_shop(valid_months=1)
    chance, people = random.Random(7), [person(name) for name in ("A", "B", "C")]
    orders = [order(chance.choice(people), chance.randint(0, 90_000), f"o{n}", days_ago=n % 50) for n in range(12)]
    for _ in range(60):
        _act(chance, people, orders)
        rows: Any = PointsEntry.objects.for_system("test").order_by().values("person_id")
        sums = rows.annotate(points=Sum("points"), left=Sum("remaining")).values_list("person_id", "points", "left")
        kept = dict(PointsAccount.objects.for_system("test").values_list("person_id", "balance"))
        assert all(points == left == kept.pop(pk) >= 0 for pk, points, left in sums)
        assert not any(kept.values())
    assert {kind for who in people for kind, _ in lines(who)} == {"earn", "cancel", "spend", "expire", "adjust"}


def _act(chance: random.Random, people: list[Any], orders: list[Any]) -> None:
    which, who, one = chance.randrange(6), chance.choice(people), chance.choice(orders)
    try:
        if which == 0:
            spend(who, chance.randint(1, 900))
        elif which == 1:
            give(who, chance.choice([-50, 10, 300]))
        elif which == 2:
            expire_points(actor=SYSTEM, on=datetime.now(UTC).date() + timedelta(days=chance.choice([0, 0, 40])))
        elif which == 3:
            one.value, one.deleted_at = chance.randint(0, 90_000), None
        elif which == 4:
            one.person = chance.choice([*people, None])
        else:
            one.deleted_at = chance.choice([None, datetime.now(UTC)])
    except ValidationError:
        return
    one.save()
    settle_order(actor=SYSTEM, order_id=one.pk)


@pytest.mark.django_db(transaction=True)
def test_spending_at_the_same_time_never_overdraws() -> None:
    open_shop()
    who = person()
    give(who, 100)
    done: list[str] = []

    def try_it() -> None:
        try:
            spend(who, 30)
            done.append("spent")
        except ValidationError:
            done.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["refused"] * 5 + ["spent"] * 3
    assert balance(who) == 10
    account = PointsAccount.objects.for_system("test").get(pk=who.pk)
    assert account.balance == 10
