from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.objects.builder import drafts as tree

KIM = {"field": "name", "op": "is", "value": "Kim"}
SEOUL = {"field": "city", "op": "is", "value": "Seoul"}


def sent_by(draft: Any) -> dict[str, list[str]]:
    """What the builder's form sends for a draft of text conditions."""
    found: dict[str, list[str]] = {}

    def write(part: Any, place: str) -> None:
        group = tree.opened(part)
        if group is None:
            found.update({f"{place}.field": [part["field"]], f"{place}.op": [part["op"]]})
            found[f"{place}.v.value"] = [part["value"]]
            return
        found[f"{place}.join"] = [group[0]]
        for n, inner in enumerate(group[1]):
            write(inner, f"{place}-{n}")

    write(draft, "g")
    return found


def leaf(field: str, op: str, sent: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": sent.get("value", [""])[0]}


leaves = st.fixed_dictionaries(
    {"field": st.sampled_from(["name", "city"]), "op": st.just("is"), "value": st.text(max_size=3)}
)
drafts = st.recursive(
    leaves,
    lambda inside: st.tuples(st.sampled_from(tree.JOINS), st.lists(inside, max_size=3)).map(lambda g: tree.group(*g)),
    max_leaves=10,
).map(tree.draft_of)


@given(drafts)
def test_a_form_sends_back_the_draft_that_it_was_drawn_from(draft: Any) -> None:
    assert tree.read_form(sent_by(draft), leaf) == draft


@given(drafts)
def test_saved_rules_open_as_the_same_groups(draft: Any) -> None:
    saved = tree.plain(draft)
    assert tree.plain(tree.draft_of(saved)) == saved


def test_parts_are_added_and_taken_away_where_they_stand() -> None:
    draft: Any = tree.draft_of({})
    draft = tree.acted(draft, "add:g:name", lambda field: KIM)
    draft = tree.acted(draft, "group:g", leaf)  # type: ignore[arg-type]
    draft = tree.acted(draft, "add:g-1:city", lambda field: SEOUL)
    assert draft == {"and": [KIM, {"or": [SEOUL]}]}
    assert tree.plain(draft) == draft
    assert tree.acted(draft, "remove:g-0", leaf) == {"and": [{"or": [SEOUL]}]}  # type: ignore[arg-type]
    assert tree.acted(draft, "remove:g-1-0", leaf) == {"and": [KIM, {"or": []}]}  # type: ignore[arg-type]


@pytest.mark.parametrize("act", ["", "remove:g", "remove:g-9", "add:g-0:city", "add:x:city", "eat:g", "group:g-7-7"])
def test_acts_that_make_no_sense_change_nothing(act: str) -> None:
    draft = {"and": [KIM]}
    assert tree.acted(draft, act, lambda field: SEOUL) == draft


def test_none_and_not_all_are_groups_of_their_own() -> None:
    assert tree.opened({"not": {"or": [KIM]}}) == ("none", [KIM])
    assert tree.opened({"not": {"and": [KIM]}}) == ("not_all", [KIM])
    assert tree.opened({"not": KIM}) == ("none", [KIM])
    assert tree.plain({"and": [{"not": {"or": [KIM]}}]}) == {"not": {"or": [KIM]}}


def test_a_form_with_too_many_parts_is_refused() -> None:
    with pytest.raises(tree.Unreadable):
        tree.read_form({f"g-{n}.field": ["name"] for n in range(250)}, leaf)


def through(inner: Any) -> dict[str, Any]:
    return {"field": "company", "op": "where", "value": inner}


def test_groups_within_a_relation_are_spread_so_that_each_part_can_be_edited() -> None:
    assert tree.draft_of(through({"and": [KIM, {"or": [SEOUL, KIM]}]})) == {
        "and": [through(KIM), {"or": [through(SEOUL), through(KIM)]}]
    }
    deep = {"field": "person", "op": "where", "value": through({"or": [KIM, SEOUL]})}
    assert tree.draft_of(deep) == {
        "or": [{"field": "person", "op": "where", "value": through(part)} for part in (KIM, SEOUL)]
    }


def test_a_not_within_a_relation_stays_within() -> None:
    inner = through({"not": KIM})
    assert tree.draft_of(inner) == {"and": [inner]}
    assert tree.draft_of(through({"and": [SEOUL, {"not": KIM}]})) == {"and": [through(SEOUL), inner]}


@pytest.mark.parametrize("odd", [through({"and": []}), through("x"), {"and": "x"}, {"and": ["x", KIM]}, {"not": "x"}])
def test_what_is_no_filter_is_left_as_it_is(odd: Any) -> None:
    assert tree.spread(odd) == odd
