"""A small shop with a membership, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dangol.platform.access.actor import Actor

SYSTEM = Actor.system("test")
NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)


def open_shop(**more: Any) -> None:
    from dangol.core.membership.grades.services import set_programme
    from dangol.platform.accounts.models import Workspace

    Workspace.objects.update_or_create(pk=1, defaults={"currency": "KRW", "time_zone": "Asia/Seoul"})
    set_programme(actor=SYSTEM, values={"starts_on": date(2025, 1, 1), **more})


def person(name: str = "Kim") -> Any:
    from dangol.core.customers.people.models import Person

    return Person.objects.for_system("test").create(name=name)


def order(who: Any, value: int | Decimal | None, number: str, *, kind: str = "order", days_ago: int = 5) -> Any:
    from dangol.core.purchases.orders.models import Order

    return Order.objects.for_system("test").create(
        source="till", number=number, person=who, ordered_at=datetime.now(UTC) - timedelta(days=days_ago),
        currency="KRW", amount=value or 0, value=value, rate=1 if value is not None else None, kind=kind,
    )  # fmt: skip


def balance(who: Any) -> Decimal:
    from dangol.core.membership.points.queries import balance_of

    return balance_of(SYSTEM, who.pk)


def lines(who: Any) -> list[tuple[str, Decimal]]:
    from dangol.core.membership.points.models import PointsEntry

    rows = PointsEntry.objects.for_system("test").filter(person=who).order_by("pk")
    return [(e.kind, e.points) for e in rows]
