"""Figures, money, days and moments as people write them, in English and Korean; Babel holds the customs.

`language` is "en" or "ko"; another one falls back to English. `zone` is the viewer's time zone by name.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol

MINUS, THIN = "\u2212", "\u00a0"
Amount = Decimal | int | float

_WESTERN = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K"))
_KOREAN = ((Decimal(10) ** 12, "조"), (Decimal(10) ** 8, "억"), (Decimal(10) ** 4, "만"))


@lru_cache(maxsize=8)
def locale_for(language: str) -> Locale:
    """Babel's locale for a language of ours. English is British in its dates (14 May 2022), as the design asks."""
    return Locale.parse("ko_KR" if language.startswith("ko") else "en_GB")


@lru_cache(maxsize=64)
def zone_for(name: str) -> ZoneInfo:
    """The time zone of that name, or UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def number(value: Amount | None, language: str = "en", *, digits: int | None = None) -> str:
    """A number with thousands marks; `digits` fixes the decimals, else at most two are shown. Empty for None."""
    if value is None:
        return ""
    if isinstance(value, int) and not digits:
        return _minus(f"{value:,}")  # the same in both languages, and most of what a page writes
    whole = _rounded(value, 2 if digits is None else digits)
    pattern = "#,##0." + ("0" * digits if digits is not None else "##")
    return _minus(format_decimal(whole, format=pattern.rstrip("."), locale=locale_for(language)))


def compact(value: Amount | None, language: str = "en") -> str:
    """A large number short: 12.4K, 3.68B; in Korean 1.2만, 36.8억. Under a thousand (만 in Korean) it stays whole."""
    if value is None:
        return ""
    amount = _decimal(value)
    steps = _KOREAN if language.startswith("ko") else _WESTERN
    for index, (size, word) in enumerate(steps):
        if abs(amount) >= size:
            short = _three_figures(amount / size)
            # 999,950 rounds up to 1,000K: say 1M.
            if abs(short) >= 1000 and index and word not in "억만":
                size, word = steps[index - 1]
                short = _three_figures(amount / size)
            return f"{number(short, language)}{word}"
    return number(amount, language, digits=0 if abs(amount) >= 100 else None)


def percent(share: Amount | None, language: str = "en", *, digits: int = 1) -> str:
    """A share (0.734) as a percentage: "73.4 %" in English, "73.4%" in Korean."""
    if share is None:
        return ""
    gap = "" if language.startswith("ko") else THIN
    return f"{number(_decimal(share) * 100, language, digits=digits)}{gap}%"


def signed(value: Amount | None, language: str = "en", *, digits: int | None = None) -> str:
    """A change with its sign: +14, −9, 0."""
    if value is None:
        return ""
    text = number(value, language, digits=digits)
    return f"+{text}" if _decimal(value) > 0 else text


def money(amount: Amount | None, currency: str, language: str = "en", *, short: bool = False) -> str:
    """An amount with its currency, in the currency's own decimals: ₩4,280,000, £12.50; in Korean pages 4,280,000원.

    `short` gives three figures: ₩3.68B, in Korean 36.8억 원. Amount is in major units. Empty for None.
    """
    if amount is None:
        return ""
    korean = language.startswith("ko")
    if short and abs(_decimal(amount)) >= (10_000 if korean else 1_000):
        return _short_money(_decimal(amount), currency, language)
    if korean and currency == "KRW":
        return f"{number(amount, language, digits=0)}원"
    digits, symbol = _way_of(currency, "ko" if korean else "en")
    whole = _rounded(amount, digits)
    return f"{MINUS if whole < 0 else ''}{symbol}{abs(whole):,.{digits}f}"


@lru_cache(maxsize=512)
def _way_of(currency: str, language: str) -> tuple[int, str]:
    """The decimals of a currency and its symbol; both languages write it in front and group figures by commas."""
    digits = get_currency_precision(currency)
    nothing = format_currency(0, currency, "¤#,##0.00", locale=_symbols(language))
    return digits, nothing.removesuffix(f"{0:.{digits}f}").replace("US$", "$")


def _short_money(amount: Decimal, currency: str, language: str) -> str:
    if language.startswith("ko") and currency == "KRW":
        # 4만 2천 is how small sums are spoken, but a column of them reads better as 4.2만.
        return f"{compact(amount, language)} 원"
    symbol = get_currency_symbol(currency, locale=_symbols(language)).replace("US$", "$")
    sign = MINUS if amount < 0 else ""
    gap = THIN if symbol.isalpha() else ""
    return f"{sign}{symbol}{gap}{compact(abs(amount), language)}"


def _symbols(language: str) -> Locale:
    return Locale.parse("ko_KR") if language.startswith("ko") else Locale.parse("en_US")


def day(value: date | datetime | None, language: str = "en", zone: str = "UTC", *, today: date | None = None) -> str:
    """A day: 14 May 2022 / 2022년 5월 14일; the year is left out when it is `today`'s."""
    if value is None:
        return ""
    on = _local(value, zone).date() if isinstance(value, datetime) else value
    return _day(on, language.startswith("ko"), today is not None and on.year == today.year)


