"""A small random shop, as awkward as real ones: nulls, empty texts, midnights, odd cents, cancellations, trash."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

CENT = Decimal("0.01")
SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 3, 31)
NAMES = ["", "Kim", "KIM%", "kim_", "서울 커피", "École", "a\\b", "Lee 'n' Co", 'quo"ted', "two\nlines", " "]
CITIES = ["", "Seoul", "seoul", "SEOUL_1", "서울", "부산%", "Zürich", "ZÜRICH", "ÆØÅ"]
CATEGORIES = ["", "Coffee", "coffee", "차·음료", "Tea"]
DAYS = [None, date(1990, 3, 8), date(2001, 1, 1), TODAY, TODAY - timedelta(days=30)]
AMOUNTS = [Decimal(a) for a in ("0", "0.0001", "9.9999", "10", "10.0001", "100", "250.5", "99999999.1234")]
STAFF_SPANS = [0, 1, 29, 30, 31, 90]
GRADES = [{"value": "gold", "en": "Gold"}, {"value": "silver", "en": "Silver"}]
TASTES = [{"value": v, "en": v} for v in ("dark", "light", "dec'af", "차")]
OWN_FIELDS: list[dict[str, Any]] = [
    {"name": "c_note", "kind": "text", "label_en": "Note"},
    {"name": "c_points", "kind": "number", "label_en": "Points", "places": 2},
    {"name": "c_whole", "kind": "number", "label_en": "Whole", "places": 0},
    {"name": "c_budget", "kind": "money", "label_en": "Budget"},
    {"name": "c_share", "kind": "percent", "label_en": "Share"},
    {"name": "c_since", "kind": "date", "label_en": "Since"},
    {"name": "c_grade", "kind": "choice", "label_en": "Grade", "choices": GRADES},
    {"name": "c_tastes", "kind": "choices", "label_en": "Tastes", "choices": TASTES},
    {"name": "c_vip", "kind": "bool", "label_en": "VIP"},
    {"name": "c_barista", "kind": "user", "label_en": "Barista"},
    {"name": "c_employer", "kind": "relation", "label_en": "Employer", "relation": "company"},
    {"name": "c_firms", "kind": "relations", "label_en": "Firms", "relation": "company"},
    {"name": "c_met", "kind": "datetime", "label_en": "Met"},
    {"name": "c_mail", "kind": "email", "label_en": "Mail"},
]
"""Custom fields of people in this shop."""


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SEOUL).astimezone(UTC)


def moments(chance: random.Random) -> datetime:
    """Moments that lie at, just before and just after the beginning of a day in Seoul, and any others."""
    day = TODAY - timedelta(days=chance.choice([-1, 0, 1, 2, 29, 30, 31, 89, 90, 91, 200, 365, 366, 700]))
    nudge = chance.choice([timedelta(), -timedelta(microseconds=1), timedelta(microseconds=1), timedelta(hours=9)])
    return midnight(day) + nudge


def build(seed: int) -> None:
    """Write the shop, committed; the analysis is for the test to run."""
    from dangol.core.catalog.products.models import Product
    from dangol.core.customers.companies.models import Company
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.models import User, Workspace
    from dangol.platform.objects.custom_fields.services import add_field

    for values in OWN_FIELDS:
        add_field(actor=Actor.system("test"), object_name="person", values=values)
    chance = random.Random(seed)
    Workspace.objects.update_or_create(pk=1, defaults={"currency": "KRW", "time_zone": "Asia/Seoul"})
    staff = [User.objects.create(email=f"{n}@firm.test", name=f"Staff {n}") for n in range(2)]
    companies = [
        Company.plain.create(
            name=f"{chance.choice(NAMES)}{n}", industry=chance.choice(NAMES), city=chance.choice(CITIES),
            country=chance.choice(["", "KR", "FR"]), owner=chance.choice([None, *staff]),
            deleted_at=chance.choice([None, None, None, datetime(2026, 1, 1, tzinfo=UTC)]),
        )
        for n in range(6)
    ]  # fmt: skip
    products = [
        Product.plain.create(
            code=f"P{n}", category=chance.choice(CATEGORIES),
            deleted_at=chance.choice([None, None, None, datetime(2026, 1, 1, tzinfo=UTC)]),
        )
        for n in range(8)
    ]  # fmt: skip
    people = _people(chance, staff, companies)
    _orders(chance, people, products)
    _lists(chance, people)


def _own(chance: random.Random, staff: list[Any], companies: list[Any]) -> dict[str, Any]:
    """Some values of the custom fields, as the document keeps them."""
    every = {
        "c_note": chance.choice(NAMES[1:]), "c_points": chance.choice(["0", "-1", "2.5", "9.99", "10", "250.5"]),
        "c_whole": chance.choice(["0", "1", "2", "10", "-7"]), "c_budget": str(chance.choice(AMOUNTS).quantize(CENT)),
        "c_share": chance.choice(["0.2857", "1", "0"]), "c_since": str(chance.choice(DAYS[1:])),
        "c_grade": chance.choice(["gold", "silver"]), "c_vip": True, "c_barista": chance.choice(staff).pk,
        "c_tastes": chance.sample([t["value"] for t in TASTES], chance.choice([1, 1, 2])),
        "c_employer": chance.choice(companies).pk,
        "c_firms": [c.pk for c in chance.sample(companies, chance.choice([1, 2, 3]))],
        "c_met": moments(chance).replace(microsecond=0).isoformat(),
        "c_mail": chance.choice(["kim@firm.test", "o@till.test"]),
    }  # fmt: skip
    return {name: value for name, value in every.items() if chance.random() < 0.6}


def _people(chance: random.Random, staff: list[Any], companies: list[Any]) -> list[Any]:
    from dangol.core.customers.people.models import Person

    made = Person.plain.bulk_create(
        Person(
            name=chance.choice(NAMES), latin_name=chance.choice(["", "Kim"]),
            email=chance.choice(["", f"{n}@x.test"]), phone=chance.choice(["", "+8210"]),
            address=chance.choice(["", "here"]), job_title=chance.choice(NAMES), city=chance.choice(CITIES),
            country=chance.choice(["", "KR", "FR", "US"]), language=chance.choice(["", "ko", "en"]),
            born_on=chance.choice(DAYS), customer_number=chance.choice([None, f"N{n}", f"%_{n}"]),
            source=chance.choice(["", "till", "Till"]), company=chance.choice([None, *companies]),
            owner=chance.choice([None, *staff]), custom=_own(chance, staff, companies),
            deleted_at=chance.choice([None] * 6 + [datetime(2026, 1, 1, tzinfo=UTC)]),
        )
        for n in range(70)
    )  # fmt: skip
    for person in made:  # what the form would refuse, an import of long ago may have left: an empty number
        Person.plain.filter(pk=person.pk).update(created_at=moments(chance))
    Person.plain.filter(pk=made[0].pk).update(customer_number="")
    return made


def _orders(chance: random.Random, people: list[Any], products: list[Any]) -> None:
    from dangol.core.purchases.orders.models import Line, Order

    buyers = people[: len(people) * 2 // 3]
    orders = Order.plain.bulk_create(
        Order(
            source="till", number=str(n), person=chance.choice([None, *buyers, *buyers[:5] * 4]),
            kind=chance.choice(["order"] * 5 + ["cancellation", "adjustment"]), ordered_at=moments(chance),
            currency="KRW", amount=1, rate=1, value=_value(chance),
            deleted_at=chance.choice([None] * 9 + [datetime(2026, 1, 1, tzinfo=UTC)]),
        )
        for n in range(260)
    )  # fmt: skip
    lines = []
    for order in orders:
        for position in range(chance.choice([0, 1, 1, 2, 3])):
            quantity = Decimal(chance.choice(["1", "2.5", "0.001", "0", "-1", "-2"]))
            lines.append(
                Line(
                    order=order, position=position, product=chance.choice([None, *products]), code="x",
                    kind=chance.choice(["goods", "goods", "goods", "fee"]), quantity=quantity, unit_price=1,
                    amount=1, value=_value(chance), occurred_at=order.ordered_at,
                )
            )  # fmt: skip
    Line.plain.bulk_create(lines)


def _lists(chance: random.Random, people: list[Any]) -> None:
    """Two lists by hand; some have left them, and some of those came back."""
    from dangol.analytical.segments.definitions.models import Segment
    from dangol.analytical.segments.members.models import Membership

    now = midnight(TODAY)
    for number in (1, 2):
        Segment.plain.create(pk=number, name=f"List {number}", kind="static")
        for person in people:
            left, stays = chance.random() < 0.2, chance.random() < 0.4
            if left:
                Membership.plain.create(segment_id=number, person=person, entered_at=now, left_at=now)
            if stays:
                Membership.plain.create(segment_id=number, person=person, entered_at=now)


def _value(chance: random.Random) -> Decimal | None:
    value = chance.choice([None, *AMOUNTS, *AMOUNTS])
    return -value if value and chance.random() < 0.25 else value


def expectations(seed: int) -> list[dict[str, Any]]:
    """Scores of some people, as the models might leave them."""
    from dangol.core.customers.people.models import Person

    chance = random.Random(seed)
    chosen = [pk for pk in Person.plain.values_list("pk", flat=True) if chance.random() < 0.6]
    return [
        {
            "person_id": pk,
            "alive": chance.choice([0.0, 0.1, 0.2857, 0.285, 1.0]),
            **{f"expected_orders_{d}": chance.choice([0.0, 0.3333, 1.1, 2.0]) for d in (90, 365)},
            **{f"expected_value_{d}": chance.choice([0.0, 0.29, 10.1, 250.5, 1e6 + 0.01]) for d in (90, 365)},
        }
        for pk in chosen
    ]
