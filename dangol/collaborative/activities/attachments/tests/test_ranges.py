from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.collaborative.activities.attachments.rules.ranges import Span, asked_span

TAG = '"abc"'


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("", None),
        ("bytes=0-", Span(0, 10)),
        ("bytes=0-0", Span(0, 1)),
        ("bytes=4-6", Span(4, 7)),
        ("bytes=4-400", Span(4, 10)),
        ("bytes=-3", Span(7, 10)),
        ("bytes=-300", Span(0, 10)),
        ("Bytes= 2-3 ", Span(2, 4)),
        ("bytes=6-4", None),
        ("bytes=-", None),
        ("bytes=0-1,4-5", None),
        ("bytes=a-b", None),
        ("lines=0-1", None),
        ("bytes=٣-", None),
    ],
)
def test_one_part_is_understood_and_everything_else_means_the_whole_file(asked: str, span: Span | None) -> None:
    assert asked_span(asked, "", TAG, 10) == span


@pytest.mark.parametrize(("asked", "size"), [("bytes=10-", 10), ("bytes=11-12", 10), ("bytes=-0", 10), ("bytes=0-", 0)])
def test_a_part_beyond_the_end_is_refused(asked: str, size: int) -> None:
    with pytest.raises(ValueError, match=r".*"):
        asked_span(asked, "", TAG, size)


@pytest.mark.parametrize(("only_if", "is_part"), [(TAG, True), ('"other"', False), (f"W/{TAG}", False), ("Mon", False)])
def test_a_part_is_given_only_of_the_file_that_was_meant(only_if: str, is_part: bool) -> None:
    assert (asked_span("bytes=1-2", only_if, TAG, 10) is not None) is is_part


@given(st.text(), st.integers(0, 100))
def test_whatever_is_sent_the_part_lies_within_the_file(text: str, size: int) -> None:
    try:
        span = asked_span(f"bytes={text}", "", TAG, size)
    except ValueError:
        return
    assert span is None or 0 <= span.first < span.end <= size