@lru_cache(maxsize=4096)
def _day(on: date, korean: bool, is_this_year: bool) -> str:
    if is_this_year:
        return format_date(on, "M월 d일" if korean else "d MMM", locale=locale_for("ko" if korean else "en"))
    return format_date(on, "yyyy년 M월 d일" if korean else "d MMM yyyy", locale=locale_for("ko" if korean else "en"))


def month(value: date, language: str = "en", *, short: bool = False, with_year: bool = True) -> str:
    """A month: November 2026 / 2026년 11월; `short` Nov 2026."""
    if language.startswith("ko"):
        return format_date(value, "yyyy년 M월" if with_year else "M월", locale=locale_for(language))
    word = "MMM" if short else "MMMM"
    return format_date(value, f"{word} yyyy" if with_year else word, locale=locale_for(language))


def clock(value: datetime | time, language: str = "en", zone: str = "UTC") -> str:
    """A time of day in the viewer's zone, on 24 hours in both languages: 21:08."""
    at = _local(value, zone) if isinstance(value, datetime) else value
    return format_time(at, "HH:mm", locale=locale_for(language))


def moment(value: datetime | None, language: str = "en", zone: str = "UTC", *, today: date | None = None) -> str:
    """A day and a time: 2 Nov, 21:08 / 11월 2일 21:08."""
    if value is None:
        return ""
    joint = " " if language.startswith("ko") else ", "
    return f"{day(value, language, zone, today=today)}{joint}{clock(value, language, zone)}"


def weekday(value: date, language: str = "en") -> str:
    """The short name of a day of the week: Tue / 화."""
    return format_skeleton("E", value, locale=locale_for(language))


def relative(value: datetime | date | None, now: datetime, language: str = "en", zone: str = "UTC") -> str:
    """How long ago or ahead, in one unit: just now, 2 hours ago, yesterday, 34 days ago; after a year, the day."""
    if value is None:
        return ""
    korean = language.startswith("ko")
    days = (_local(now, zone).date() - _day_of(value, zone)).days
    if abs(days) > 365:
        return day(value, language, zone)
    if days == 0:
        return _within_a_day(value, now, language)
    if days in (1, -1):
        return {1: "어제", -1: "내일"}[days] if korean else {1: "yesterday", -1: "tomorrow"}[days]
    return format_timedelta(
        timedelta(days=-days), granularity="day", threshold=1000, add_direction=True, locale=locale_for(language)
    )


def _within_a_day(value: datetime | date, now: datetime, language: str) -> str:
    korean = language.startswith("ko")
    if not isinstance(value, datetime):
        return "오늘" if korean else "today"
    gap = value - now
    if abs(gap) < timedelta(minutes=1):
        return "방금" if korean else "just now"
    return format_timedelta(gap, threshold=1.0, add_direction=True, locale=locale_for(language))


def size(octets: int, language: str = "en") -> str:
    """The size of a file: 820 bytes, 12.4 KB, 3.1 MB."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if octets >= step:
            return f"{number(_three_figures(Decimal(octets) / step), language)} {unit}"
    return f"{number(octets, language)} {'바이트' if language.startswith('ko') else 'bytes'}"


def _day_of(value: datetime | date, zone: str) -> date:
    return _local(value, zone).date() if isinstance(value, datetime) else value


def _local(value: datetime, zone: str) -> datetime:
    return value.astimezone(zone_for(zone)) if value.tzinfo else value


def _decimal(value: Amount) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _rounded(value: Amount, digits: int) -> Decimal:
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _three_figures(value: Decimal) -> Decimal:
    whole = len(str(int(abs(value))))
    return _rounded(value, max(0, 3 - whole))


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
