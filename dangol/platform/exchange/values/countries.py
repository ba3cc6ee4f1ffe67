"""Countries by code and by name in many languages, as ISO 3166-1 alpha-2."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies

LANGUAGES = ("en", "ko", "de", "fr", "es", "it", "pt", "nl", "ja", "zh", "ru", "pl", "sv", "tr", "vi")
NOT_ALPHA2 = {"ZZ", "XA", "XB", "EU", "EZ", "UN", "QO"}
ALIASES = {
    "eire": "IE",
    "republic of ireland": "IE",
    "rsa": "ZA",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "united states of america": "US",
    "america": "US",
    "korea": "KR",
    "south korea": "KR",
    "republic of korea": "KR",
    "korea republic of": "KR",
    "korea, republic of": "KR",
    "korea south": "KR",
    "hong kong": "HK",
    "macao": "MO",
    "한국": "KR",
    "대한민국": "KR",
    "남한": "KR",
    "미국": "US",
    "영국": "GB",
    "czech republic": "CZ",
    "holland": "NL",
    "the netherlands": "NL",
    "uae": "AE",
    "viet nam": "VN",
    "hongkong": "HK",
    "macau": "MO",
    "taiwan, province of china": "TW",
    "russian federation": "RU",
    "turkey": "TR",
    "burma": "MM",
    "swaziland": "SZ",
    "macedonia": "MK",
    "cape verde": "CV",
    "ivory coast": "CI",
    "brasil": "BR",
    "deutschland": "DE",
    "españa": "ES",
    "日本": "JP",
    "中国": "CN",
}
NO_COUNTRY = frozenset(
    (
        "unspecified",
        "unknown",
        "european community",
        "european union",
        "eu",
        "europe",
        "channel islands",
        "other",
        "n/a",
    )
)


@cache
def _alpha3() -> dict[str, str]:
    from babel.core import get_global

    return {old: new[0] for old, new in get_global("territory_aliases").items() if len(old) == 3 and old.isalpha()}


@cache
def _names() -> dict[str, str]:
    """Every name of every country in the languages we know, folded."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code not in NOT_ALPHA2:
                found.setdefault(_fold(name), code)
    found.update({_fold(name): code for name, code in ALIASES.items()})
    return found


@cache
def _codes() -> frozenset[str]:
    return frozenset(c for c in map(str, Locale("en").territories) if len(c) == 2 and c.isalpha()) - NOT_ALPHA2


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"\s+", " ", re.sub(r"[.\-_()’']", " ", plain)).strip().removeprefix("the ")


def find_country(text: str) -> str:
    """Return the alpha-2 code of a country given by code or by name; empty when it names none.

    The European Community and the Channel Islands, for two, have no code of their own.
    """
    text = text.strip()
    code = text.upper()
    if len(code) == 2 and code in _codes():
        return code
    folded = _fold(text)
    if not folded or folded in NO_COUNTRY:
        return ""
    return _names().get(folded) or (_alpha3().get(code, "") if len(code) == 3 else "")


def currency_of(country: str) -> str:
    """Return the ISO 4217 code of the money that a country (alpha-2) uses today; empty when not known."""
    try:
        found = get_territory_currencies(country)
    except KeyError:
        return ""
    return str(found[0]) if found else ""


def time_zone_of(country: str) -> str:
    """Return the time zone of a country's capital where the country has one zone only; else empty."""
    from babel.core import get_global

    zones = [zone for zone, place in get_global("zone_territories").items() if place == country]
    return zones[0] if len(zones) == 1 else ""
