"""What kind of line a phone number is, and how it is written.

Korean classes follow the numbering plan of the Ministry of Science and ICT (전기통신번호관리세칙); all others the
metadata of the ITU's plans that `phonenumbers` carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberType

Line = Literal[
    "mobile", "landline", "either", "internet", "personal", "toll_free", "representative", "premium", "pager", "other"
]

AREAS = {
    "2": "KR-11", "31": "KR-41", "32": "KR-28", "33": "KR-42", "41": "KR-44", "42": "KR-30", "43": "KR-43",
    "44": "KR-50", "51": "KR-26", "52": "KR-31", "53": "KR-27", "54": "KR-47", "55": "KR-48", "61": "KR-46",
    "62": "KR-29", "63": "KR-45", "64": "KR-49",
}  # fmt: skip
"""Korean area codes (without the 0) and the region that each serves, ISO 3166-2."""
_OLD_MOBILE = ("11", "16", "17", "18", "19")
_REPRESENTATIVE = ("15", "16", "18")
_TYPES: dict[int, Line] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "either",
    PhoneNumberType.VOIP: "internet",
    PhoneNumberType.PERSONAL_NUMBER: "personal",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.UAN: "representative",
    PhoneNumberType.SHARED_COST: "representative",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.PAGER: "pager",
}


@dataclass(frozen=True)
class PhoneClass:
    """The kind of a line and, for a Korean landline, the region whose area code it has (ISO 3166-2, else empty)."""

    line: Line
    region: str = ""

    @property
    def takes_texts(self) -> bool:
        """Whether text messages reach it: mobiles, and numbers that may be ones (in North America nobody can tell)."""
        return self.line in ("mobile", "either")


def phone_class(e164: str) -> PhoneClass:
    """What line a number in E.164 is; `other` for what is none."""
    if e164.startswith("+82"):
        return _korean(e164[3:])
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return PhoneClass("other")
    return PhoneClass(_TYPES.get(phonenumbers.number_type(number), "other"))


def takes_texts(e164: str) -> bool:
    """Whether text messages (SMS) reach a number in E.164."""
    return phone_class(e164).takes_texts


def _korean(national: str) -> PhoneClass:
    """`national` is the number without its country and without the leading 0."""
    if len(national) == 8 and national.startswith(_REPRESENTATIVE):
        return PhoneClass("representative")
    if national.startswith("10") and len(national) == 10:
        return PhoneClass("mobile")
    if national.startswith(_OLD_MOBILE) and len(national) in (9, 10):
        return PhoneClass("mobile")
    for prefix, line in _KOREAN:
        if national.startswith(prefix) and len(national) >= 9:
            return PhoneClass(line)
    area = "2" if national.startswith("2") else national[:2]
    if area in AREAS and 8 <= len(national) <= 10:
        return PhoneClass("landline", AREAS[area])
    return PhoneClass("other")


_KOREAN: tuple[tuple[str, Line], ...] = (
    ("70", "internet"), ("50", "personal"), ("80", "toll_free"), ("60", "premium"), ("30", "personal"),
    ("12", "pager"), ("15", "pager"),
)  # fmt: skip


def shown_phone(e164: str, country: str = "KR") -> str:
    """The number as people write it: nationally inside `country`, else internationally."""
    national = e164.removeprefix("+82")
    if national != e164 and len(national) == 8 and national.startswith(_REPRESENTATIVE):
        return f"{national[:4]}-{national[4:]}"
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    at_home = phonenumbers.region_code_for_country_code(number.country_code or 0) == country
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
