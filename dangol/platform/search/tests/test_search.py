from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.search.queries import matching
from dangol.platform.search.rules import asked, grams, grams_of_search, searchable
from dangol.platform.search.services import forget, remember, remember_many

TEXT = "김지우 Kim Jiwoo"


def found(text: str, **more: bool) -> list[int]:
    return list(matching(text, **more).values_list("record_id", flat=True))  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["김", "지우", "김지우", "kim", "JIWOO", "iwo", "Kim Ji", "김 kim", "jiwoo@narae", "010-0000-4127", "01000004127",
     "+82 10-0000-4127", "0000-4127", "4127", "ｋｉｍ"],
)  # fmt: skip
def test_part_of_a_name_address_or_phone_in_any_notation_finds(text: str) -> None:
    remember("person", 7, TEXT, ["jiwoo@narae.test", "+821000004127"])
    assert found(text) == [7]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  ", "박", "우지", "kimm", "010-9999-4127", "%", "_", "\x00"])
def test_what_does_not_stand_there_is_not_found(text: str) -> None:
    remember("person", 7, TEXT, ["jiwoo@narae.test", "+821000004127"])
    assert found(text) == []


@pytest.mark.django_db
def test_hidden_texts_are_not_searched() -> None:
    remember("person", 7, TEXT, ["secret@narae.test"])
    assert found("secret") == [7]
    assert found("secret", hidden=True) == []


@pytest.mark.django_db
def test_the_latest_text_counts_and_forgetting_ends_it() -> None:
    remember("person", 7, "Old", [])
    remember_many("person", [(7, "New", ["x"]), (8, "Other", [])])
    assert found("old") == []
    assert found("new") == [7]
    forget("person", 7)
    assert found("new") == []


words = st.text(
    alphabet=st.characters(min_codepoint=33, max_codepoint=0xD7A3, exclude_categories=["Cs", "Cc"]), min_size=1
)


@given(words, st.data())
def test_every_part_of_a_word_has_its_pieces_among_the_words(word: str, data: st.DataObject) -> None:
    text = searchable([word])
    for piece in asked(text):
        start = data.draw(st.integers(0, max(0, len(piece) - 2)))
        part = piece[start : start + 5]
        if len(part) > 1:
            assert set(grams_of_search([part])) <= set(grams(text))
