from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.customers.people.rules import age_on, band_of, greeting, joined, parts_of
from dangol.core.customers.people.rules.bands import BANDS
from dangol.core.customers.people.rules.names import FAMILIES_OF_TWO

HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
LATIN = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=4, max_size=9).map(str.title)
ONES = st.sampled_from("김이박최정강조윤장임한오신권황안송류홍")


@pytest.mark.parametrize(
    ("text", "family", "given_name"),
    [
        ("김지우", "김", "지우"),
        ("남궁민", "남궁", "민"),
        ("황보라온", "황보", "라온"),
        ("제갈량", "제갈", "량"),
        ("선우은숙", "선우", "은숙"),
        ("독고탁", "독고", "탁"),
        ("서문탁", "서문", "탁"),
        ("이산", "이", "산"),
        ("남궁", "남", "궁"),
        ("김 지우", "김", "지우"),
        ("김지우님", "김", "지우"),
        ("김지우 선생님", "김", "지우"),
        ("크리스토퍼", "", "크리스토퍼"),
        ("Jiwoo Kim", "Kim", "Jiwoo"),
        ("Kim, Jiwoo", "Kim", "Jiwoo"),
        ("Dr. Ludwig van Beethoven", "van Beethoven", "Ludwig"),
        ("Martin Luther King Jr.", "King", "Martin Luther"),
        ("Prince", "", "Prince"),
        ("山田 太郎", "山田", "太郎"),
        ("欧阳修", "欧阳", "修"),
        ("王伟", "王", "伟"),
        ("", "", ""),
    ],
)
def test_a_name_comes_apart_by_its_script(text: str, family: str, given_name: str) -> None:
    found = parts_of(text)
    assert (found.family, found.given) == (family, given_name)


@given(ONES, st.text(HANGUL, min_size=2, max_size=2))
def test_a_korean_name_of_three_letters_has_its_first_as_family(family: str, given_name: str) -> None:
    text = joined(family, given_name)
    if not text.startswith(FAMILIES_OF_TWO) and not text.endswith("님"):
        assert parts_of(text).family == family


@given(st.sampled_from(FAMILIES_OF_TWO), st.text(HANGUL, min_size=1, max_size=2))
def test_families_of_two_letters_stay_whole(family: str, given_name: str) -> None:
    text = joined(family, given_name)
    if not text.endswith(("님", "귀하")):
        found = parts_of(text)
        assert (found.family, found.given, found.full) == (family, given_name, text)


@given(LATIN, LATIN)
def test_western_names_are_given_first_in_either_writing(given_name: str, family: str) -> None:
    for text in (joined(family, given_name), f"{family}, {given_name}"):
        found = parts_of(text)
        assert (found.given, found.family) == (given_name, family)
        assert found.full == f"{given_name} {family}"


@given(st.text(max_size=60))
def test_no_letter_of_a_name_is_lost_and_nothing_raises(text: str) -> None:
    found = parts_of(text)
    kept = f"{found.title}{found.family}{found.given}{found.suffix}".casefold()
    letters = [c for c in text.replace("\x00", "").casefold() if c.isalnum()]
    assert len(kept) <= len(text) + 4
    if not found.title:
        assert [c for c in letters if c not in kept] == []
    for language in ("ko", "en", "ja", "de", "xx"):
        assert greeting(text, "", language).strip()


def test_everybody_is_greeted_in_their_own_way() -> None:
    assert greeting("김지우", "Jiwoo Kim", "ko") == "김지우님"
    assert greeting("김지우", "Jiwoo Kim", "en") == "Dear Jiwoo"
    assert greeting("Dr. Ada Lovelace", "", "en") == "Dear Dr Lovelace"
    assert greeting("山田 太郎", "Taro Yamada", "ja") == "山田様"
    assert greeting("Ada Lovelace", "", "de") == "Guten Tag Ada Lovelace"
    assert greeting("", "", "ko") == "고객님"
    assert greeting("", "", "en") == "Hello"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 11, 22)))
def test_a_band_holds_the_age_and_moves_on_the_birthday(born_on: date) -> None:
    today = date(2026, 11, 22)
    age, band = age_on(born_on, today), int(band_of(born_on, today))
    assert band in BANDS
    assert band <= age
    assert all(start > age or start <= band for start in BANDS)


def test_who_is_still_to_be_born_has_no_band() -> None:
    assert band_of(date(2030, 1, 1), date(2026, 1, 1)) == ""
    assert band_of(date(2012, 11, 22), date(2026, 11, 21)) == "0"
    assert band_of(date(2012, 11, 22), date(2026, 11, 22)) == "14"
    assert band_of(date(2004, 2, 29), date(2024, 2, 28)) == "14"
    assert band_of(None, date(2026, 1, 1)) == ""


@pytest.mark.parametrize(
    ("name", "given"),
    [("김지우", "지우"), ("남궁민수", "민수"), ("선우", "우"), ("김 지우", "지우"), ("Emma O'Hara", "Emma"), ("", ""),
     ("김", "김"), ("주식회사나래스튜디오", "주식회사나래스튜디오")],
)  # fmt: skip
def test_what_is_no_name_of_two_parts_stands_as_the_given_one(name: str, given: str) -> None:
    assert parts_of(name).given == given
