from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.ui import marks

MONTHS = [5, 0, None, 2.5, 0, 0, 1, 1, 3, 4, None, None]


def parts(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg))


def test_the_strip_draws_bars_dots_and_rings() -> None:
    shapes = [part.get("class") for part in parts(marks.rhythm(MONTHS))]
    assert shapes == ["b", "z", "m", "b", "z", "z", "b", "b", "b", "b", "m", "m"]


def test_the_strip_says_itself_to_screen_readers() -> None:
    svg = ET.fromstring(marks.rhythm(MONTHS))
    assert svg.get("aria-label") == "Orders in 6 of 12 months; 3 expected orders missing"


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e12)), min_size=1, max_size=12), st.sampled_from(["small", "wide"]))
def test_no_bar_leaves_the_picture(months: list[float | None], size: marks.RhythmSize) -> None:
    height = 18 if size == "small" else 34
    for part in parts(marks.rhythm(months, size=size)):
        if part.tag == "rect":
            assert 0 <= float(part.get("y", "")) <= height
            assert 0 < float(part.get("height", "")) <= height


def test_names_cannot_break_out_of_marks() -> None:
    assert "<script" not in marks.tier(3, "<script>alert(1)</script>")
    assert "<script" not in marks.face("<script>")
    assert "<script" not in marks.risk("leave", "<script>")


def test_tier_bars_fill_up_to_their_level() -> None:
    assert marks.tier(3, "Regular").count('class="on"') == 3


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_band_keeps_its_point_on_the_scale(a: float, b: float, c: float) -> None:
    low, value, high = sorted((a, b, c))
    svg = ET.fromstring(marks.band(value, low, high, words=("stay", "unclear", "leave")))
    point = next(part for part in svg if part.get("class") == "p")
    assert 5 <= float(point.get("cx", "")) <= 291


@given(st.floats(-5, 5))
def test_heat_has_seven_steps(share: float) -> None:
    assert 1 <= marks.heat_level(share) <= 7
    assert marks.heat_level(None) == 0
