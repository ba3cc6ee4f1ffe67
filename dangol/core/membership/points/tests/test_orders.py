"""What orders earn, and what goes back with them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dangol.core.membership.grades.models import GradeMove, Member
from dangol.core.membership.grades.queries import programme
from dangol.core.membership.grades.rules import Held, Step, held_now
from dangol.core.membership.grades.services import regrade, save_grade, set_programme
from dangol.core.membership.points.models import PointsEntry
from dangol.core.membership.points.services.recording import record_points
from dangol.core.membership.points.services.settling import settle_all, settle_order
from dangol.core.membership.points.tests.shop import SYSTEM, balance, lines, open_shop, order, person
from dangol.platform.events.models import EventChange, EventRecord

pytestmark = pytest.mark.django_db
GOLD = {"name_en": "Gold", "name_ko": "골드", "threshold": Decimal(500_000), "earn_percent": Decimal(3)}
SILVER = {"name_en": "Silver", "name_ko": "실버", "threshold": Decimal(100_000), "earn_percent": Decimal(2)}


def test_an_order_earns_once_however_often_one_asks(db: None) -> None:
    open_shop()
    who = person()
    one = order(who, 30_050, "a")
    for _ in range(3):
        settle_order(actor=SYSTEM, order_id=one.pk)
        settle_all(actor=SYSTEM)
    assert (balance(who), lines(who)) == (300, [("earn", Decimal(300))])


def test_what_does_not_count_earns_nothing(db: None) -> None:
    open_shop()
    who = person()
    order(who, 30_000, "before", days_ago=3000)
    order(who, None, "no rate")
    order(who, -500, "adjusted", kind="adjustment")
    order(None, 30_000, "nobody")
    order(who, 40, "too small")
    one = order(who, 30_000, "binned")
    one.deleted_at = datetime.now(UTC)
    one.save()
    settle_all(actor=SYSTEM)
    assert lines(who) == []


def test_nothing_is_earned_before_somebody_starts_the_programme(db: None) -> None:
    open_shop(starts_on=None)
    who = person()
    one = order(who, 30_000, "a")
    assert settle_all(actor=SYSTEM) == 0
    settle_order(actor=SYSTEM, order_id=one.pk)
    assert lines(who) == []


def test_points_go_back_with_the_order_and_come_again_with_it(db: None) -> None:
    open_shop()
    who = person()
    one = order(who, 30_000, "a")
    settle_all(actor=SYSTEM)
    one.deleted_at = datetime.now(UTC)
    one.save()
    settle_all(actor=SYSTEM)
    assert balance(who) == 0
    one.deleted_at = None
    one.save()
    settle_order(actor=SYSTEM, order_id=one.pk)
    assert lines(who) == [("earn", Decimal(300)), ("cancel", Decimal(-300)), ("earn", Decimal(300))]


def test_a_cancellation_takes_back_what_was_earned_as_far_as_it_is_there(db: None) -> None:
    open_shop()
    who = person()
    order(who, 30_000, "a")
    settle_all(actor=SYSTEM)
    record_points(actor=SYSTEM, person_id=who.pk, kind="spend", points=Decimal(250), reason="x")
    back = order(who, -30_000, "C-a", kind="cancellation", days_ago=1)
    for _ in range(2):
        settle_all(actor=SYSTEM)
    assert (balance(who), lines(who)[-1]) == (0, ("cancel", Decimal(-50)))
    entry = PointsEntry.objects.for_system("test").get(order=back)
    assert entry.due == -300
    told = EventRecord.objects.get(name="points.recorded", subject_id=entry.pk)
    assert Decimal(told.payload["short"]) == 250


def test_what_was_spent_already_is_not_asked_for_later(db: None) -> None:
    open_shop()
    who = person()
    one = order(who, 30_000, "a")
    settle_all(actor=SYSTEM)
    record_points(actor=SYSTEM, person_id=who.pk, kind="spend", points=Decimal(300), reason="x")
    one.deleted_at = datetime.now(UTC)
    one.save()
    settle_order(actor=SYSTEM, order_id=one.pk)
    record_points(actor=SYSTEM, person_id=who.pk, kind="adjust", points=Decimal(100), reason="x")
    settle_all(actor=SYSTEM)
    assert balance(who) == 100
    one.deleted_at = None
    one.save()
    settle_all(actor=SYSTEM)
    assert balance(who) == 100


def test_an_order_that_was_another_buyers_moves_its_points(db: None) -> None:
    open_shop()
    first, second = person("A"), person("B")
    one = order(first, 50_000, "a")
    settle_all(actor=SYSTEM)
    one.person = second
    one.save()
    assert settle_order(actor=SYSTEM, order_id=one.pk) == sorted([first.pk, second.pk])
    assert (balance(first), balance(second)) == (0, 500)


def test_many_orders_are_told_in_one_event_with_a_row_each(db: None) -> None:
    open_shop()
    people = [person(f"P{n}") for n in range(3)]
    for n, who in enumerate(people):
        order(who, 10_000 * (n + 1), f"o{n}")
    assert settle_all(actor=SYSTEM) == 3
    told = EventRecord.objects.get(name="points.earned")
    assert (told.payload["lines"], Decimal(told.payload["points"])) == (3, 600)
    rows = EventChange.objects.filter(event=told).order_by("about_id")
    assert [(row.about_id, row.after["points"]) for row in rows] == [
        (who.pk, f"{100 * (n + 1)}.00" if "." in rows[0].after["points"] else f"{100 * (n + 1)}")
        for n, who in enumerate(people)
    ]


def test_grades_follow_what_was_bought_and_earn_by_their_own_rate(db: None) -> None:
    open_shop()
    save_grade(actor=SYSTEM, code="gold", values=GOLD, is_new=True)
    save_grade(actor=SYSTEM, code="silver", values=SILVER, is_new=True)
    big, small, none = person("big"), person("small"), person("none")
    order(big, 600_000, "1", days_ago=20)
    order(small, 100_000, "2", days_ago=20)
    order(none, 99_999, "3", days_ago=20)
    assert regrade(actor=SYSTEM) == 2
    assert regrade(actor=SYSTEM) == 0
    held = dict(Member.objects.for_system("test").values_list("person_id", "grade_id"))
    assert held == {big.pk: "gold", small.pk: "silver"}
    settle_all(actor=SYSTEM)
    assert [balance(p) for p in (big, small, none)] == [18_000, 2_000, 999]
    assert GradeMove.objects.for_system("test").count() == 2
    assert EventChange.objects.filter(event__name="member.moved").count() == 2


def test_the_statement_says_of_grades_what_the_rule_says(db: None) -> None:
    open_shop(window_months=2, keeps_months=1)
    save_grade(actor=SYSTEM, code="gold", values=GOLD, is_new=True)
    save_grade(actor=SYSTEM, code="silver", values=SILVER, is_new=True)
    steps = [Step("gold", Decimal(500_000)), Step("silver", Decimal(100_000))]
    people = {n: person(str(n)) for n in (0, 99_999, 100_000, 499_999, 500_000)}
    for n, who in people.items():
        if n:
            order(who, n, f"o{n}", days_ago=10)
    held = {n: Held() for n in people}
    today = datetime.now(UTC).date()
    for ahead in (0, 1, 40, 62, 90, 200):
        on = date.fromordinal(today.toordinal() + ahead)
        regrade(actor=SYSTEM, on=on)
        still = ahead <= 40  # the order was ten days ago, the window is two months
        held = {n: held_now(steps, Decimal(n if still else 0), before, on, 1) for n, before in held.items()}
        rows = {m.person_id: Held(m.grade_id, m.keeps_until) for m in Member.objects.for_system("test")}
        assert {n: rows.get(who.pk, Held()) for n, who in people.items()} == held, ahead


def test_grades_can_be_reached_by_points(db: None) -> None:
    open_shop(measure="points")
    save_grade(actor=SYSTEM, code="gold", values={**GOLD, "threshold": Decimal(200)}, is_new=True)
    who = person()
    order(who, 30_000, "a")
    settle_all(actor=SYSTEM)
    assert regrade(actor=SYSTEM, person_ids=[who.pk]) == 1
    assert EventRecord.objects.get(name="member.moved").changes == {"grade": [None, "gold"]}


def test_a_grade_whose_use_ended_is_lost_with_the_next_working_out(db: None) -> None:
    open_shop()
    save_grade(actor=SYSTEM, code="gold", values=GOLD, is_new=True)
    who = person()
    order(who, 600_000, "1")
    regrade(actor=SYSTEM)
    save_grade(actor=SYSTEM, code="gold", values={"is_active": False})
    assert regrade(actor=SYSTEM) == 1
    assert not Member.objects.for_system("test").exists()


def test_settings_that_make_no_sense_are_refused_by_field(db: None) -> None:
    from django.core.exceptions import ValidationError

    for values, field in (({"base_percent": 101}, "base_percent"), ({"point_digits": 3}, "point_digits"),
                          ({"measure": "luck"}, "measure"), ({"window_months": 0}, "window_months")):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            set_programme(actor=SYSTEM, values=values)
        assert field in refused.value.message_dict
    for code, values, field in (("Gold!", GOLD, "code"), ("gold", {**GOLD, "name_ko": " "}, "name_ko"),
                                ("gold", {**GOLD, "threshold": Decimal(-1)}, "threshold")):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            save_grade(actor=SYSTEM, code=code, values=values, is_new=True)
        assert field in refused.value.message_dict
    assert programme().starts_on is None
