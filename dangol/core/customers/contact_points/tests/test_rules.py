from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.customers.contact_points.rules import clean_phone, shown_phone
from dangol.core.customers.contact_points.rules.addresses import Address, read_address, read_korean, written
from dangol.core.customers.contact_points.rules.phones import AREAS, phone_class, takes_texts
from dangol.core.customers.contact_points.rules.regions import (
    BY_CODE,
    REGIONS,
    clean_region,
    region_called,
    region_name,
    region_of_postcode,
)


@pytest.mark.parametrize(
    ("number", "line", "region"),
    [
        ("010-1234-5678", "mobile", ""),
        ("011-234-5678", "mobile", ""),
        ("02-123-4567", "landline", "KR-11"),
        ("02-1234-5678", "landline", "KR-11"),
        ("031-123-4567", "landline", "KR-41"),
        ("044-123-4567", "landline", "KR-50"),
        ("064-123-4567", "landline", "KR-49"),
        ("070-1234-5678", "internet", ""),
        ("0505-123-4567", "personal", ""),
        ("0504-1234-5678", "personal", ""),
        ("080-123-4567", "toll_free", ""),
        ("1577-1234", "representative", ""),
        ("1644-1234", "representative", ""),
        ("1899-1234", "representative", ""),
        ("+44 7400 123456", "mobile", ""),
        ("+44 20 7946 0000", "landline", ""),
        ("+49 151 23456789", "mobile", ""),
        ("+1 800 253 0000", "toll_free", ""),
        ("+1 650 253 0000", "either", ""),
    ],
)
def test_a_number_is_of_a_class(number: str, line: str, region: str) -> None:
    found = phone_class(clean_phone(number, "KR"))
    assert (found.line, found.region) == (line, region)


def test_text_messages_reach_mobiles_and_what_may_be_one() -> None:
    assert takes_texts("+821012345678")
    assert takes_texts("+16502530000")
    assert not takes_texts("+8215771234")
    assert not takes_texts("+82212345678")
    assert not takes_texts("no number")


@given(st.sampled_from(sorted(AREAS)), st.integers(min_value=2_000_000, max_value=9_999_999))
def test_every_area_code_is_a_landline_of_its_region(area: str, rest: int) -> None:
    assert phone_class(f"+82{area}{rest}").line == "landline"
    assert phone_class(f"+82{area}{rest}").region in BY_CODE


@given(st.text(max_size=20))
def test_no_text_makes_the_classes_raise(text: str) -> None:
    assert phone_class(text).line
    assert phone_class(f"+82{text}").line


def test_company_numbers_are_shown_as_people_dial_them() -> None:
    assert shown_phone("+8215771234") == "1577-1234"
    assert shown_phone("+821012345678") == "010-1234-5678"
    assert shown_phone("+442079460000") == "+44 20 7946 0000"
    assert phonenumbers.is_possible_number(phonenumbers.parse("+8215771234", None))


ROAD = "06236 서울특별시 강남구 테헤란로 123, 101동 502호 (역삼동, 한빛아파트)"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (ROAD, {"postcode": "06236", "region": "KR-11", "district": "강남구", "road": "테헤란로 123", "dong": "101",
                "ho": "502", "lot": "역삼동", "building": "한빛아파트"}),
        ("서울 강남구 테헤란로4길 14-2, 3층 (우편번호 06233)", {"region": "KR-11", "road": "테헤란로4길 14-2"}),
        ("경기도 수원시 영통구 광교중앙로 140 (16514)", {"postcode": "16514", "region": "KR-41",
                                                    "district": "수원시 영통구", "road": "광교중앙로 140"}),
        ("부산 해운대구 우동 1234-5 센텀빌딩 1203호", {"region": "KR-26", "lot": "우동 1234-5", "ho": "1203",
                                              "building": "센텀빌딩"}),
        ("강원도 홍천군 서면 한서로 12", {"region": "KR-42", "district": "홍천군 서면", "road": "한서로 12"}),
        ("대구 중구 중앙로 123번길 45", {"region": "KR-27", "road": "중앙로123번길 45"}),
        ("세종특별자치시 한누리대로 2130", {"region": "KR-50", "road": "한누리대로 2130"}),
        ("서울 종로구 종로1가 24", {"region": "KR-11", "lot": "종로1가 24"}),
        ("제주특별자치도 제주시 애월읍 산 12-3", {"region": "KR-49", "district": "제주시 애월읍"}),
        ("서울 마포구 양화로 45, 101-1502", {"road": "양화로 45", "dong": "101", "ho": "1502"}),
    ],
)  # fmt: skip
def test_a_korean_address_comes_apart(text: str, known: dict[str, str]) -> None:
    found = read_address(text).known()
    assert {name: found.get(name) for name in known} == known


