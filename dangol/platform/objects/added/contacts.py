"""How e-mail addresses, phone numbers and web addresses are read and kept, in declared fields and added ones."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import phonenumbers

_KOREAN_MOBILE = re.compile(r"\+8210\d{8}")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")


def clean_email(text: str) -> str:
    """Lower case without blanks; empty stays empty. Raises ValueError when it is no address."""
    email = text.strip().lower()
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        raise ValueError(text)
    return email


def clean_phone(text: str, country: str = "KR") -> str:
    """The number in E.164 (`+821012345678`), read as dialled in `country`; empty stays empty.

    Numbers of a possible length are taken though no exchange has given them out yet. Raises ValueError.
    """
    if not text.strip():
        return ""
    if _KOREAN_MOBILE.fullmatch(text):  # the usual one, written as it is kept
        return text
    try:
        number = phonenumbers.parse(text, country or "KR")
    except phonenumbers.NumberParseException as error:
        raise ValueError(text) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_website(text: str) -> str:
    """The address with its scheme; empty stays empty. Raises ValueError unless it is http or https."""
    site = text.strip()
    if not site:
        return ""
    site = site if "://" in site else f"https://{site}"
    parts = urlsplit(site)
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
        raise ValueError(text)
    return site
