"""Every way from a guarded table to SQL passes the guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Subquery

from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import AccessNotDecided

pytestmark = pytest.mark.django_db

UNJUDGED: dict[str, Callable[[], Any]] = {
    "list": lambda: list(Person.objects.all()),
    "iterate": lambda: next(iter(Person.objects.all().iterator())),
    "get": lambda: Person.objects.get(pk=1),
    "first": lambda: Person.objects.first(),
    "exists": lambda: Person.objects.exists(),
    "count": lambda: Person.objects.count(),
    "aggregate": lambda: Person.objects.aggregate(n=Count("pk")),
    "values": lambda: list(Person.objects.values("name")),
    "values_list": lambda: list(Person.objects.values_list("name")),
    "in_bulk": lambda: Person.objects.in_bulk([1]),
    "contains": lambda: Person.objects.contains(Person(pk=1)),
    "dates": lambda: list(Order.objects.datetimes("ordered_at", "day")),
    "explain": lambda: Person.objects.all().explain(),
    "union": lambda: list(Person.objects.all().union(Person.objects.for_system("t"))),
    "subquery": lambda: list(Order.objects.for_system("t").filter(person__in=Person.objects.all())),
    "subquery expression": lambda: list(
        Order.objects.for_system("t").annotate(n=Subquery(Person.objects.filter(pk=OuterRef("person")).values("name")))
    ),
    "exists expression": lambda: list(Order.objects.for_system("t").filter(Exists(Person.objects.all()))),
    "update": lambda: Person.objects.update(name="x"),
    "bulk_update": lambda: Person.objects.bulk_update([Person(pk=1)], ["name"]),
    "delete": lambda: Person.objects.all().delete(),
    "raw delete": lambda: Person.objects.all()._raw_delete("default"),
    "raw": lambda: list(Person.objects.raw("SELECT 1")),
    "get_or_create": lambda: Person.objects.get_or_create(name="x"),
    "update_or_create": lambda: Person.objects.update_or_create(name="x"),
    "select_for_update": lambda: list(Person.objects.select_for_update()),
    "or": lambda: list(Person.objects.for_system("t") & Person.objects.all()),
    "reversed or": lambda: list(Person.objects.all() | Person.objects.for_system("t")),
}


@pytest.mark.parametrize("way", UNJUDGED)
def test_a_query_that_was_not_told_for_whom_raises(way: str) -> None:
    with pytest.raises(AccessNotDecided):
        UNJUDGED[way]()


def test_following_a_link_forward_raises_unless_it_was_fetched_for_somebody(system: Actor) -> None:
    company = Company.plain.create(name="Narae")
    Person.plain.create(name="Kim", company=company)
    person = Person.objects.for_system("t").get()
    with pytest.raises(AccessNotDecided):
        _ = person.company
    with pytest.raises(AccessNotDecided):
        list(Person.objects.for_system("t").prefetch_related("company"))
    judged = Prefetch("company", Company.objects.visible_to(system))
    assert Person.objects.for_system("t").prefetch_related(judged).get().company == company


def test_joining_a_linked_table_into_the_rows_is_for_the_system_alone(system: Actor) -> None:
    nobody = Actor(kind="user", user_id=1, grants={"person": {"see": "all"}})
    with pytest.raises(AccessNotDecided):
        list(Person.objects.visible_to(nobody).select_related("company"))
    assert list(Person.objects.visible_to(system).select_related("company")) == []


def test_a_judged_query_stays_judged_through_every_step(system: Actor) -> None:
    Person.plain.create(name="Kim")
    people = Person.objects.visible_to(system)
    assert people.filter(name="Kim").exclude(name="Lee").order_by("-name").annotate(n=F("name")).count() == 1
    assert people.filter(name="Kim").update(name="Lee") == 1
    assert people.filter(name="Lee").delete()[0] == 1


def test_the_system_must_say_why() -> None:
    with pytest.raises(ValueError, match="why"):
        Person.objects.for_system(" ")


def test_nobody_sees_nothing() -> None:
    Person.plain.create(name="Kim")
    assert not Person.objects.visible_to(Actor.anonymous()).exists()
