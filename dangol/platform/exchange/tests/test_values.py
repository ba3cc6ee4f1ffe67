from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.exchange.values.contacts import read_email, read_phone
from dangol.platform.exchange.values.countries import currency_of, find_country
from dangol.platform.exchange.values.moments import NotAMoment, find_day_order, read_moment
from dangol.platform.exchange.values.numbers import (
    NotANumber,
    find_decimal_mark,
    fits,
    plain_text,
    read_number,
)

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("12,34,567.5", ".", "1234567.5"),
        ("1 234,5", ",", "1234.5"),
        ("1'234.5", ".", "1234.5"),
        ("£12", ".", "12"),
        ("12,000원", ".", "12000"),
        ("₩ 1,000", ".", "1000"),
        ("US$3.5", ".", "3.5"),
        ("3.5 EUR", ".", "3.5"),
        ("(3.5)", ".", "-3.5"),
        ("12-", ".", "-12"),
        ("-0.001", ".", "-0.001"),
        ("\u22125", ".", "-5"),
        ('="0123"', ".", "123"),
        (".5", ".", "0.5"),
        ("1e3", ".", "1000"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, mark: str, value: str) -> None:
    assert read_number(text, mark) == Decimal(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "-", "abc", "=1+2", "1,23", "1.2.3", "12%", "two", "1,2345", "9" * 80, "9" * 19, "1e99", "NaN", "³"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        read_number(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_a_number_written_in_either_manner_reads_back_exactly(number: Decimal) -> None:
    english = f"{number:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_number(english) == number
    assert read_number(german, ",") == number
    assert read_number(plain_text(number)) == number


@pytest.mark.parametrize(
    ("texts", "mark", "certain"),
    [
        (["2,5", "1.234"], ",", True),
        (["2.55", "1,234"], ".", True),
        (["1,234"], ".", False),
        (["1.234.567"], ",", True),
        (["12", "7"], ".", True),
    ],
)
def test_the_decimal_mark_is_decided_by_all_numbers(texts: list[str], mark: str, certain: bool) -> None:
    assert find_decimal_mark(texts) == (mark, certain)


def test_no_digit_is_lost_however_long_the_number() -> None:
    text = "-0." + "1234567890" * 4
    assert str(read_number(text)) == text
    assert not fits(read_number("1." + "0" * 30 + "1"), 40, 6)


def test_a_number_fits_when_no_digit_is_lost() -> None:
    assert fits(Decimal("1.230000"), 5, 2)
    assert not fits(Decimal("1.234"), 5, 2)
    assert not fits(Decimal("1000"), 5, 2)
    assert fits(Decimal("1E+2"), 5, 2)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("12/1/2010 8:26", "2010-12-01 08:26"),
        ("2010-12-01 08:26:30", "2010-12-01 08:26:30"),
        ("2010-12-01T08:26", "2010-12-01 08:26"),
        ("2010/12/1", "2010-12-01 00:00"),
        ("2010. 12. 1.", "2010-12-01 00:00"),
        ("2010. 12. 1. 오후 3:05", "2010-12-01 15:05"),
        ("2010년 12월 1일", "2010-12-01 00:00"),
        ("2010년 12월 1일 오전 12시 5분", "2010-12-01 00:05"),
        ("20101201", "2010-12-01 00:00"),
        ("1 Dec 2010", "2010-12-01 00:00"),
        ("Dec 1, 2010 5:04 PM", "2010-12-01 17:04"),
        ("12/1/10", "2010-12-01 00:00"),
        ("40513.5", "2010-12-01 12:00"),
    ],
)
def test_moments_hang_on_the_clock_of_the_shop(text: str, local: str) -> None:
    expected = datetime.fromisoformat(local).replace(tzinfo=SEOUL).astimezone(UTC)
    assert read_moment(text, order="mdy", zone=SEOUL) == expected


def test_a_moment_that_names_its_zone_keeps_it() -> None:
    assert read_moment("2010-12-01T08:26:00Z", order="dmy", zone=SEOUL) == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert read_moment("2010-12-01 08:26:00 +0900", order="dmy", zone=UTC).hour == 23


@pytest.mark.parametrize(
    "text", ["", "yesterday", "31/31/2010", "2010-02-30", "12/1/1850", "2010-12-01 25:00", "12345"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(NotAMoment):
        read_moment(text, order="dmy", zone=UTC)


def test_a_number_over_twelve_proves_the_order_of_day_and_month() -> None:
    assert find_day_order(["1/2/2011", "1/13/2011"]).order == "mdy"
    assert find_day_order(["1/2/2011", "13/1/2011"]).order == "dmy"
    assert find_day_order(["13.01.2011"]).by == "proof"


def test_without_proof_the_reading_that_covers_the_shorter_time_is_taken() -> None:
    found = find_day_order([f"12/{day}/2010" for day in range(1, 10)])
    assert (found.order, found.by) == ("mdy", "span")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United Kingdom", "GB"), ("EIRE", "IE"), ("RSA", "ZA"), ("USA", "US"), ("kr", "KR"), ("대한민국", "KR"),
        ("독일", "DE"), ("Österreich", "AT"), ("Hong Kong", "HK"), ("Korea, Republic of", "KR"), ("DEU", "DE"),
        ("Channel Islands", ""), ("European Community", ""), ("Unspecified", ""), ("", ""), ("Atlantis", ""),
    ],
)  # fmt: skip
def test_countries_are_known_by_code_and_by_name(name: str, code: str) -> None:
    assert find_country(name) == code


def test_a_country_tells_its_currency() -> None:
    assert (currency_of("GB"), currency_of("KR"), currency_of("DE")) == ("GBP", "KRW", "EUR")


def test_addresses_and_numbers_come_out_in_one_form() -> None:
    assert read_email(" Jiwoo@Example.TEST ") == "jiwoo@example.test"
    assert read_email("not an address") == ""
    assert read_phone("010-1234-5678") == "+821012345678"
    assert read_phone("+44 20 7946 0000") == "+442079460000"
    assert read_phone("12") == ""
