"""What the laws of countries ask of advertising mail, as data with sources, so that it is corrected without code.

Not legal advice. A country is added by `register_country`; where none is, `GENERAL` holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

SenderField = Literal["name", "email", "phone", "address"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands, and on which day (ISO 8601) it was read."""

    law: str
    place: str
    read_on: str


@dataclass(frozen=True, slots=True)
class CountryRules:
    """What advertising mail to a country must show.

    `subject_prefix` begins the subject exactly so; `variants` finds what is written instead of it and is not allowed.
    `sender_fields` of the sender stand in the body. The way to opt out is told in each of `opt_out_languages`, or in
    the message's own where there are none.
    """

    country: str
    sources: tuple[Source, ...]
    subject_prefix: str = ""
    variants: re.Pattern[str] | None = None
    sender_fields: tuple[SenderField, ...] = ("name", "address")
    opt_out_languages: tuple[str, ...] = ()


GENERAL = CountryRules(
    country="",
    sources=(
        Source("15 U.S.C. (CAN-SPAM Act)", "7704(a)(3), (a)(5)", "2026-10-01"),
        Source("Directive 2002/58/EC", "article 13(4)", "2026-10-01"),
    ),
)
# Words by which one opts out, in each language that a country may ask for.
OPT_OUT_WORDS = {
    "ko": re.compile(r"수신\s*거부|수신을?\s*(?:원하지|거부)|수신\s*동의\s*철회|구독\s*(?:취소|해지)"),
    "en": re.compile(r"unsubscribe|opt[\s-]?out", re.IGNORECASE),
}
# What advertising speaks of; found in a message of another class, that class is probably wrong.
ADVERTISING_WORDS = re.compile(
    r"\d+\s*(?:%|％|퍼센트)\s*(?:할인|off\b)|할인|쿠폰|세일|특가|이벤트|경품|적립금?\s*(?:지급|증정)|사은품"
    r"|무료\s*(?:체험|배송|증정)|1\s*\+\s*1|최저가|한정\s*(?:판매|수량)"
    r"|\b(?:sale|discount|coupon|promo(?:tion)?|voucher|special offer|limited offer"
    r"|free shipping|giveaway|buy now|black friday)\b",
    re.IGNORECASE,
)
_countries: dict[str, CountryRules] = {}


def register_country(rules: CountryRules) -> CountryRules:
    """Let `rules` hold for receivers in their country (ISO 3166-1 alpha-2)."""
    _countries[rules.country.upper()] = rules
    return rules


def rules_for(country: str) -> CountryRules:
    """The rules for receivers in a country; the general ones where none are registered."""
    return _countries.get(country.upper(), GENERAL)
