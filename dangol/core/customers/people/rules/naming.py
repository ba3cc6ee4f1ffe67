"""How people are named."""

from __future__ import annotations

import re

_HANGUL = re.compile(r"[가-힣]")


def is_hangul(text: str) -> bool:
    """Whether a name is written in Korean."""
    return bool(_HANGUL.search(text))


def shown_name(name: str, latin_name: str, language: str) -> str:
    """The name that a reader of `language` reads first: Latin letters for English, as written for Korean."""
    return latin_name if language != "ko" and latin_name else name


def is_relay_number(phone: str) -> bool:
    """Whether a number (E.164) is a Korean relay number (050x): lent out for a while, nobody's own.

    The numbering rules of the Korean Ministry of Science and ICT give 050 to personal numbers; markets lend them out as
    safety numbers.
    """
    return phone.startswith("+8250")
