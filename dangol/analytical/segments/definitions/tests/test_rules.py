from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.analytical.segments.definitions import rules

KIM = {"field": "name", "op": "is", "value": "Kim"}
SEOUL = {"field": "city", "op": "is", "value": "Seoul"}


def sent_by(draft: Any) -> dict[str, list[str]]:
    """What the builder's form sends for a draft of text conditions."""
    found: dict[str, list[str]] = {}

    def write(tree: Any, place: str) -> None:
        group = rules.opened(tree)
        if group is None:
            found.update({f"{place}.field": [tree["field"]], f"{place}.op": [tree["op"]]})
            found[f"{place}.v.value"] = [tree["value"]]
            return
        found[f"{place}.join"] = [group[0]]
        for n, part in enumerate(group[1]):
            write(part, f"{place}-{n}")

    write(draft, "g")
    return found


def leaf(field: str, op: str, sent: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": sent.get("value", [""])[0]}


leaves = st.fixed_dictionaries(
    {"field": st.sampled_from(["name", "city"]), "op": st.just("is"), "value": st.text(max_size=3)}
)
drafts = st.recursive(
    leaves,
    lambda inside: st.tuples(st.sampled_from(rules.JOINS), st.lists(inside, max_size=3)).map(lambda g: rules.group(*g)),
    max_leaves=10,
).map(rules.draft_of)


@given(drafts)
def test_a_form_sends_back_the_draft_that_it_was_drawn_from(draft: Any) -> None:
    assert rules.read_form(sent_by(draft), leaf) == draft


@given(drafts)
def test_saved_rules_open_as_the_same_groups(draft: Any) -> None:
    saved = rules.plain(draft)
    assert rules.plain(rules.draft_of(saved)) == saved


def test_parts_are_added_and_taken_away_where_they_stand() -> None:
    draft: Any = rules.draft_of({})
    draft = rules.acted(draft, "add:g:name", lambda field: KIM)
    draft = rules.acted(draft, "group:g", leaf)  # type: ignore[arg-type]
    draft = rules.acted(draft, "add:g-1:city", lambda field: SEOUL)
    assert draft == {"and": [KIM, {"or": [SEOUL]}]}
    assert rules.plain(draft) == draft
    assert rules.acted(draft, "remove:g-0", leaf) == {"and": [{"or": [SEOUL]}]}  # type: ignore[arg-type]
    assert rules.acted(draft, "remove:g-1-0", leaf) == {"and": [KIM, {"or": []}]}  # type: ignore[arg-type]


@pytest.mark.parametrize("act", ["", "remove:g", "remove:g-9", "add:g-0:city", "add:x:city", "eat:g", "group:g-7-7"])
def test_acts_that_make_no_sense_change_nothing(act: str) -> None:
    draft = {"and": [KIM]}
    assert rules.acted(draft, act, lambda field: SEOUL) == draft


def test_none_and_not_all_are_groups_of_their_own() -> None:
    assert rules.opened({"not": {"or": [KIM]}}) == ("none", [KIM])
    assert rules.opened({"not": {"and": [KIM]}}) == ("not_all", [KIM])
    assert rules.opened({"not": KIM}) == ("none", [KIM])
    assert rules.plain({"and": [{"not": {"or": [KIM]}}]}) == {"not": {"or": [KIM]}}


def test_a_form_with_too_many_parts_is_refused() -> None:
    with pytest.raises(rules.Unreadable):
        rules.read_form({f"g-{n}.field": ["name"] for n in range(250)}, leaf)


def asks(*ids: int) -> Any:
    return {"not": {"field": "segment", "op": "is", "value": list(ids)}}


def test_a_segment_may_not_ask_for_itself_through_others() -> None:
    trees = {1: asks(2), 2: {"and": [KIM, asks(3)]}, 3: KIM}
    assert rules.leads_back(3, asks(1), trees)
    assert rules.leads_back(3, asks(3), trees)
    assert not rules.leads_back(4, asks(1), trees)


def test_segments_come_after_those_they_ask_for() -> None:
    assert rules.in_order({1: asks(2), 2: asks(3), 3: KIM, 4: asks(9)}) == [3, 2, 1, 4]
    assert sorted(rules.in_order({1: asks(2), 2: asks(1)})) == [1, 2]
