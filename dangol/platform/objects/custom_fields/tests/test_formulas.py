"""Formulas: read by their own grammar, the same in SQL and for a record at hand, filtered and sorted like any field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import change_person, create_person
from dangol.platform.access.actor import Actor
from dangol.platform.objects import grouping, listing, sums
from dangol.platform.objects.added.formula import FormulaError, plain, read, to_sql, work_out
from dangol.platform.objects.custom_fields.services import add_field, change_field, remove_field
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import fields_for, object_type
from tests.cast import Cast

KINDS = {"n": "number", "m": "number", "t": "text", "d": "date", "e": "date", "b": "bool"}


def worked(text: str, **values: Any) -> Any:
    return work_out(read(text, KINDS), lambda name: plain(values.get(name)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 + 2 * 3", Decimal(7)), ("(1 + 2) * 3", Decimal(9)), ("-n + 1", Decimal(-3)),
        ("n / 3", Decimal("1.3333333333")),
        ("n / 0", None), ("m + 1", None), ("or_else(m, 5) + 1", Decimal(6)), ("round(n / 3, 2)", Decimal("1.33")),
        ("if(n >= 4, 'big', \"small\")", "big"), ("if(m > 1, 1, 2)", Decimal(2)), ("t & '!'", "tea!"),
        ("days(d, e)", Decimal(59)), ("year(d) * 100 + month(d)", Decimal(202603)), ("not b or n = 4", True),
        ("m > 1 and false", False), ("is_known(m)", False), ("greatest(n, 7, 5)", Decimal(7)),
        ("length(t)", Decimal(3)),
        ("upper(t) = 'TEA'", True), ("n <> 4", False), ("least(n, m)", None),
    ],
)  # fmt: skip
def test_what_formulas_mean(text: str, found: Any) -> None:
    assert worked(text, n=Decimal(4), t="tea", d=date(2026, 3, 1), e=date(2026, 1, 1), b=False) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "1 +", "(1", "1)", "n + t", "t > 'a'", "n = t", "nothing + 1", "round(n)", "round(n, m)", "exec('x')",
        "n ; m",
        "__import__('os')", "if(n, 1, 2)", "if(b, 1, 'a')", "days(n, d)", "1" * 3000, "(" * 50 + "1" + ")" * 50,
        "'open",
        "n.real", "t[0]", "-" * 60 + "1", "not " * 60 + "b", "n == 1",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_sentence(text: str) -> None:
    with pytest.raises(FormulaError, match=r"\w"):
        read(text, KINDS)


def test_a_text_in_a_formula_cannot_leave_its_quotes() -> None:
    said = to_sql(read('"x\'; DROP TABLE t; --%\\"', KINDS), str)
    assert "'" not in said.removeprefix("U&'").removesuffix("'")
    assert "%" not in said


VALUES: dict[str, list[Any]] = {
    "c_n": [None, "0", "1", "-2.5", "10", "99.99"], "c_m": [None, "3", "-7", "0"], "c_t": [None, "a", "B%", "'é\\"],
    "c_d": [None, "2024-02-29", "2026-03-31"], "c_b": [None, True],
}  # fmt: skip
numbers = st.recursive(
    st.sampled_from(["c_n", "c_m", "1", "0", "2.5", "100", "length(c_t)", "days(c_d, born_on)", "year(c_d)"]),
    lambda inside: st.one_of(
        st.tuples(inside, st.sampled_from("+-*/"), inside).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inside.map(lambda n: f"-{n}"), inside.map(lambda n: f"round({n}, 1)"), inside.map(lambda n: f"abs({n})"),
        st.tuples(inside, inside).map(lambda p: f"greatest({p[0]}, {p[1]})"),
        st.tuples(inside, inside).map(lambda p: f"or_else({p[0]}, {p[1]})"),
        st.tuples(inside, inside, inside).map(lambda p: f"if({p[0]} <= {p[1]} or c_b, {p[2]}, {p[0]})"),
    ),
    max_leaves=6,
)  # fmt: skip
flags = st.one_of(
    st.tuples(numbers, st.sampled_from(["=", "<>", "<", ">="]), numbers).map(lambda p: f"{p[0]} {p[1]} {p[2]}"),
    st.sampled_from(["c_t = 'a'", "not c_b", "is_known(c_t) and c_b", "lower(c_t & city) <> 'b%seoul'"]),
)
texts = st.sampled_from(["c_t & '%'", "upper(c_t)", "if(c_b, c_t, city)", "or_else(c_t, 'none') & city", "name"])


@pytest.fixture
def people(db: None, system: Actor) -> Actor:
    for name, kind in (("n", "number"), ("m", "number"), ("t", "text"), ("d", "date"), ("b", "bool")):
        add_field(actor=system, object_name="person", values={"kind": kind, "label_en": name, "places": 2})
    for n in range(24):
        custom = {k: v[(n * 7 + i * 5) % len(v)] for i, (k, v) in enumerate(VALUES.items())}
        Person.plain.create(
            name="x", city=["", "Seoul"][n % 2], born_on=[None, date(1990, 3, 8)][n % 2],
            custom={k: v for k, v in custom.items() if v is not None},
        )  # fmt: skip
    return system


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(numbers, numbers, flags, texts))
def test_the_database_and_a_record_at_hand_agree(people: Actor, text: str) -> None:
    from django.db import transaction

    with transaction.atomic():
        made = add_field(actor=people, object_name="person", values={
            "kind": "formula", "label_en": "F", "formula": text, "places": 3})  # fmt: skip
        assert made.name in fields_for(object_type("person"), people)
        by_database = dict(Person.plain.values_list("pk", made.name))
        at_hand = {p.pk: getattr(p, made.name) for p in Person.plain.all()}
        transaction.set_rollback(True)
    assert by_database == at_hand


def test_it_is_listed_filtered_summed_grouped_and_never_written(people: Actor) -> None:
    add_field(actor=people, object_name="person", values={
        "kind": "formula", "label_en": "Double", "formula": "c_n * 2", "places": 1})  # fmt: skip
    add_field(actor=people, object_name="person", values={
        "kind": "formula", "label_en": "Rich", "formula": "c_n > 5"})  # fmt: skip
    made = create_person(actor=people, values={"name": "Mina", "c_n": 21})
    declared, known = object_type("person"), fields_for(object_type("person"), people)
    tree = {"field": "c_double", "op": "is", "value": 42}
    page = listing.page(declared, people, ListQuery(filter=tree, columns=["name", "c_double", "c_rich"]))
    assert [r.values["c_double"] for r in page.rows] == [Decimal("42.0")]
    assert page.rows[0].values["c_rich"] is True
    [total] = sums.add_up(declared, people, ListQuery(filter=tree), [sums.Sum(known["c_double"])])
    assert total.parts[0].total == 42
    groups = grouping.grouped(declared, people, ListQuery(filter=tree), known["c_rich"])
    assert [(g.value, g.count.number) for g in groups if g.count.number] == [(True, 1)]
    with pytest.raises(ValidationError):
        change_person(actor=people, record_id=made.pk, values={"c_double": 1})


def test_who_may_not_see_a_part_does_not_see_the_formula(people: Actor, cast: Cast) -> None:
    field = add_field(actor=people, object_name="person", values={
        "kind": "formula", "label_en": "Double", "formula": "c_n * 2"})  # fmt: skip
    cast.admin.roles.update(fields={"person": {"c_n": "hidden"}})
    assert "c_double" not in fields_for(object_type("person"), cast.actor("admin"))
    with pytest.raises(ValidationError, match="made of this"):
        remove_field(actor=people, number=next(
            f.pk for f in type(field).objects.filter(name="c_n")))  # fmt: skip
    with pytest.raises(ValidationError) as caught:
        change_field(actor=people, number=field.pk, values={"formula": "c_n *"})
    assert "formula" in caught.value.message_dict
