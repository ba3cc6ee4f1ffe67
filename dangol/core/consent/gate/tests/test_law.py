"""What the law asks of one message, reason by reason, and by what a permit was let pass."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dangol.core.catalog.products.models import Product
from dangol.core.consent.gate.models import PermitRecord
from dangol.core.consent.gate.queries import may_send, may_send_many
from dangol.core.consent.gate.rules import Asked
from dangol.core.consent.gate.services import Wanted, issue_permits
from dangol.core.consent.gate.tests.people import NOON, advertising, certified, offers, person, said
from dangol.core.consent.guardians.services import record_guardian, withdraw_guardian
from dangol.core.consent.law.services import correct_rule
from dangol.core.consent.ledger.models import ConsentRecord, ConsentState, Purpose
from dangol.core.consent.wishes.services import set_wish
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor

pytestmark = pytest.mark.django_db


def reason(pk: int, asked: Asked | None = None) -> str:
    asked = asked or advertising()
    one = may_send(pk, asked)
    assert may_send_many([pk], asked) == {pk: one}
    return one.reason


def bought(pk: int, days_ago: float, category: str = "coffee") -> int:
    at = NOON - timedelta(days=days_ago)
    product = Product.objects.for_system("t").get_or_create(code=category, defaults={"category": category})[0]
    order = Order.objects.create(number=f"{pk}-{days_ago}", person_id=pk, ordered_at=at, currency="KRW", amount=10)
    Line.objects.create(order_id=order.pk, position=1, product_id=product.pk, quantity=1, unit_price=10, amount=10,
                        occurred_at=at)  # fmt: skip
    return int(order.pk)


def test_a_transaction_lets_advertising_of_the_same_goods_pass_for_six_months(system: Actor) -> None:
    pk, other = person(), person(source="Bought list")
    Purpose.objects.filter(code="offers").update(goods="coffee")
    for each in (pk, other):
        bought(each, 200)
        assert reason(each) == "no_consent"
    order = bought(pk, 100)
    bought(other, 100)
    assert reason(pk) == ""
    assert reason(other) == "no_consent", "the contact was not collected directly"
    assert reason(pk, advertising(at=NOON + timedelta(days=90))) == "no_consent", "it ran out by itself"
    issue_permits(actor=system, asked=advertising(), wanted=[Wanted("a", pk)])
    kept = PermitRecord.objects.for_system("t").get().basis
    assert (kept["basis"], kept["order"]) == ("transaction", order)
    Purpose.objects.filter(code="offers").update(goods="tea")
    assert reason(pk) == "no_consent"


def test_who_refused_anything_on_the_channel_is_not_reached_by_a_transaction() -> None:
    pk = person()
    Purpose.objects.filter(code="offers").update(goods="coffee")
    bought(pk, 10)
    said(pk, "refused", purpose_id=Purpose.objects.get(code="news").pk)
    assert reason(pk) == "no_consent"
    said(pk, "withdrawn")
    assert reason(pk) == "withdrawn"


def test_the_permit_names_the_line_of_the_ledger(system: Actor) -> None:
    pk = person()
    said(pk)
    issue_permits(actor=system, asked=advertising(), wanted=[Wanted("a", pk)])
    line = ConsentRecord.objects.for_system("t").get()
    assert PermitRecord.objects.for_system("t").get().basis["record"] == line.pk


@pytest.mark.parametrize(("country", "born_on", "expected"), [
    ("KR", date(2012, 11, 21), "minor"), ("KR", date(2012, 11, 20), ""), ("DE", date(2012, 11, 20), "minor"),
    ("DE", date(2010, 11, 20), ""), ("US", date(2012, 11, 21), "minor"), ("", None, ""),
])  # fmt: skip
def test_the_young_need_a_guardian(system: Actor, country: str, born_on: date | None, expected: str) -> None:
    pk = person(country=country, born_on=born_on)
    said(pk)
    assert reason(pk) == expected
    if expected:
        values = {"name": "Mother", "method": "signed", "evidence": "No. 7", "agreed_at": NOON - timedelta(days=300)}
        agreed = record_guardian(actor=system, person_id=pk, values=values)
        assert reason(pk) == ""
        withdraw_guardian(actor=system, guardian_id=agreed.pk)
        assert reason(pk) == "minor"


def test_consent_holds_two_years_unless_its_owner_was_told(system: Actor) -> None:
    pk = person()
    said(pk)
    late = advertising(at=NOON.replace(year=2028))
    assert reason(pk, late) == "unconfirmed"
    ConsentState.objects.for_system("t").filter(person_id=pk).update(confirmed_at=NOON.replace(year=2027))
    assert reason(pk, late) == ""
    correct_rule(actor=system, country="KR", what="reconfirm_months", channel="", value="6", source="test",
                 checked_on=date(2026, 1, 1))  # fmt: skip
    assert reason(pk, late) == "unconfirmed"


def test_a_person_may_pause_wish_for_less_and_stop_all_use(system: Actor) -> None:
    pk = person()
    said(pk)
    set_wish(actor=system, person_id=pk, most_messages=1)
    assert reason(pk) == ""
    issue_permits(actor=system, asked=advertising(), wanted=[Wanted("a", pk)])
    assert reason(pk) == "wished"
    set_wish(actor=system, person_id=pk, most_messages=None, paused_until=date(2026, 11, 21))
    assert reason(pk) == "paused"
    assert reason(pk, advertising(at=NOON + timedelta(days=1))) == ""
    set_wish(actor=system, person_id=pk, is_restricted=True)
    assert reason(pk) == "restricted"


def test_texts_go_only_through_a_certified_sender() -> None:
    pk = person()
    said(pk, channel="sms")
    assert reason(pk, advertising("sms")) == "uncertified"
    certified(expires_on=date(2026, 11, 19))
    assert reason(pk, advertising("sms")) == "uncertified"
    certified()
    assert reason(pk, advertising("sms")) == ""
    assert reason(pk, Asked("sms", "service", None, NOON)) == "", "no advertising"
    assert offers()
