"""A small shop with everything that makes counting hard, analysed once for all tests of this room."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.database import empty

FIRST_ON, LAST_ON = date(2024, 11, 5), date(2026, 2, 14)
SEOUL = ZoneInfo("Asia/Seoul")
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Shop:
    """Members of staff by name; the shop's orders lie between FIRST_ON and LAST_ON in Seoul."""

    users: dict[str, Any]

    def actor(self, name: str) -> Any:
        from dangol.platform.accounts.queries import actor_for

        return actor_for(self.users[name])


@pytest.fixture(scope="package")
def analysed(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The analysed shop. It is committed, since the engine reads what is committed, and removed at the end."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DANGOL_HOME", str(tmp_path_factory.mktemp("home")))
        try:
            yield _open_shop()
        finally:
            empty()


@pytest.fixture
def shop(analysed: Shop, db: None) -> Shop:
    """The analysed shop; what a test changes is undone after it."""
    return analysed


def _open_shop() -> Shop:
    from dangol.analytical.warehouse.analysis.services import analyze
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.queries import workspace
    from dangol.platform.accounts.services import change_workspace

    system = Actor.system("test")
    workspace()
    change_workspace(actor=system, values={"name": "Corner shop", "currency": "KRW", "time_zone": "Asia/Seoul"})
    users = _staff(system)
    _customers(users)
    analyze(actor=system)
    return Shop(users)


def _staff(system: Any) -> dict[str, Any]:
    from dangol.platform.accounts.models import Role
    from dangol.platform.accounts.services import create_user, ensure_builtin_roles

    ensure_builtin_roles(actor=system)
    own = {name: {"see": "own"} for name in ("person", "order", "insight")}
    Role.objects.create(name="own-customers", label="Own", grants=own)
    blind = {"order": {"value": "hidden"}}
    Role.objects.create(name="money-blind", label="Blind", grants={"*": {"*": "all"}}, fields=blind)
    wanted = {
        "admin": ("administrator", "Asia/Seoul"), "abroad": ("administrator", "America/Los_Angeles"),
        "analyst": ("analyst", "Asia/Seoul"), "service": ("service", "Asia/Seoul"),
        "marketing": ("marketing", "Asia/Seoul"), "own": ("own-customers", "Asia/Seoul"),
        "blind": ("money-blind", "Asia/Seoul"),
    }  # fmt: skip
    return {
        name: create_user(
            actor=system, email=f"{name}@firm.test", name=name.title(), password=PASSWORD, roles=[role], time_zone=zone
        )
        for name, (role, zone) in wanted.items()
    }


def _customers(users: dict[str, Any]) -> None:
    from dangol.core.customers.people.models import Person
    from dangol.core.purchases.orders.models import Order

    chance = random.Random(7)
    people = Person.objects.for_system("test").bulk_create(
        Person(name=f"Customer {i}", customer_number=str(i), owner=users["own"] if i % 5 == 0 else None)
        for i in range(160)
    )
    Order.objects.for_system("test").bulk_create(_order(n, *row) for n, row in enumerate(_book(people, chance)))
    trashed = people[3]
    trashed.deleted_at = datetime.now(SEOUL)
    trashed.save()


def _book(people: list[Any], chance: random.Random) -> Iterator[tuple[Any, date, int, str, bool]]:
    """(person, day, value, kind, has a rate) of every order; hours near midnight come with `_order`."""
    whole = (LAST_ON - FIRST_ON).days
    for place, person in enumerate(people):
        gap = chance.choice((9, 18, 30, 60, 120))
        day = FIRST_ON + timedelta(days=chance.randrange(int(whole * 0.8)))
        stops = chance.choice((LAST_ON, LAST_ON, day + timedelta(days=gap * 4), day))
        worth = int(20_000 * chance.paretovariate(1.3))
        if place < 5:
            gap, stops, worth = 20, LAST_ON - timedelta(days=90), 900_000  # good customers who fell silent
        while day <= min(stops, LAST_ON):
            value = int(worth * chance.uniform(0.5, 1.5))
            yield person, day, value, "order", chance.random() > 0.02
            if chance.random() < 0.08:
                yield person, day + timedelta(days=chance.randrange(3)), -value, "cancellation", True
            if chance.random() < 0.1:
                yield person, day, value // 3, "order", True
            day += timedelta(days=max(1, int(gap * chance.uniform(0.6, 1.4))))
    only_cancelled = people[-1]
    yield only_cancelled, LAST_ON - timedelta(days=5), -70_000, "cancellation", True
    for _ in range(60):
        yield None, FIRST_ON + timedelta(days=chance.randrange(whole)), chance.randrange(5_000, 90_000), "order", True
    yield people[0].__class__.plain.get(pk=people[40].pk), LAST_ON, 12_000, "order", True


def _order(number: int, person: Any, day: date, value: int, kind: str, has_rate: bool) -> Any:
    from dangol.core.purchases.orders.models import Order

    day = min(day, LAST_ON)
    at = datetime(day.year, day.month, day.day, (0, 9, 14, 23)[number % 4], 30, tzinfo=SEOUL)
    worth = Decimal(value) if has_rate else None
    return Order(
        source="till", number=str(number), kind=kind, person=person, ordered_at=at, currency="KRW", amount=value,
        value=worth, rate=1 if has_rate else None, line_count=1,
    )  # fmt: skip
