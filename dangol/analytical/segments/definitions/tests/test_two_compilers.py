"""One filter means the same in the database and in the warehouse: Q and Ibis find the same people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.analytical.predictions.lifetime_value.models import LifetimeValue, ModelRun
from dangol.analytical.segments.definitions.tests import shop
from dangol.analytical.warehouse.analysis.services import analyze
from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.engine.connection import connect
from dangol.platform.engine.lake import Lake
from dangol.platform.objects.added.rules import Choice, Definition
from dangol.platform.objects.custom_fields.current import field_of
from dangol.platform.objects.explaining import explain
from dangol.platform.objects.filter_language import MAX_DEPTH, OPERATORS
from dangol.platform.objects.filters import compile_filter
from dangol.platform.objects.filters_ibis import DatabaseOnly, compile_to_ibis
from dangol.platform.objects.registry import all_fields, object_type
from dangol.platform.objects.types import Clock, Field
from dangol.platform.ui.viewer import Viewer

pytestmark = pytest.mark.slow

SYSTEM = Actor.system("test")
CLOCK = Clock(shop.TODAY, shop.SEOUL)
TEXTS = [*shop.NAMES, *shop.CITIES, "kim", "%", "_", "\\", "커피", "é", "ü", "O", "till"]
NUMBERS = ["0", "1", "2", "-1", "2.5", "0.00005", "3.14159", "9.9999", "10", "250.5", "0.2857", "1000000.01", "9" * 14]
SPANS = [None, 1, 2, 29, 30, 31, 90, 365]
JUST_FLAGS = {"name", "latin_name", "email", "phone", "address"}
KNOWN_NOWHERE = {"person": set(), "company": {"website", "registration_number", "phone", "address"}}


def conditions(name: str) -> st.SearchStrategy[Any]:
    """Any condition on any field of an object that the warehouse can answer."""
    fields = [f for f in all_fields(object_type(name)).values() if f.kind not in ("custom", "rhythm", "relation")]
    known = [f for f in fields if f.name not in KNOWN_NOWHERE[name]]
    flags = JUST_FLAGS if name == "person" else set()
    return st.sampled_from(known).flatmap(lambda f: condition(f, flags_only=f.name in flags))


def own_conditions() -> st.SearchStrategy[Any]:
    """Any condition on any custom field, the relation through what it leads to as well."""
    definitions = [
        Definition(
            object_name="person", name=v["name"], kind=v["kind"], label_en=v["label_en"],
            choices=tuple(Choice(c["value"], c["en"]) for c in v.get("choices", ())),
        ) for v in shop.OWN_FIELDS
    ]  # fmt: skip
    plain = [field_of(d) for d in definitions if d.kind not in ("relation", "relations")]
    firms = conditions("company").map(lambda tree: {"field": "c_firms", "op": "where", "value": tree})
    several = st.sampled_from(["is", "is_not"]).flatmap(
        lambda op: st.integers(0, 8).map(lambda i: {"field": "c_firms", "op": op, "value": i})
    )
    some = st.lists(st.integers(0, 8), min_size=1, max_size=3).map(
        lambda ids: {"field": "c_firms", "op": "in", "value": ids}
    )
    inside = conditions("company").map(lambda tree: {"field": "c_employer", "op": "where", "value": tree})
    ids = st.integers(0, 8).map(lambda i: {"field": "c_employer", "op": "is", "value": i})
    none = st.sampled_from(["is_empty", "is_not_empty"]).map(lambda op: {"field": "c_employer", "op": op})
    nobody = none.map(lambda tree: {**tree, "field": "c_firms"})
    links = st.one_of(firms, several, some, nobody)
    return st.one_of(st.sampled_from(plain).flatmap(lambda f: condition(f, flags_only=False)), inside, ids, none, links)


def condition(field: Field, *, flags_only: bool) -> st.SearchStrategy[Any]:
    if flags_only:
        return st.sampled_from(["is_empty", "is_not_empty"]).map(lambda op: {"field": field.name, "op": op})
    return st.sampled_from(OPERATORS[field.kind]).flatmap(
        lambda op: values(field, op).map(lambda value: {"field": field.name, "op": op, "value": value})
    )


def values(field: Field, op: str) -> st.SearchStrategy[Any]:
    one = one_value(field)
    if op in ("is_empty", "is_not_empty"):
        return st.none()
    if op == "within":
        return st.sampled_from([1, 2, 29, 30, 31, 90, 365, 36500])
    if op == "in":
        return st.lists(one, min_size=1, max_size=3)
    return st.tuples(one, one).map(list) if op == "between" else one


def one_value(field: Field) -> st.SearchStrategy[Any]:
    if field.choice_pairs():
        return st.sampled_from([v for v, _ in field.choice_pairs()])
    if field.kind in ("number", "money", "percent"):
        return st.sampled_from(NUMBERS)
    if field.kind in ("date", "datetime"):
        days = st.sampled_from([0, 1, -1, 29, 30, 31, 89, 90, 91, 365])
        return (days.map(lambda n: shop.TODAY - timedelta(days=n)) | st.just(date(1990, 3, 8))).map(str)
    if field.kind == "bool":
        return st.booleans()
    if field.kind == "user":
        return st.integers(0, 3)
    codes = {"country": ["KR", "FR", "kr", ""], "language": ["ko", "en", ""]}
    return st.sampled_from(codes.get(field.kind, TEXTS))


def relations() -> st.SearchStrategy[Any]:
    inside = st.recursive(conditions("company"), joined, max_leaves=3)
    through = inside.map(lambda tree: {"field": "company", "op": "where", "value": tree})
    ids = st.integers(0, 8)
    return st.one_of(
        through,
        ids.map(lambda i: {"field": "company", "op": "is", "value": i}),
        st.lists(ids, min_size=1, max_size=3).map(lambda v: {"field": "company", "op": "in", "value": v}),
        st.sampled_from(["is_empty", "is_not_empty"]).map(lambda op: {"field": "company", "op": op}),
    )


goods = st.fixed_dictionaries(
    {},
    optional={
        "category": st.lists(st.sampled_from(shop.CATEGORIES), min_size=1, max_size=2),
        "product": st.lists(st.integers(1, 10), min_size=1, max_size=3),
    },
)
amounts = st.sampled_from([*NUMBERS[:-1], "100", "-10", "10.00005", "0.0001"])


def purchases() -> st.SearchStrategy[Any]:
    more = {"min_amount": amounts, "kind": st.sampled_from(["order", "cancellation"])}
    where = st.tuples(goods, st.fixed_dictionaries({}, optional=more)).map(lambda two: {**two[0], **two[1]})
    days = st.sampled_from(SPANS)
    often = st.fixed_dictionaries({"times": st.integers(0, 4), "days": days, "where": where | st.just({})})
    money = st.fixed_dictionaries({"amount": amounts, "days": days, "where": goods | st.just({})})
    between = st.tuples(money, amounts).map(lambda p: {**p[0], "to": p[1]})
    return st.one_of(
        st.tuples(st.just("purchases"), st.sampled_from(["at_least", "at_most", "exactly"]), often),
        st.tuples(st.just("spent"), st.sampled_from(["gte", "lte"]), money),
        st.tuples(st.just("spent"), st.just("between"), between),
    ).map(lambda said: dict(zip(("field", "op", "value"), said, strict=True)))


lists = st.tuples(st.sampled_from(["is", "is_not"]), st.sampled_from([1, 2, [1], [1, 2]])).map(
    lambda said: {"field": "segment", "op": said[0], "value": said[1]}
)


def joined(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(inside, max_size=3).map(lambda parts: {"and": parts}),
        st.lists(inside, max_size=3).map(lambda parts: {"or": parts}),
        inside.map(lambda part: {"not": part}),
        inside.map(lambda part: {"not": {"not": part}}),
    )


def depth(tree: Any) -> int:
    """How deep groups lie in each other, as the language counts."""
    inside = [tree["not"]] if "not" in tree else tree.get("and", tree.get("or", []))
    if tree.get("op") == "where":
        inside = [tree["value"]]
    return max((depth(part) + 1 for part in inside), default=0)


@pytest.fixture
def houses(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: Any) -> Iterator[Any]:
    """A random shop, analysed for real, with its lake open. Built anew for each seed."""
    monkeypatch.setenv("DANGOL_HOME", str(tmp_path))
    shop.build(request.param)
    analyze(actor=SYSTEM)
    _expect(request.param)
    with connect(Lake(), time_zone="Asia/Seoul") as backend:
        yield backend


def _expect(seed: int) -> None:
    """Put scores where the models would: rows in Postgres, a published table in the lake."""
    rows = shop.expectations(seed)
    run = ModelRun.objects.create(model="m", version="1", as_of=shop.TODAY)
    LifetimeValue.plain.all().delete()
    LifetimeValue.plain.bulk_create(LifetimeValue(run=run, **row) for row in rows)
    with Lake().write() as writer:
        name, path = writer.new_file("lifetime_value", "table")
        pq.write_table(pa.Table.from_pylist(rows), path)
        writer.publish(replace(writer.manifest, tables={**writer.manifest.tables, "lifetime_value": (name,)}))


def by_database(tree: Any, name: str = "person", actor: Actor = SYSTEM) -> set[int]:
    declared = object_type(name)
    rows: Any = declared.model.objects.visible_to(actor).filter(deleted_at=None)
    return set(rows.filter(compile_filter(declared, actor, tree, CLOCK)).values_list("pk", flat=True))


def by_warehouse(backend: Any, tree: Any, name: str = "person", actor: Actor = SYSTEM) -> set[int]:
    found = compile_to_ibis(object_type(name), actor, tree, backend.table, CLOCK)
    return set(found.to_pyarrow()["id"].to_pylist())


leaves = st.one_of(conditions("person"), conditions("person"), own_conditions(), relations(), purchases(), lists)
trees = st.recursive(leaves, joined, max_leaves=8).filter(lambda tree: depth(tree) < MAX_DEPTH)
often = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=250
)


@pytest.mark.parametrize("houses", [1, 2, 3], indirect=True)
@often
@given(tree=trees)
def test_both_find_the_same_people(houses: Any, tree: Any) -> None:
    assert by_database(tree) == by_warehouse(houses, tree)


@pytest.mark.parametrize("houses", [4], indirect=True)
@often
@given(tree=trees)
def test_a_filter_and_its_not_share_everybody_between_them(houses: Any, tree: Any) -> None:
    everybody = set(Person.plain.filter(deleted_at=None).values_list("pk", flat=True))
    found, others = by_database(tree), by_database({"not": tree})
    assert found | others == everybody
    assert not found & others
    assert by_warehouse(houses, {"not": tree}) == others


@pytest.mark.parametrize("houses", [5], indirect=True)
@often
@given(tree=trees)
def test_both_find_the_same_people_for_staff_who_see_only_their_own(houses: Any, tree: Any) -> None:
    from dangol.platform.accounts.models import User

    shared = {"person": tuple(Person.plain.values_list("pk", flat=True)[:3])}
    staff = User.objects.get(email="0@firm.test")
    mine: Any = {"*": {"see": "own"}, "company": {"see": "team"}, "order": {"see": "own"}, "segment": {"see": "all"}}
    actor = Actor("user", staff.pk, grants=mine, team_mate_ids=frozenset({staff.pk}), shared=shared)
    assert by_database(tree, actor=actor) == by_warehouse(houses, tree, actor=actor)


@pytest.mark.parametrize("houses", [9], indirect=True)
@settings(often, max_examples=120)
@given(tree=st.recursive(own_conditions(), joined, max_leaves=6).filter(lambda tree: depth(tree) < MAX_DEPTH))
def test_both_find_the_same_people_by_custom_fields(houses: Any, tree: Any) -> None:
    assert by_database(tree) == by_warehouse(houses, tree)


@pytest.mark.parametrize("houses", [6], indirect=True)
@often
@given(tree=st.recursive(conditions("company"), joined, max_leaves=6))
def test_both_find_the_same_companies(houses: Any, tree: Any) -> None:
    assert by_database(tree, "company") == by_warehouse(houses, tree, "company")
    assert Company.plain.exists()


@pytest.mark.parametrize("houses", [8], indirect=True)
@settings(often, max_examples=60)
@given(tree=trees, place=st.integers(0, 60))
def test_the_reasons_given_for_one_person_agree_with_the_list(houses: Any, tree: Any, place: int) -> None:
    person = Person.plain.filter(deleted_at=None).order_by("pk")[place % 50]
    why = explain(object_type("person"), SYSTEM, Viewer(actor=SYSTEM), tree, person, CLOCK)
    assert why.is_met is (person.pk in by_database(tree))


@pytest.mark.parametrize("houses", [7], indirect=True)
def test_what_the_warehouse_does_not_hold_is_refused_by_name(houses: Any) -> None:
    for name in sorted(JUST_FLAGS):
        with pytest.raises(DatabaseOnly, match="only be asked of the database"):
            by_warehouse(houses, {"field": name, "op": "is", "value": "x"})
    with pytest.raises(DatabaseOnly):
        by_warehouse(houses, {"field": "cohort", "op": "is", "value": "2026-03"})
