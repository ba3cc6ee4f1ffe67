"""Telephone numbers that ring nobody."""

from __future__ import annotations

from collections.abc import Callable

# How many numbers a country has for us, and the n-th of them in E.164. Sources: no Korean or Japanese mobile number
# has a zero after its prefix; the others are kept for fiction: NANPA 555-0100 to 0199, Ofcom 07700 900xxx, ACMA
# 5550 xxxx, Bundesnetzagentur (030) 23125 xxx, Arcep 06 39 98 xx xx, ComReg (020) 91x xxxx. Elsewhere: none.
_AMERICAN = ("212", "213", "312", "415", "206", "617", "512", "503")
_CANADIAN = ("416", "604", "514", "403")
RANGES: dict[str, tuple[int, Callable[[int], str]]] = {
    "KR": (10_000, lambda n: f"+82100000{n:04d}"),
    "JP": (10_000, lambda n: f"+81900000{n:04d}"),
    "US": (800, lambda n: f"+1{_AMERICAN[n // 100]}55501{n % 100:02d}"),
    "CA": (400, lambda n: f"+1{_CANADIAN[n // 100]}55501{n % 100:02d}"),
    "GB": (1_000, lambda n: f"+447700900{n:03d}"),
    "AU": (10_000, lambda n: f"+6125550{n:04d}"),
    "DE": (1_000, lambda n: f"+493023125{n:03d}"),
    "FR": (10_000, lambda n: f"+3363998{n:04d}"),
    "IE": (10_000, lambda n: f"+3532091{n:05d}"),
}
OFFICE: tuple[int, Callable[[int], str]] = (10_000, lambda n: f"+8220000{n:04d}")


def number(country: str, n: int) -> str:
    """Return the n-th number of a country, or nothing where no range is known that cannot be real."""
    count, written = RANGES.get(country, (0, str))
    return written(n) if n < count else ""


def is_harmless(phone: str) -> bool:
    """Whether a number in E.164 lies in one of the ranges above."""
    starts = ("+82100000", "+81900000", "+8220000", "+447700900", "+6125550", "+493023125", "+3363998", "+3532091")
    american = phone.startswith("+1") and phone[5:10] == "55501" and len(phone) == 12
    return phone == "" or phone.startswith(starts) or american
