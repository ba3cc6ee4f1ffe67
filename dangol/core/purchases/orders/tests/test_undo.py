"""Taking an import back: what it brought goes to the trash, what it changed is as before, and it comes back again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person
from dangol.core.purchases.orders.models import Line, Order
from dangol.core.purchases.orders.tests.files import ROWS
from dangol.platform.access.actor import Actor
from dangol.platform.objects.undoing.planning import plan_undo
from dangol.platform.objects.undoing.services import undo
from dangol.platform.search.models import SearchEntry

pytestmark = pytest.mark.django_db
Import = Callable[..., dict[str, Any]]


def living(model: Any) -> int:
    return int(model.objects.for_system("test").filter(deleted_at=None).count())


def lines() -> list[Any]:
    rows = Line.objects.for_system("test").order_by("order__number", "position")
    return list(rows.values_list("order__number", "position", "code", "quantity", "unit_price", "amount", "value"))


def heads() -> list[Any]:
    rows = Order.objects.for_system("test").order_by("number")
    return list(rows.values_list("number", "person_id", "amount", "value", "line_count", "ordered_at"))


def test_a_first_import_is_taken_back_and_done_again(take: Import, system: Actor) -> None:
    told = UUID(take()["event_id"])
    counts = living(Order), living(Person), living(Product)
    plan = plan_undo(system, told)
    assert (plan.takes, plan.left) == (sum(counts), {})
    run = undo(system, told)
    assert (run.changed, run.left) == (sum(counts), {})
    assert (living(Order), living(Person), living(Product)) == (0, 0, 0)
    assert not SearchEntry.objects.exists()
    assert run.event_id is not None
    again = undo(system, run.event_id)
    assert (again.changed, living(Order), living(Person), living(Product)) == (sum(counts), *counts)


def test_a_mended_file_finds_what_an_undo_put_in_the_trash(take: Import, system: Actor) -> None:
    counts = (take(), living(Order), living(Person), living(Product))[1:]
    more = [*ROWS, ("600000", "22728", "CLOCK", "1", "12/16/2010 9:00", "3.75", "", "France")]
    undo(system, UUID(take(more)["event_id"]))
    assert living(Order) == counts[0]
    first = Order.objects.for_system("test").get(number="600000")
    assert first.deleted_at is not None
    mended = take([*ROWS, ("600000", "22728", "CLOCK", "3", "12/16/2010 9:00", "3.75", "", "France")])
    first.refresh_from_db()
    assert first.deleted_at is None
    assert first.amount == Decimal("11.25")
    assert any("is back" in sentence for sentence in mended["warnings"])
    assert SearchEntry.objects.filter(object_name="order", record_id=first.pk).exists()
    assert undo(system, UUID(mended["event_id"])).left == {}
    first.refresh_from_db()
    assert first.deleted_at is not None
    assert first.amount == Decimal("3.75")


def test_an_import_that_changed_orders_gives_them_their_lines_and_sums_back(take: Import, system: Actor) -> None:
    take()
    before = heads(), lines()
    changed = [("536365", "85123A", "WHITE HEART", "9", "12/1/2010 8:26", "2.55", "17850", "United Kingdom"),
               *ROWS[1:3],
               ("536370", "22728", "ALARM CLOCK", "24", "12/13/2010 8:45", "4.00", "12583", "France"),
               ("536370", "NEW", "NEW THING", "1", "12/13/2010 8:45", "5", "12583", "France")]  # fmt: skip
    told = UUID(take(changed)["event_id"])
    after = heads(), lines()
    assert after != before
    run = undo(system, told)
    assert run.left == {}
    assert (heads(), lines()) == before
    assert not Product.objects.for_system("test").filter(code="NEW", deleted_at=None).exists()
    assert run.event_id is not None
    assert undo(system, run.event_id).left == {}
    assert (heads(), lines()) == after


def test_what_somebody_worked_on_since_stays(take: Import, system: Actor) -> None:
    told = UUID(take()["event_id"])
    person = Person.objects.for_system("test").get(customer_number="17850")
    change_person(actor=system, record_id=person.pk, values={"city": "Leeds"})
    take([("536999", "22728", "ALARM CLOCK", "1", "12/20/2010 9:00", "3.75", "12583", "France")])
    run = undo(system, told)
    assert run.left == {"changed": 2, "held": 1}
    assert living(Order) == 1
    kept = Person.objects.for_system("test").filter(deleted_at=None)
    assert {p.customer_number for p in kept} == {"17850", "12583"}
    assert [p.code for p in Product.objects.for_system("test").filter(deleted_at=None)] == ["22728"]
