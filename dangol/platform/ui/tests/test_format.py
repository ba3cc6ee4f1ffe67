from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.ui import format

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "english", "korean"),
    [
        ("4280000", "KRW", "₩4,280,000", "4,280,000원"),
        ("-1800000", "KRW", "−₩1,800,000", "−1,800,000원"),
        ("12.5", "GBP", "£12.50", "£12.50"),
        ("1234567.891", "USD", "$1,234,567.89", "$1,234,567.89"),
        ("0", "EUR", "€0.00", "€0.00"),
        ("1234.5", "JPY", "¥1,235", "JP¥1,235"),
    ],
)
def test_money_is_written_in_the_decimals_of_its_currency(
    amount: str, currency: str, english: str, korean: str
) -> None:
    assert format.money(Decimal(amount), currency) == english
    assert format.money(Decimal(amount), currency, "ko") == korean


@pytest.mark.parametrize(
    ("amount", "english", "korean"),
    [
        ("3680000000", "₩3.68B", "36.8억 원"),
        ("118000000", "₩118M", "1.18억 원"),
        ("42000", "₩42K", "4.2만 원"),
        ("9500", "₩9.5K", "9,500원"),
        ("-1800000", "−₩1.8M", "−180만 원"),
        ("999999", "₩1M", "100만 원"),
        ("999999999", "₩1B", "10억 원"),
        ("1200000000000", "₩1.2T", "1.2조 원"),
    ],
)
def test_short_money_counts_in_thousands_or_in_man_and_eok(amount: str, english: str, korean: str) -> None:
    assert format.money(Decimal(amount), "KRW", short=True) == english
    assert format.money(Decimal(amount), "KRW", "ko", short=True) == korean


@given(
    st.decimals(-(10**14), 10**14, places=2),
    st.sampled_from(["KRW", "USD", "JPY", "BHD"]),
    st.sampled_from(["en", "ko"]),
)
def test_a_negative_amount_is_the_positive_one_with_a_minus(amount: Decimal, currency: str, language: str) -> None:
    plus = format.money(abs(amount), currency, language)
    minus = format.money(-abs(amount), currency, language)
    assert minus in (f"−{plus}", plus)
    assert "-" not in minus


@given(st.decimals(-(10**15), 10**15, places=3), st.sampled_from(["en", "ko"]))
def test_compact_numbers_stay_short(amount: Decimal, language: str) -> None:
    assert len(format.compact(amount, language)) <= 8


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_read_back(number: int) -> None:
    assert int(format.number(number).replace(",", "").replace("−", "-")) == number


def test_nothing_stays_nothing() -> None:
    assert format.number(None) == format.money(None, "KRW") == format.day(None) == format.moment(None) == ""


def test_shares_and_changes() -> None:
    assert format.percent(Decimal("0.734")) == "73.4\u00a0%"
    assert format.percent(0.734, "ko") == "73.4%"
    assert (format.signed(14), format.signed(-9), format.signed(0)) == ("+14", "−9", "0")


@pytest.mark.parametrize(
    ("gap", "english", "korean"),
    [
        (timedelta(seconds=-20), "just now", "방금"),
        (timedelta(minutes=-5), "5 minutes ago", "5분 전"),
        (timedelta(hours=-2), "2 hours ago", "2시간 전"),
        (timedelta(days=-1), "yesterday", "어제"),
        (timedelta(days=-34), "34 days ago", "34일 전"),
        (timedelta(days=3), "in 3 days", "3일 후"),
        (timedelta(days=-500), "9 Jul 2025", "2025년 7월 9일"),
    ],
)
def test_moments_are_told_from_now(gap: timedelta, english: str, korean: str) -> None:
    assert format.relative(NOW + gap, NOW) == english
    assert format.relative(NOW + gap, NOW, "ko") == korean


def test_a_moment_is_told_in_the_viewers_zone_and_customs() -> None:
    at = datetime(2026, 11, 2, 16, 8, tzinfo=UTC)
    assert format.moment(at, "en", "Asia/Seoul", today=NOW.date()) == "3 Nov, 01:08"
    assert format.moment(at, "ko", "Asia/Seoul") == "2026년 11월 3일 01:08"
    assert format.month(date(2026, 11, 1), "ko") == "2026년 11월"
    assert format.day(date(2022, 5, 14)) == "14 May 2022"


def test_sizes_of_files() -> None:
    assert [format.size(n) for n in (820, 12_700, 3_250_000)] == ["820 bytes", "12.4 KB", "3.1 MB"]
