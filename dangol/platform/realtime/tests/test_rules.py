"""Notices say which records changed, in as few words as the database lets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.realtime.memory import SLACK_MS, Memory
from dangol.platform.realtime.rules import MOST_BYTES, MOST_IDS, Topic, notices, told_by, topic_of

NUMBERS = st.sets(st.integers(1, 2**62), max_size=900)


@given(NUMBERS)
def test_all_numbers_arrive_in_notices_that_are_short_enough(numbers: set[int]) -> None:
    said = list(notices("person", numbers))
    assert all(len(notice) <= MOST_BYTES for notice in said)
    heard: set[int] = set()
    for notice in said:
        kind, some = told_by(notice)
        assert kind == "person"
        assert some is not None
        heard |= some
    assert heard == numbers


def test_very_many_and_none_named_mean_any_of_the_kind() -> None:
    assert list(notices("person", None)) == ["person *"]
    assert list(notices("person", range(1, MOST_IDS + 2))) == ["person *"]
    assert list(notices("person", [])) == []
    assert told_by("person *") == ("person", None)


@given(st.text("person *0123456789-x", max_size=30))
def test_whatever_a_notice_says_it_is_read_without_trouble(text: str) -> None:
    _kind, numbers = told_by(text)
    assert numbers is None or all(number >= 0 for number in numbers)


@pytest.mark.parametrize("text", ["", "person", "person:", ":5", "person:x", "person:-1", "person:٣", "per son:5",
                                  "person:" + "9" * 40, "person:5:6"])  # fmt: skip
def test_a_topic_that_is_none_is_not_taken_for_one(text: str) -> None:
    assert topic_of(text) is None


def test_a_topic_reads_as_it_is_written() -> None:
    assert topic_of("person:5") == Topic("person", 5) == topic_of(str(Topic("person", 5)))


def test_who_was_away_while_nothing_was_told_of_her_record_missed_nothing() -> None:
    memory = Memory()
    memory.begin(0)
    memory.note(20_000, "person", frozenset({5}))
    five, six = [Topic("person", 5)], [Topic("person", 6)]
    assert memory.may_have_missed(five, 19_000)
    assert not memory.may_have_missed(six, 19_000)
    assert not memory.may_have_missed(five, 20_001 + SLACK_MS)
    memory.note(30_000, "person", None)
    assert memory.may_have_missed(six, 29_000)


def test_what_lies_before_the_memory_or_in_a_gap_may_have_been_missed() -> None:
    five = [Topic("person", 5)]
    memory = Memory(kept=2)
    assert memory.may_have_missed(five, 10**12), "nobody listened yet"
    memory.begin(10_000)
    assert memory.may_have_missed(five, 9_000)
    assert memory.may_have_missed(five, 0), "one who does not say since when"
    for at in (20_000, 40_000, 60_000):
        memory.note(at, "order", frozenset({1}))
    assert memory.may_have_missed(five, 21_000), "the oldest notice made room"
    assert not memory.may_have_missed(five, 50_000)
    memory.end()
    assert memory.may_have_missed(five, 50_000)
