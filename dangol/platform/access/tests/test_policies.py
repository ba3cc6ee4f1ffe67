"""The rules of a policy in words and in SQL agree, for any roles, teams, managers and shares."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import SCOPES, Actor
from dangol.platform.access.policies import ways_in
from tests.cast import Cast

ACTIONS = ("see", "change", "delete", "export", "bulk")
scopes = st.sampled_from(SCOPES)


@pytest.fixture
def rows(cast: Cast) -> dict[type, list[Any]]:
    """People of different owners and of none, their orders and one that belongs to nobody, two products."""
    owners = [cast.owner, cast.mate, cast.stranger, cast.manager, None]
    people = [Person.plain.create(name=f"P{n}", owner=owner) for n, owner in enumerate(owners)]
    orders = [
        Order.plain.create(number=f"O{n}", person=person, ordered_at="2026-10-01T00:00Z", currency="KRW")
        for n, person in enumerate([*people, None])
    ]
    products = [Product.plain.create(code=f"C{n}", name=f"Bean {n}") for n in range(2)]
    return {Person: people, Order: orders, Product: products}


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_rules_and_queries_reach_the_same_rows(rows: dict[Any, list[Any]], cast: Cast, data: st.DataObject) -> None:
    ids = [user.pk for user in cast.users.values()]
    some = st.frozensets(st.sampled_from(ids))
    known = {"person": [r.pk for r in rows[Person]], "product": [r.pk for r in rows[Product]]}
    seen = {name: tuple(data.draw(st.sets(st.sampled_from(pks)))) for name, pks in known.items()}
    actor = Actor(
        "user", data.draw(st.sampled_from(ids)),
        grants=data.draw(st.fixed_dictionaries({o: st.dictionaries(st.sampled_from(ACTIONS), scopes)
                                                for o in ("person", "order", "product")})),
        team_mate_ids=data.draw(some), subordinate_ids=data.draw(some), shared=seen,
        shared_to_change={name: tuple(data.draw(st.sets(st.sampled_from(p)))) for name, p in seen.items() if p},
    )  # fmt: skip
    for model, records in rows.items():
        for action in ACTIONS:
            found = set(model.objects.visible_to(actor, action).values_list("pk", flat=True))
            reached = {
                r.pk for r in records if ways_in(model, actor, action, model.row_policy.deciding(model, r))
            }  # fmt: skip
            assert found == reached, (model.__name__, action)


@given(scope=scopes, wider=scopes, action=st.sampled_from(("see", "change", "export", "bulk")))
def test_what_is_shared_is_never_lost_by_a_wider_scope(scope: Any, wider: Any, action: str) -> None:
    narrow, wide = sorted((scope, wider), key=SCOPES.index)
    assert _may_reach(narrow, action) <= _may_reach(wide, action)


def _may_reach(scope: Any, action: str) -> bool:
    person, shared = Person(pk=5, owner_id=9), {"person": (5,)}
    actor = Actor("user", 0, grants={"person": {action: scope}}, shared=shared, shared_to_change=shared)
    return bool(ways_in(Person, actor, action, person))


def test_the_scope_shared_opens_nothing_else() -> None:
    actor = Actor("user", 7, grants={"*": {"*": "shared"}}, shared={"person": (3,), "product": (4,)})
    assert [r.values for r in Person.row_policy.rules(Person, actor, "shared", "see")] == [(3,)]
    assert Person.row_policy.rules(Person, actor, "shared", "change") == ()
    assert Person.row_policy.rules(Person, actor, "shared", "delete") == ()
    assert [r.values for r in Product.row_policy.rules(Product, actor, "shared", "see")] == [(4,)]
