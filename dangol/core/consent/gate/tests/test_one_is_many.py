"""One person or a whole set, plain rules or one statement: the answers are equal."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.catalog.products.models import Product
from dangol.core.consent.gate.models import GatePolicy
from dangol.core.consent.gate.queries import GateRule, SqlRule, decision_sql, may_send, may_send_many, reasons
from dangol.core.consent.gate.rules import Answer, Asked
from dangol.core.consent.gate.rules.addresses import COLUMNS
from dangol.core.consent.gate.rules.asking import home_day
from dangol.core.consent.gate.services import Wanted, issue_permits
from dangol.core.consent.gate.tests.people import certified, let_through, news, offers, person, rule, said, stopped
from dangol.core.consent.guardians.models import Guardian
from dangol.core.consent.law.models import LawValue
from dangol.core.consent.law.rules.book import months_before, years_before
from dangol.core.consent.ledger.models import ConsentState, Purpose
from dangol.core.consent.suppressions.models import Forgotten, Suppression
from dangol.core.consent.suppressions.queries import digest
from dangol.core.consent.wishes.models import Wish
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.mail.permits import Permit

pytestmark = pytest.mark.django_db
CHANNELS = ("email", "sms", "kakao", "phone", "post")
GOOD_EMAILS = ("a@narae.test", "b@narae.test", "B@Narae.Test", "o'hara@x.test", "a%s@x.test")
ODD_EMAILS = (
    "", "no", "a..b@x.test", "김@한글.test", "a@b\n", "a@x.test\n", "a b@x.test", "a@x.t", "a@-x.test",
    f"{'a' * 65}@x.test", f"a@{'b.' * 126}kr",
)  # fmt: skip
GOOD_PHONES, ODD_PHONES = ("+821012345678", "+821087654321"), ("", "010-1234-5678", "+0", "+49301234567\n")
COUNTRIES = ("", "KR", "DE", "US", "GB", "JP", "CN", "NP", "kr", "XX")
EDGES = [datetime.fromisoformat(f"2026-11-20T{clock}+09:00") for clock in ("20:00", "21:00", "08:00", "12:00")] + [
    datetime.fromisoformat("2026-11-20T21:00+01:00"), datetime.fromisoformat("2026-03-29T08:00+02:00"),
    datetime.fromisoformat("2026-03-28T20:00+00:00"),
]  # fmt: skip
moments = st.builds(
    lambda edge, seconds: edge + timedelta(seconds=seconds),
    st.sampled_from(EDGES),
    st.sampled_from([0, -1, 1, -3600, 3600]) | st.integers(-86400, 86400),
)
words = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["given", "given", "given", "refused", "withdrawn"]),
        "channel": st.sampled_from(CHANNELS),
        "is_for_night": st.booleans(),
        "is_news": st.sampled_from([False, False, True]),
        "day": st.integers(0, 3),
    }
)
letters = st.fixed_dictionaries(
    {
        "place": st.sampled_from(["edge", "edge", "today", "long ago"]),
        "seconds": st.sampled_from([0, -1, 1]),
        "message_class": st.sampled_from(["advertising", "advertising", "service"]),
        "is_voided": st.sampled_from([False, False, True]),
    }
)
people = st.fixed_dictionaries(
    {
        "email": st.sampled_from(GOOD_EMAILS) | st.sampled_from(GOOD_EMAILS) | st.sampled_from(ODD_EMAILS),
        "phone": st.sampled_from(GOOD_PHONES) | st.sampled_from(GOOD_PHONES) | st.sampled_from(ODD_PHONES),
        "address": st.sampled_from(["", "서울시 중구 1"]),
        "country": st.sampled_from(COUNTRIES),
        "city": st.sampled_from([*[""] * 8, "Busan", "Daegu"]),
        "is_trashed": st.sampled_from([*[False] * 9, True]),
        "agrees": st.sampled_from([True, True, True, False]),
        "night": st.sampled_from(["", "given", "withdrawn"]),
        "words": st.lists(words, max_size=2),
        "said_months_ago": st.sampled_from([0, 0, 0, 23, 24, 25]),
        "told_months_ago": st.sampled_from([None, None, 23, 25]),
        "age": st.sampled_from([None, None, None, 40, 12, 13, 14, 15, 16]),
        "birthday": st.sampled_from([-1, 0, 1]),
        "has_guardian": st.booleans(),
        "source": st.sampled_from(["", "", "shop", "Bought List "]),
        "orders": st.lists(
            st.fixed_dictionaries(
                {
                    "months_ago": st.sampled_from([0, 5, 6, 7, 30]),
                    "seconds": st.sampled_from([-1, 0, 1]),
                    "category": st.sampled_from(["coffee", "coffee", "tea"]),
                    "kind": st.sampled_from(["order", "order", "cancellation"]),
                }
            ),
            max_size=2,
        ),
        "wish": st.none()
        | st.fixed_dictionaries(
            {
                "most_messages": st.none() | st.integers(0, 2),
                "pause": st.sampled_from([None, -1, 0, 1]),
                "is_restricted": st.sampled_from([False, False, False, True]),
            }
        ),
        "is_forgotten": st.sampled_from([*[False] * 5, True]),
        "letters": st.lists(letters, max_size=3),
    }
)
houses = st.builds(
    lambda cap, days, bottom: {"cap_messages": cap, "cap_days": days, "is_bottom_left_out": bottom},
    st.sampled_from([0, 1, 1, 2, 3]), st.sampled_from([1, 7, 30]), st.booleans(),
)  # fmt: skip
RULES = (
    GateRule(
        name="not_busan", label="Busan", order=500, message_classes=("advertising", "service"), is_of_law=True,
        one=lambda person_id, asked: Person.objects.for_system("t").filter(pk=person_id, city="Busan").exists(),
        sql=lambda asked: SqlRule("p.city = %s", params=["Busan"]),
    ),
    GateRule(
        name="odd_city", label="Daegu", order=100, is_open=lambda house: house.is_bottom_left_out,
        one=lambda person_id, asked: Person.objects.for_system("t").filter(pk=person_id, city="Daegu").exists(),
        sql=lambda asked: SqlRule(
            "mine.id IS NOT NULL AND mine.city LIKE 'Dae%%'", params=[], join_params=["Daegu"],
            joins="LEFT JOIN customers_person mine ON mine.id = p.id AND mine.city = %s",
        ),
    ),
)  # fmt: skip


def populate(drawn: list[dict[str, Any]], at: datetime, channel: str, cap_days: int) -> list[int]:
    ids = []
    for place, one in enumerate(drawn):
        fields = {name: one[name] for name in ("email", "phone", "address", "country", "city")}
        pk = person(**fields, deleted_at=at if one["is_trashed"] else None)
        ids.append(pk)
        if one["agrees"]:
            said(pk, "given", channel, at=months_before(at, one["said_months_ago"]) - timedelta(seconds=1))
            if one["told_months_ago"] is not None:
                told = ConsentState.objects.for_system("t").filter(person_id=pk)
                told.update(confirmed_at=months_before(at, one["told_months_ago"]))
        around(pk, one, at, channel)
        if one["night"]:
            said(pk, one["night"], channel, is_for_night=True)
        for word in one["words"]:
            said(
                pk, word["state"], word["channel"], is_for_night=word["is_for_night"],
                purpose_id=news() if word["is_news"] else offers(), at=datetime(2026, 2, 1 + word["day"]).astimezone(),
            )  # fmt: skip
        for number, letter in enumerate(one["letters"]):
            days = {"edge": cap_days, "today": 0, "long ago": 300}[letter["place"]]
            moment = at - timedelta(days=days, seconds=letter["seconds"])
            voided = at if letter["is_voided"] else None
            let_through(pk, moment, f"{place}-{number}", message_class=letter["message_class"], voided_at=voided)
    return ids


def around(pk: int, one: dict[str, Any], at: datetime, channel: str) -> None:
    """What of the law and of her own wishes stands around a person."""
    row = Person.objects.for_system("t").filter(pk=pk)
    if one["age"] is not None:
        row.update(born_on=years_before(home_day(at), one["age"]) + timedelta(days=one["birthday"]))
    row.update(source=one["source"])
    if one["has_guardian"]:
        Guardian.objects.create(person_id=pk, name="G", method="signed", evidence="1", agreed_at=at)
    for number, order in enumerate(one["orders"]):
        ordered_at = months_before(at, order["months_ago"]) + timedelta(seconds=order["seconds"])
        bought = Order.objects.create(
            number=f"{pk}-{number}", person_id=pk, ordered_at=ordered_at, currency="KRW", kind=order["kind"]
        )
        Line.objects.create(
            order_id=bought.pk, position=1, product_id=goods(order["category"]), quantity=1, unit_price=1, amount=1,
            occurred_at=ordered_at,
        )  # fmt: skip
    if one["wish"]:
        pause = one["wish"]["pause"]
        until = None if pause is None else home_day(at) + timedelta(days=pause)
        Wish.objects.create(person_id=pk, paused_until=until, most_messages=one["wish"]["most_messages"],
                            is_restricted=one["wish"]["is_restricted"])  # fmt: skip
    if one["is_forgotten"]:
        address = getattr(row.get(), COLUMNS[channel])
        Forgotten.objects.for_system("t").get_or_create(
            channel=channel, digest=digest(channel, address), defaults={"erased_at": at - timedelta(days=30)}
        )


def goods(category: str) -> int:
    return int(Product.objects.for_system("t").get_or_create(code=category, defaults={"category": category})[0].pk)


def totals(asked: Asked, ids: list[int]) -> Counter[str]:
    gate = decision_sql(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {gate.reason}, count(*) FROM customers_person p {gate.joins} WHERE p.id = ANY(%s) GROUP BY 1",
            [*gate.params, ids],
        )
        return Counter(dict(cursor.fetchall()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    drawn=st.lists(people, min_size=1, max_size=8),
    channel=st.sampled_from([*CHANNELS, "email", "email", "email", "sms"]),
    message_class=st.sampled_from(["advertising"] * 4 + ["service"]),
    at=moments,
    stops=st.lists(st.tuples(st.sampled_from(CHANNELS), st.sampled_from(["a@narae.test", "b@narae.test",
                   "+821012345678", "서울시 중구 1"]), st.booleans()), max_size=5, unique_by=lambda s: s[:2]),
    house=st.none() | houses | houses,
    world=st.fixed_dictionaries({
        "home": st.sampled_from(["KR", "KR", "DE", "US", "GB", "JP", "XX"]), "is_certified": st.booleans(),
        "goods": st.sampled_from(["", "coffee", "coffee"]), "reconfirm": st.sampled_from(["24", "24", "0", "12"]),
    }),
    overrides=st.frozensets(st.sampled_from(["capped", "odd_city"]), max_size=2),
)  # fmt: skip
def test_the_answer_for_one_is_the_answer_for_many(
    system: Actor, drawn: list[dict[str, Any]], channel: str, message_class: str, at: datetime,
    stops: list[tuple[str, str, bool]], house: dict[str, Any] | None, world: dict[str, Any], overrides: frozenset[str],
) -> None:  # fmt: skip
    with transaction.atomic(), rule(RULES[0]), rule(RULES[1]):
        settle(world)
        ids = [*populate(drawn, at, channel, house["cap_days"] if house else 30), 10**12]
        for stop_channel, address, is_lifted in stops:
            stopped(stop_channel, address, lifted_at=at if is_lifted else None)
        if house:
            GatePolicy.objects.create(**house)
        asked = Asked(channel, message_class, offers() if message_class == "advertising" else None, at, overrides)
        one_by_one = {pk: may_send(pk, asked) for pk in ids}
        assert may_send_many(ids, asked) == one_by_one
        there = Person.objects.for_system("t").filter(pk__in=ids)
        assert may_send_many(there, asked) == {pk: one_by_one[pk] for pk in ids[:-1]}
        known = {"", *(reason.code for reason in reasons())}
        assert {each.reason for each in one_by_one.values()} <= known
        counted = totals(asked, ids)
        assert counted == Counter(one_by_one[pk].reason for pk in ids[:-1])
        assert counted.total() == len(drawn)
        issued = issue_permits(actor=system, asked=asked, wanted=[Wanted(f"k{pk}", pk) for pk in ids])
        for pk in ids:
            found = issued[f"k{pk}"]
            assert (Answer("send") if isinstance(found, Permit) else found) == one_by_one[pk]
        transaction.set_rollback(True)


def settle(world: dict[str, Any]) -> None:
    """Where the house stands, what its purpose is about, and a rule of law that was corrected."""
    ours = workspace()
    ours.country = world["home"]
    ours.save()
    Purpose.objects.filter(code="offers").update(goods=world["goods"])
    if world["is_certified"]:
        certified()
    if world["reconfirm"] != "24":
        LawValue.objects.create(country="KR", what="reconfirm_months", value=world["reconfirm"], source="x",
                                checked_on=EDGES[0].date())  # fmt: skip


def test_nobody_asked_about_gives_no_answers() -> None:
    asked = Asked("email", "service", None, EDGES[0])
    assert may_send_many([], asked) == {}
    assert may_send_many(Person.objects.for_system("t").none(), asked) == {}
    assert Suppression.objects.for_system("t").count() == 0


def test_an_address_is_suppressed_however_its_letters_are_cased() -> None:
    pk = person(email="B@Narae.Test")
    said(pk)
    stopped("email", "b@narae.test")
    asked = Asked("email", "advertising", offers(), EDGES[3])
    assert may_send(pk, asked) == may_send_many([pk], asked)[pk] == Answer("refuse", "suppressed")
