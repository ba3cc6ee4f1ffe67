"""A filter finds exactly the rows that a plain reading of it would."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.objects.filters import FilterError, compile_filter, parse
from dangol.platform.objects.registry import object_type
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ALL = Actor.system("test")
NAMES, CITIES, DAYS = ["", "Kim", "kimchi", "Lee"], ["", "Seoul", "Busan"], [None, date(1990, 3, 8), date(2001, 1, 1)]


def people() -> list[Person]:
    rows = [Person(name=n, city=c, born_on=d) for n in NAMES for c in CITIES for d in DAYS]
    return Person.plain.bulk_create(rows)


def names(tree: Any) -> set[int]:
    q = compile_filter(object_type("person"), ALL, tree)
    return set(Person.objects.for_system("t").filter(q).values_list("pk", flat=True))


def reads(tree: Any, p: Person) -> bool:
    if "and" in tree:
        return all(reads(t, p) for t in tree["and"])
    if "or" in tree:
        return any(reads(t, p) for t in tree["or"])
    if "not" in tree:
        return not reads(tree["not"], p)
    have, op, value = getattr(p, tree["field"]), tree["op"], tree.get("value")
    if op in ("is_empty", "is_not_empty"):
        return (have in ("", None)) is (op == "is_empty")
    if op in ("before", "after", "on"):
        day = date.fromisoformat(value)
        return have is not None and {"before": have < day, "after": have > day, "on": have == day}[op]
    return {
        "is": have == value, "is_not": have != value, "in": have in value,
        "contains": value.lower() in have.lower() if isinstance(value, str) else False,
        "starts_with": have.lower().startswith(value.lower()) if isinstance(value, str) else False,
    }[op]  # fmt: skip


text_condition = st.fixed_dictionaries(
    {"field": st.sampled_from(["name", "city"]), "op": st.sampled_from(["is", "is_not", "contains", "starts_with"]),
     "value": st.sampled_from(["Kim", "kim", "", "Seoul", "%", "_", "ul"])}
)  # fmt: skip
empty_condition = st.fixed_dictionaries(
    {"field": st.sampled_from(["name", "born_on"]), "op": st.sampled_from(["is_empty", "is_not_empty"])}
)
day_condition = st.fixed_dictionaries(
    {"field": st.just("born_on"), "op": st.sampled_from(["before", "after", "on"]),
     "value": st.sampled_from(["1990-03-08", "1995-01-01"])}
)  # fmt: skip
in_condition = st.fixed_dictionaries(
    {"field": st.just("city"), "op": st.just("in"), "value": st.lists(st.sampled_from(CITIES), min_size=1)}
)
trees = st.recursive(
    text_condition | empty_condition | day_condition | in_condition,
    lambda inside: st.one_of(
        st.fixed_dictionaries({"and": st.lists(inside, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(inside, max_size=3)}),
        st.fixed_dictionaries({"not": inside}),
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(trees)
def test_every_filter_means_what_it_says(db: None, tree: Any) -> None:
    if not Person.plain.exists():
        people()
    expected = {p.pk for p in Person.plain.all() if reads(tree, p)}
    assert names(tree) == expected


def test_through_a_relation_only_what_one_may_see_counts(cast: Cast) -> None:
    mine = Company.plain.create(name="Mine", industry="Café", owner=cast.owner)
    theirs = Company.plain.create(name="Theirs", industry="Café", owner=cast.stranger)
    for company in (mine, theirs):
        Person.plain.create(name=company.name, company=company, owner=cast.owner)
    tree = {"field": "company", "op": "where", "value": {"field": "industry", "op": "is", "value": "Café"}}
    q = compile_filter(object_type("person"), cast.actor("owner"), tree)
    assert [p.name for p in Person.objects.for_system("t").filter(q)] == ["Mine"]


def test_too_deep_and_too_many_are_said() -> None:
    deep: Any = {"field": "name", "op": "is", "value": "x"}
    for _ in range(12):
        deep = {"not": deep}
    with pytest.raises(FilterError, match="deep"):
        compile_filter(object_type("person"), ALL, deep)
    many = {"or": [{"field": "name", "op": "is", "value": "x"}] * 101}
    with pytest.raises(FilterError, match="many"):
        compile_filter(object_type("person"), ALL, many)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 5000, "nul", "{'a': 1}"])
def test_unreadable_json_is_said(text: str) -> None:
    with pytest.raises(FilterError):
        parse(text)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(FilterError):
        compile_filter(object_type("person"), ALL, parse('{"field": "name", "op": "is", "value": "\\ud83d"}'))
