"""Whether an address can be written to at all, by one pattern that Python and PostgreSQL read alike. Pure."""

from __future__ import annotations

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_TAIL = "(?:[A-Za-z0-9-]*[A-Za-z0-9])?"
EMAIL = rf"^{_ATOM}(?:\.{_ATOM})*@(?:[A-Za-z0-9]{_TAIL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$"
"""Dot-atoms of RFC 5322 section 3.4.1 before the @, names of RFC 1035 after it, the last of two letters or more.

Only ASCII: a domain in other letters is written in its xn-- form. Without groups that capture and without bounded
repetitions, which cost PostgreSQL twenty times as long; so the 63 letters of a part of a name are left to the resolver.
"""
PHONE = r"^\+[1-9][0-9]{6,14}$"
"""ITU-T E.164: at most 15 digits."""
MOST_EMAIL, MOST_LOCAL = 254, 64
"""RFC 5321 section 4.5.3.1 and its erratum 1690."""

PATTERNS = {"email": EMAIL, "sms": PHONE, "kakao": PHONE, "phone": PHONE}
COLUMNS = {"email": "email", "sms": "phone", "kakao": "phone", "phone": "phone", "post": "address"}
"""Where a person's address on each channel is kept."""


def is_good_address(channel: str, address: str) -> bool:
    """Whether `address` is one that the channel can carry. What stands on a letter is not judged."""
    pattern = PATTERNS.get(channel)
    if pattern is None:
        return True
    if channel == "email" and (len(address) > MOST_EMAIL or address.find("@") > MOST_LOCAL):
        return False
    return not address.endswith("\n") and re.search(pattern, address) is not None


def good_address_sql(channel: str, column: str) -> tuple[str, list[str]]:
    """The PostgreSQL condition for the same question about `column`, and its parameters."""
    pattern = PATTERNS.get(channel)
    if pattern is None:
        return "TRUE", []
    condition = f"{column} ~ %s"
    if channel == "email":
        condition += f" AND length({column}) <= {MOST_EMAIL} AND position('@' in {column}) <= {MOST_LOCAL + 1}"
    return f"({condition})", [pattern]
