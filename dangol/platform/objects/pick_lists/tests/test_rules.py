"""Values made others in values, filters and formulas."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.platform.objects.added.merged import now_called, replaced
from dangol.platform.objects.pick_lists.rules import Target, alike, in_formula, in_tree

CITY = Target("company", "city", "Cofee", "Coffee")


def leads_to(object_name: str, field: str) -> str:
    return "company" if (object_name, field) == ("person", "company") else ""


def leaf(op: str, value: Any, field: str = "city") -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def test_a_filter_names_the_new_value_wherever_it_named_the_old_one() -> None:
    tree = {"and": [leaf("is", "Cofee"), {"not": leaf("in", ["Tea", "Cofee", "Coffee"])}, leaf("contains", "Cofee")]}
    assert in_tree(tree, "company", CITY, leads_to) == {
        "and": [leaf("is", "Coffee"), {"not": leaf("in", ["Tea", "Coffee"])}, leaf("contains", "Cofee")]
    }


def test_through_a_relation_it_is_the_other_object_that_counts() -> None:
    through = leaf("where", leaf("is_not", "Cofee"), "company")
    assert in_tree(through, "person", CITY, leads_to) == leaf("where", leaf("is_not", "Coffee"), "company")
    assert in_tree(leaf("is", "Cofee"), "person", CITY, leads_to) == leaf("is", "Cofee")


TREES = st.recursive(
    st.builds(leaf, st.sampled_from(["is", "is_not", "in", "contains"]), st.sampled_from(["Cofee", "Tea", ["Cofee"]])),
    lambda inner: st.fixed_dictionaries({"and": st.lists(inner, max_size=3)}) | st.fixed_dictionaries({"not": inner}),
    max_leaves=6,
)


@settings(deadline=None, max_examples=50)
@given(TREES)
def test_rewriting_twice_is_rewriting_once_and_nothing_else_moves(tree: Any) -> None:
    once = in_tree(tree, "company", CITY, leads_to)
    assert in_tree(once, "company", CITY, leads_to) == once
    assert in_tree(tree, "order", CITY, leads_to) == tree


def test_a_formula_compares_with_the_new_value() -> None:
    grade = Target("person", "c_grade", "gold", "top")
    text = 'if(c_grade = "gold" or \'gold\' <> c_grade, "gold", c_other = "gold")'
    assert in_formula(text, grade) == 'if(c_grade = "top" or "top" <> c_grade, "gold", c_other = "gold")'


def test_what_is_written_is_called_as_it_is_now_and_never_round_in_a_ring() -> None:
    merged = {"a": "b", "b": "c"}
    assert now_called(merged, "a") == "c"
    assert now_called(merged, " x ") == " x "
    assert now_called(merged, ["a", "c", "x"]) == ["c", "x"]
    assert now_called(merged, "x,a,c") == "x,c"
    assert now_called({"a": "b", "b": "a"}, "a") in ("a", "b")
    assert now_called(merged, 7) == 7


def test_of_several_values_each_stands_once() -> None:
    assert replaced(["a", "b", "c"], "b", "a") == ["a", "c"]
    assert replaced("a", "b", "c") == "a"


def test_values_that_may_be_the_same_are_told_with_the_more_frequent_one() -> None:
    counts = {"Coffee": 90, "Cofee": 3, "coffee ": 2, "Tea": 40, "Téa": 1, "Café": 5, "서울": 9, "서 울": 1}
    assert sorted(alike(counts)) == sorted([("Cofee", "Coffee"), ("coffee ", "Coffee"), ("서 울", "서울")])