def test_a_korean_address_is_written_from_the_large_to_the_small() -> None:
    assert written(read_korean(ROAD)) == ROAD
    assert (
        written(read_korean("서울 강남구 역삼동 678-9 한빛빌딩 302호"))
        == "서울특별시 강남구 역삼동 678-9, 한빛빌딩 302호"
    )


PLACES = st.sampled_from(["강남구", "수원시 영통구", "홍천군 서면", "해운대구", ""])
STREETS = st.sampled_from(["테헤란로", "세종대로", "중앙로123번길", "한서로", "판교역로"])
NUMBERS = st.integers(1, 999)


@given(
    st.sampled_from(REGIONS), PLACES, STREETS, NUMBERS, st.one_of(st.none(), NUMBERS), st.one_of(st.none(), NUMBERS),
    st.sampled_from(["", "역삼동", "정자동"]), st.sampled_from(["", "한빛아파트", "센텀 타워"]),
    st.one_of(st.just(""), st.integers(1000, 63999).map(lambda n: f"{n:05d}")),
)  # fmt: skip
def test_what_is_written_is_read_again(
    region: object, district: str, street: str, number: int, dong: int | None, ho: int | None, lot: str, building: str,
    postcode: str,
) -> None:  # fmt: skip
    address = Address(
        country="KR", postcode=postcode, region=region.code, district=district, road=f"{street} {number}",  # type: ignore[attr-defined]
        dong=str(dong) if dong and ho else "", ho=str(ho or ""), lot=lot, building=building,
    )  # fmt: skip
    assert read_korean(written(address)) == address


@given(st.text(max_size=120))
def test_no_text_is_lost_or_raises(text: str) -> None:
    found = read_address(text)
    kept = "".join(c for c in written(found) if c.isalnum())
    assert kept == "".join(c for c in text if c.isalnum()) or found.country == "KR"
    assert written(read_korean(text)) is not None


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("DE", "Unter den Linden 1, 10117 Berlin"),
        ("GB", "Unter den Linden 1, Berlin, 10117"),
        ("US", "Unter den Linden 1, Berlin, 10117"),
        ("JP", "10117 Berlin Unter den Linden 1"),
    ],
)
def test_others_are_written_in_the_order_of_their_country(country: str, line: str) -> None:
    assert written(Address(country=country, postcode="10117", city="Berlin", lines="Unter den Linden 1")) == line


@given(st.sampled_from(REGIONS))
def test_regions_are_known_by_all_their_names(region: object) -> None:
    for name in (region.short, region.full, region.latin, region.code, f"{region.latin}-do"):  # type: ignore[attr-defined]
        assert region_called(name) == region.code  # type: ignore[attr-defined]
    assert clean_region(region.full) == region.code  # type: ignore[attr-defined]
    assert clean_region(region.latin, "GB") == region.latin  # type: ignore[attr-defined]


def test_postcodes_tell_the_region() -> None:
    for code, region in (("06236", "KR-11"), ("16514", "KR-41"), ("21999", "KR-28"), ("30103", "KR-50"),
                         ("48058", "KR-26"), ("63122", "KR-49"), ("00999", ""), ("64000", "")):  # fmt: skip
        assert region_of_postcode(code) == region
    assert region_name("KR-11", "ko") == "서울"
    assert region_name("KR-11", "en") == "Seoul"
    assert region_name("Bavaria", "ko") == "Bavaria"
