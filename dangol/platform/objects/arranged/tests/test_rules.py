"""Arrangements: what is read of them, and that no step of the editor ever loses a field."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.platform.objects.arranged.rules import Arrangement, Item, Section, act, applied, filled, read

NAMES = ("a", "b", "c", "d", "e")
TWO = Arrangement(
    (Section("x", "First", "처음", (Item("a"), Item("b", "half"))), Section("y", "", "", (Item("c"),))), ("d",)
)

VERBS = ("up", "down", "hide", "show", "to", "section_up", "section_down", "section_remove", "section_add", "nonsense")
steps = st.lists(
    st.builds("{}:{}:{}".format, st.sampled_from(VERBS), st.sampled_from([*NAMES, "x", "y", "zz"]),
              st.sampled_from(["x", "y", "s0", "-", "zz", ""])), max_size=12,
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(steps)
def test_no_step_loses_a_field_or_shows_one_twice(steps: list[str]) -> None:
    found = filled(TWO, NAMES)
    for step in steps:
        found = act(found, step)
    assert sorted(found.names) == sorted(NAMES)
    assert read(found.to_json()) == found


KEYS = st.sampled_from(["sections", "items", "hidden", "name", "width", "key", "en"])
anything = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12,
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(anything)
def test_whatever_was_kept_or_sent_can_be_read(content: object) -> None:
    found = read(content)
    if found is not None:
        assert len(found.names) == len(set(found.names))
        applied(found, NAMES)


def test_a_field_that_no_layout_names_comes_at_the_end() -> None:
    sections, rest = applied(TWO, NAMES)
    assert ([[i.name for i in s.items] for s in sections], rest) == ([["a", "b"], ["c"]], ["e"])


def test_what_is_needed_comes_at_the_end_though_it_is_hidden() -> None:
    assert applied(TWO, NAMES, kept=["d"])[1] == ["d", "e"]


def test_what_is_gone_leaves_no_trace() -> None:
    sections, rest = applied(TWO, ["c"])
    assert ([s.key for s in sections], rest) == (["y"], [])


def test_up_at_the_top_of_a_section_goes_into_the_one_before() -> None:
    assert [[i.name for i in s.items] for s in act(TWO, "up:c").sections] == [["a", "b", "c"], []]
    assert act(TWO, "up:a") == TWO


def test_a_removed_group_leaves_its_fields_to_the_one_before() -> None:
    assert [[i.name for i in s.items] for s in act(TWO, "section_remove:y").sections] == [["a", "b", "c"]]
    assert [[i.name for i in s.items] for s in act(TWO, "section_remove:x").sections] == [["a", "b", "c"]]
