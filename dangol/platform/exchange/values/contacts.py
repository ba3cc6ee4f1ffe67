"""E-mail addresses and telephone numbers in the one form in which they can be compared."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_URL = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@.]{2,}(?:[/?#]\S*)?")
LONGEST_ADDRESS, LONGEST_URL = 254, 2000


def read_email(text: str) -> str:
    """Return an address in lower case; empty when it is none."""
    text = text.strip().strip("<>").removeprefix("mailto:").lower()
    return text if len(text) <= LONGEST_ADDRESS and _MAIL.fullmatch(text) else ""


def read_url(text: str) -> str:
    """Return a web address with its scheme; empty when it is none. Access writes `words#address#place`."""
    parts = text.strip().split("#")
    if (len(parts) > 2 and parts[-1] == "") or len(parts) == 4:
        text = parts[1]
    text = text.strip()
    if not text.startswith(("http://", "https://")):
        text = f"https://{text}" if "://" not in text else ""
    return text if len(text) <= LONGEST_URL and _URL.fullmatch(text) else ""


@lru_cache(maxsize=65536)
def read_phone(text: str, region: str = "KR") -> str:
    """Return a number as E.164 (`+821012345678`), read as dialled in `region` (alpha-2); empty when it is none."""
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
