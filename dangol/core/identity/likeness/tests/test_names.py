"""Names by sound, and what two records weigh together."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.identity.likeness.rules.comparing import Traits, is_near, likeness, slips
from dangol.core.identity.likeness.rules.letters import latin
from dangol.core.identity.likeness.rules.names import firm_name, plain_name, sound_key, spellings

TEXTS = st.text(alphabet="김이박민수지우abcK m-'é", max_size=12)


@pytest.mark.parametrize(
    "same",
    [
        ("김민수", "Kim Minsu", "Minsu Kim", "Kim Min-soo", "KIM MINSOO", "김 민수", "김민수 님"),
        ("이정현", "Lee Junghyun", "Jeonghyeon Yi", "Rhee Jung-Hyun"),
        ("박성영", "Park Sungyoung", "Pak Seongyeong", "Bak Seong-yeong"),
        ("남궁민", "Namgung Min", "Min Namkoong"),
        ("John Smith", "Smith, John", "Mr. John Smith"),
    ],
)
def test_spellings_of_one_name_sound_alike(same: tuple[str, ...]) -> None:
    assert len({sound_key(name) for name in same}) == 1, {name: sound_key(name) for name in same}


def test_names_that_are_two_stay_two() -> None:
    assert sound_key("김서연") != sound_key("김수연")
    assert sound_key("김민수") != sound_key("김민지")
    assert sound_key("John Smith") != sound_key("Joan Smith")


def test_a_firm_is_called_the_same_whatever_its_legal_form() -> None:
    names = ("(주)한빛", "한빛(주)", "㈜한빛", "주식회사 한빛", "한빛 주식회사")
    assert {firm_name(n) for n in names} == {"한빛"}
    assert firm_name("Hanbit Co., Ltd.") == firm_name("HANBIT") == "hanbit"


def test_official_letters_are_those_of_the_notice() -> None:
    assert [latin(word) for word in ("한국", "서울", "독립", "울산")] == ["hanguk", "seoul", "dokrip", "ulsan"]


@given(TEXTS)
def test_any_name_can_be_read(name: str) -> None:
    assert sound_key(name) == sound_key(name)
    assert len(spellings(name)) <= 24
    assert plain_name(plain_name(name)) == plain_name(name) or name


@given(TEXTS, TEXTS)
def test_slips_are_counted_alike_from_both_sides(one: str, other: str) -> None:
    assert is_near(one, other) == is_near(other, one)
    assert (slips(one, other, 20) == 0) == (one == other)


@given(st.lists(st.sampled_from(["email", "phone", "born_on", "address", "city"]), unique=True, max_size=5))
def test_each_further_agreement_makes_it_likelier(names: list[str]) -> None:
    known = {
        "email": frozenset({"a@b.kr"}), "phone": frozenset({"+821012345678"}), "born_on": date(1990, 1, 2),
        "address": "서울 중구 세종대로 110", "city": "서울",
    }  # fmt: skip
    fields = {"email": "emails", "phone": "phones", "born_on": "born_on", "address": "address", "city": "city"}

    def weight(some: list[str]) -> float:
        traits = Traits(names=("김지우",), **{fields[n]: known[n] for n in some})  # type: ignore[arg-type]
        return likeness(traits, traits).weight

    weights = [weight(names[:n]) for n in range(len(names) + 1)]
    assert weights == sorted(weights)


def test_what_either_does_not_know_says_nothing() -> None:
    assert likeness(Traits(names=("A",)), Traits(emails=frozenset({"a@b.kr"}))).reasons == {}
