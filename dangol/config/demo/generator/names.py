"""Inventing who a customer is: nation, name, year of birth."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

from numpy.random import Generator

from dangol.config.demo.generator import korean_names
from dangol.config.demo.generator.chance import Urn, pick
from dangol.config.demo.generator.foreign_names import STOCKS, spelled
from dangol.config.demo.generator.romanization import given_name

_ASCII = str.maketrans({"ß": "ss", "ı": "i", "ø": "o", "đ": "d", "Đ": "D", "'": "", "’": "", " ": "", "-": ""})
_SURNAMES = Urn(korean_names.SURNAMES, [s[2] for s in korean_names.SURNAMES])
_GENERATIONS = Urn(tuple(korean_names.WEIGHTS), korean_names.WEIGHTS.values())
BORN_KNOWN_SHARE = 0.62


class Identity(NamedTuple):
    """A person's name as written and in Latin letters (empty when the same), parts for an e-mail, birthday."""

    nation: str
    language: str
    name: str
    latin_name: str
    given_ascii: str
    family_ascii: str
    born_on: date | None


def ascii_word(text: str) -> str:
    """Return a name in lower-case ASCII letters: Müller is muller, O'Hara ohara."""
    plain = unicodedata.normalize("NFKD", text.translate(_ASCII))
    return "".join(c for c in plain if c.isascii() and c.isalnum()).lower()


def invent_korean(chance: Generator) -> Identity:
    """Return a Korean whose surname is as common as in life."""
    hangul, latin, _ = _SURNAMES.at(chance.random())
    generation = _GENERATIONS.at(chance.random())
    given = pick(korean_names.GIVEN[generation], chance.random())
    said = given_name(given)
    born = _birthday(*korean_names.YEARS[generation], chance)
    return Identity("KR", "ko", hangul + given, f"{latin} {said}", said.lower(), ascii_word(latin), born)


def invent_foreigner(nation: str, chance: Generator) -> Identity:
    """Return somebody from `nation`, a key of `foreign_names.STOCKS`."""
    stock = STOCKS[nation]
    given, given_latin = spelled(pick(stock.given, chance.random()))
    family, family_latin = spelled(pick(stock.family, chance.random()))
    gap = "" if stock.language in ("ja", "zh") else " "
    name = f"{family}{gap}{given}" if stock.family_first else f"{given} {family}"
    latin = f"{family_latin} {given_latin}" if stock.language == "zh" else f"{given_latin} {family_latin}"
    born = _birthday(1962, 2004, chance)
    shown = "" if latin == name else latin
    return Identity(nation, stock.language, name, shown, ascii_word(given_latin), ascii_word(family_latin), born)


def _birthday(first_year: int, last_year: int, chance: Generator) -> date | None:
    is_known = chance.random() < BORN_KNOWN_SHARE
    days = int(chance.integers(0, (last_year - first_year + 1) * 365))
    return date(first_year, 1, 1) + timedelta(days=days) if is_known else None
