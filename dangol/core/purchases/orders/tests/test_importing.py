from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.core.purchases.orders.tests.files import ROWS
from dangol.core.purchases.orders.tests.standing import content, lines, order, order_sum, stamps
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.search.queries import matching_ids

pytestmark = pytest.mark.django_db
Import = Callable[..., dict[str, Any]]


def test_orders_people_and_products_are_built_from_a_file(take: Import) -> None:
    result = take(is_currency_adopted=True)
    assert result["rows_read"] == result["rows_imported"] == result["rows_new"] == 8
    assert (result["orders"], result["people"], result["products"]) == (5, 2, 5)
    assert (result["orders_cancelled"], result["lines_fee"], result["lines_without_customer"]) == (1, 2, 2)
    assert (result["repeats"], result["invoices_with_two_times"], result["negative_lines"]) == (1, 1, 0)
    assert Decimal(result["amount_imported"]) == order_sum() == Decimal("156.67")
    assert [line.position for line in lines("536365")] == [1, 2, 3, 4]
    assert lines("536365")[3].kind == Line.Kind.FEE
    assert order("C536379").kind == Order.Kind.CANCELLATION
    assert order("A563185").kind == Order.Kind.ADJUSTMENT
    assert order("536400").person_id is None


def test_times_hang_on_the_clock_of_the_workspace_and_lines_keep_their_own(take: Import) -> None:
    take()
    assert order("536365").ordered_at.isoformat() == "2010-11-30T23:26:00+00:00"
    assert lines("536365")[3].occurred_at.isoformat() == "2010-11-30T23:27:00+00:00"


def test_a_dry_run_counts_the_same_and_writes_nothing(take: Import) -> None:
    dry = take(is_dry=True, is_currency_adopted=True)
    assert stamps() == []
    assert EventRecord.objects.count() == 0
    assert workspace().currency == "KRW"
    wet = take(is_currency_adopted=True)
    same = set(wet) - {"seconds", "is_dry_run", "samples", "event_id"}
    assert {key: dry[key] for key in same} == {key: wet[key] for key in same}


def test_a_second_import_of_the_same_file_changes_nothing(take: Import) -> None:
    take(is_currency_adopted=True)
    before, events, changes = stamps(), EventRecord.objects.count(), EventChange.objects.count()
    result = take()
    assert (result["rows_new"], result["rows_changed"], result["rows_unchanged"]) == (0, 0, 8)
    assert stamps() == before
    assert (EventRecord.objects.count(), EventChange.objects.count()) == (events, changes)


def test_a_newer_file_changes_what_differs_and_keeps_what_was(take: Import) -> None:
    take(is_currency_adopted=True)
    untouched = lines("536365")[0].changed_xid
    rows = [*ROWS[:1], (*ROWS[1][:3], "7", *ROWS[1][4:]), *ROWS[2:]]
    result = take(rows)
    assert (result["rows_new"], result["rows_changed"], result["rows_unchanged"]) == (0, 1, 7)
    assert lines("536365")[1].quantity == 7
    assert order("536365").amount == Decimal("77.37")
    assert lines("536365")[0].changed_xid == untouched
    event = EventRecord.objects.filter(name="orders.imported").latest("occurred_at")
    change = EventChange.objects.get(event=event)
    assert (change.subject, change.subject_id) == ("order", order("536365").pk)
    assert Decimal(change.before["amount"]) == Decimal("73.98")
    assert Decimal(change.after["amount"]) == Decimal("77.37")
    assert [line[0] for line in change.before["lines"]] == [2] == [line[0] for line in change.after["lines"]]


def test_a_line_that_vanished_from_its_order_goes_and_others_stay(take: Import) -> None:
    take(is_currency_adopted=True)
    result = take(ROWS[:3], day_order="mdy")
    assert result["rows_removed"] == 1
    assert len(lines("536365")) == order("536365").line_count == 3
    assert len(lines("536370")) == 1
    gone = EventChange.objects.get(event=EventRecord.objects.filter(name="orders.imported").latest("occurred_at"))
    assert [line[0] for line in gone.before["lines"]] == [4]


def test_an_order_that_grew_gets_its_new_lines(take: Import) -> None:
    take(ROWS[:3], is_currency_adopted=True)
    assert take(ROWS[:4])["rows_new"] == 1
    assert order("536365").line_count == 4
    assert order("536365").amount == sum(line.amount for line in lines("536365"))


def test_the_event_says_what_every_row_became(take: Import) -> None:
    take(is_currency_adopted=True)
    event = EventRecord.objects.get(name="orders.imported")
    changes = EventChange.objects.filter(event=event)
    assert {s: changes.filter(subject=s).count() for s in ("order", "person", "product")} == {
        "order": 5, "person": 2, "product": 5,
    }  # fmt: skip
    assert event.payload["rows"] == 8
    told = changes.get(subject="order", subject_id=order("536365").pk)
    assert told.before is None
    assert (Decimal(told.after["amount"]), told.after["line_count"]) == (Decimal("73.98"), 4)
    assert told.about_id == order("536365").person_id


def test_what_was_imported_can_be_found(take: Import) -> None:
    take()
    person = Person.objects.for_system("test").get(customer_number="17850")
    assert person.pk in matching_ids("person", "17850").values_list("record_id", flat=True)
    assert order("536370").pk in matching_ids("order", "536370").values_list("record_id", flat=True)


def test_how_invoices_lie_between_each_other_does_not_matter(take: Import) -> None:
    take(is_currency_adopted=True)
    first = content()
    Line.objects.for_system("test").delete()
    Order.objects.for_system("test").delete()
    Person.objects.for_system("test").delete()
    Product.objects.for_system("test").delete()
    numbers = [row[0] for row in ROWS]
    random.Random(7).shuffle(numbers)
    waiting = {n: iter([row for row in ROWS if row[0] == n]) for n in numbers}
    take([next(waiting[n]) for n in numbers])
    assert content() == first
