from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.ui.korean import PARTICLES, full_name, initials, particle, with_particle


@pytest.mark.parametrize(
    ("word", "topic", "by"),
    [
        ("고객", "고객은", "고객으로"),
        ("서울", "서울은", "서울로"),
        ("카페", "카페는", "카페로"),
        ("이하윤(VIP)", "이하윤(VIP)은", "이하윤(VIP)으로"),
        ("나래 스튜디오", "나래 스튜디오는", "나래 스튜디오로"),
        ("3", "3은", "3으로"),
        ("٣", "٣은", "٣으로"),
        ("१०", "१०은", "१०으로"),
        ("7", "7은", "7로"),
        ("2", "2는", "2로"),
        ("10", "10은", "10으로"),
        ("1,000", "1,000은", "1,000으로"),
        ("2만", "2만은", "2만으로"),
        ("3조", "3조는", "3조로"),
        ("1,000,000,000,000", "1,000,000,000,000는", "1,000,000,000,000로"),
        ("2.5", "2.5는", "2.5로"),
        ("12:30", "12:30은", "12:30으로"),
        ("30%", "30%는", "30%로"),
        ("CRM", "CRM은", "CRM으로"),
        ("API", "API는", "API로"),
        ("HTML", "HTML은", "HTML로"),
        ("Dangol", "Dangol은", "Dangol로"),
        ("Slack", "Slack은", "Slack으로"),
        ("Chrome", "Chrome은", "Chrome으로"),
        ("Emma", "Emma는", "Emma로"),
        ("“서울”", "“서울”은", "“서울”로"),
        ("", "는", "로"),
    ],
)
def test_a_particle_follows_the_last_sound_of_its_word(word: str, topic: str, by: str) -> None:
    assert with_particle(word, "은") == topic
    assert with_particle(word, "으로") == by


@given(st.integers(0xAC00, 0xD7A3).map(chr), st.sampled_from(sorted(PARTICLES)))
def test_every_syllable_takes_the_closed_form_only_when_it_has_a_final_consonant(syllable: str, kind: str) -> None:
    closed, open_ = PARTICLES[kind]
    final = (ord(syllable) - 0xAC00) % 28
    wants_open = final == 0 or (closed == "으로" and final == 8)
    assert particle(syllable, kind) == (open_ if wants_open else closed)


@given(st.text(max_size=40), st.sampled_from(sorted(PARTICLES)))
def test_any_text_gets_one_of_the_two_forms(word: str, kind: str) -> None:
    assert particle(word, kind) in PARTICLES[kind]


@given(st.text(max_size=20))
def test_both_forms_of_a_pair_ask_for_the_same(word: str) -> None:
    assert particle(word, "은") == particle(word, "는")


def test_hangul_names_stand_family_name_first_and_together() -> None:
    assert full_name("지우", "김") == "김지우"
    assert full_name("Emma", "O'Hara") == "Emma O'Hara"
    assert full_name("", "김") == "김"


@pytest.mark.parametrize(
    ("name", "one", "two"),
    [
        ("김지우", "김", "김"),
        ("남궁민수", "남", "남궁"),
        ("Emma O'Hara", "O", "EO"),
        ("Bada", "B", "BA"),
        ("", "·", "·"),
    ],
)
def test_a_face_shows_the_family_name(name: str, one: str, two: str) -> None:
    assert initials(name) == one
    assert initials(name, letters=2) == two
