"""Reasons and warnings are sentences that a person can read."""

import re

import pytest

from dangol.analytical.predictions.lifetime_value.rules import TEXTS, Message, message, reason


@pytest.mark.parametrize(
    ("orders", "since", "span", "p_alive", "said"),
    [
        (1, 0, 0, 1.0, "Has ordered once, today; too early to know a rhythm."),
        (1, 40, 0, 1.0, "Has ordered once, 40 days ago; there is no rhythm yet."),
        (1, 1, 0, 1.0, "Has ordered once, yesterday; too early to know a rhythm."),
        (5, 1, 120, 0.9, "Ordered yesterday; usually every 30 days."),
        (9, 1, 8, 0.9, "Ordered yesterday; usually every day."),
        (9, 30, 8, 0.1, "Probably gone: last order 30 days ago, but it used to be every day."),
        (5, 0, 120, 0.9, "Ordered today; usually every 30 days."),
        (5, 20, 120, 0.9, "Last order 20 days ago; usually every 30 days."),
        (5, 60, 120, 0.5, "Late: last order 60 days ago, but usually every 30 days."),
        (5, 400, 120, 0.05, "Probably gone: last order 400 days ago, but it used to be every 30 days."),
        (5, 60, 120, 0.8, "Last order 60 days ago, later than the usual 30 days, but irregular enough to expect more."),
    ],
)
def test_a_reason_compares_silence_with_rhythm(orders: int, since: int, span: int, p_alive: float, said: str) -> None:
    assert str(reason(orders=orders, days_since_last=since, days_first_to_last=span, p_alive=p_alive)) == said


def test_numbers_are_written_short() -> None:
    assert str(message("nobody_leaves", a=0.0000123, b=4.0)).startswith("Degenerate fit: a = 1.23e-05 (near 0)")


def test_every_sentence_can_be_filled() -> None:
    for code, text in TEXTS.items():
        places = set(re.findall(r"%\((\w+)\)s", text))
        assert "%(" not in str(Message(code, text, dict.fromkeys(places, "1")))
