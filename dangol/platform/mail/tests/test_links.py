from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.accounts.models import Workspace
from dangol.platform.mail.links import BadLink, absolute, read, sign

numbers = st.lists(st.integers(0, 2**63 - 1), max_size=5)
ALPHABET = set("abcdefghijklmnopqrstuvwxyz234567")


@given(numbers)
def test_a_token_gives_back_its_numbers_whatever_the_case(wanted: list[int]) -> None:
    token = sign("click", *wanted)
    assert set(token) <= ALPHABET
    assert read("click", token) == read("click", token.upper()) == tuple(wanted)


@given(numbers, st.integers(0), st.integers(1, 31))
def test_a_token_changed_in_one_letter_is_refused(wanted: list[int], place: int, step: int) -> None:
    token = sign("click", *wanted)
    at = place % len(token)
    letters = sorted(ALPHABET)
    other = letters[(letters.index(token[at]) + step) % 32]
    with pytest.raises(BadLink):
        read("click", token[:at] + other + token[at + 1 :])


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadLink):
        read("click", text)


@pytest.mark.parametrize("text", ["", "a", "=" * 8, "a" * 5000, "가" * 20, "a" * 16 + "="])
def test_odd_text_is_refused(text: str) -> None:
    with pytest.raises(BadLink):
        read("click", text)


def test_a_token_of_another_kind_is_refused() -> None:
    with pytest.raises(BadLink):
        read("unsubscribe", sign("click", 1, 2))


def test_a_token_fits_into_a_return_address() -> None:
    assert len("b-" + sign("bounce", 2**31 - 1, 2**31 - 1)) <= 64


def test_numbers_out_of_range_are_refused() -> None:
    for wrong in (-1, 2**63):
        with pytest.raises(ValueError, match="does not fit"):
            sign("click", wrong)


def test_links_outlive_a_change_of_the_secret_key(settings: Any) -> None:
    token = sign("click", 7)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert read("click", token) == (7,)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadLink):
        read("click", token)


def test_a_link_begins_with_the_address_of_our_site(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_PORT", "8123")
    settings.CSRF_TRUSTED_ORIGINS = []
    assert absolute("/u/abc") == "http://127.0.0.1:8123/u/abc"
    settings.CSRF_TRUSTED_ORIGINS = ["https://crm.example.com"]
    assert absolute("/u/abc") == "https://crm.example.com/u/abc"
    Workspace.objects.update_or_create(pk=1, defaults={"base_url": "https://shop.example.com/"})
    assert absolute("/u/abc") == "https://shop.example.com/u/abc"
