from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.collaborative.activities.notes.rules import html_of, mentioned, tidied, title_of


@given(st.text())
def test_whatever_is_typed_makes_only_our_own_tags(text: str) -> None:
    html = html_of(tidied(text), {"김지우": 1, "A<b": 2})
    tags = set(re.findall(r"<(/?[a-z]+)", html))
    assert tags <= {"p", "/p", "br", "ul", "/ul", "li", "/li", "strong", "/strong", "a", "/a", "span", "/span"}
    assert not re.search(r"<(?!/?(?:p|br|ul|li|strong|a|span)\b)", html)


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidied(tidied(text)) == tidied(text)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\nb\n\nc", "<p>a<br>b</p>\n<p>c</p>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("call:\n- one\nend", "<p>call:</p><ul><li>one</li></ul><p>end</p>"),
        ("**bold** & <b>", "<p><strong>bold</strong> &amp; &lt;b&gt;</p>"),
        ("see https://a.test/x_(y).", '<p>see <a href="https://a.test/x_(y)" rel="noopener noreferrer nofollow"'
         ' target="_blank">https://a.test/x_(y)</a>.</p>'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ('https://a.test/"onmouseover="x', '<p><a href="https://a.test/" rel="noopener noreferrer nofollow"'
         ' target="_blank">https://a.test/</a>&quot;onmouseover=&quot;x</p>'),
        ("@김지우님 확인", '<p><span class="mention">@김지우</span>님 확인</p>'),
        ("mail a@김지우", "<p>mail a@김지우</p>"),
    ],
)  # fmt: skip
def test_simple_marks_are_drawn(typed: str, shown: str) -> None:
    assert html_of(typed, {"김지우": 1}) == shown


def test_the_longest_name_is_meant() -> None:
    assert mentioned("@Kim Min and @Kim, @Kim", {"Kim": 1, "Kim Min": 2}) == (2, 1)


def test_a_title_is_the_first_line_shortened() -> None:
    assert title_of("\n\n  hello \nworld") == "hello"
    assert len(title_of("x" * 200)) == 80
