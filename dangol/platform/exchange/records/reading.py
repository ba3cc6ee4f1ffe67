"""Cells read by the kind of their field: labels or values, days and money as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.numbers import list_currencies
from django.db import models
from django.utils import translation

from dangol.platform.exchange.records.manners import Manners
from dangol.platform.exchange.values.contacts import read_email, read_phone, read_url
from dangol.platform.exchange.values.countries import LANGUAGES, find_country
from dangol.platform.exchange.values.moments import NotAMoment, read_moment
from dangol.platform.exchange.values.numbers import NotANumber, fits, read_number, unwrap
from dangol.platform.objects.types import Field

Reader = Callable[[str], Any]
_ERRORS = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
_WRAPPED = frozenset(("=", "'", "#", ""))
SEVERAL = re.compile(r"\s*(?:[;,|\n]|\s/\s|:::)\s*")
_BETWEEN_NAMES = re.compile(r"\s*(?:[;|\n]|:::)\s*")
_IN_ANGLES = re.compile(r"<([^<>]+)>")
_KOREAN_MOBILE = re.compile(r"01[016789][-. ]?\d{3,4}[-. ]?\d{4}")
_MOBILE_WITHOUT_ZERO = re.compile(r"1[016789]\d{7,8}")
_NO_DIGIT = re.compile(r"\D")
YES = frozenset(("yes", "y", "true", "t", "1", "on", "o", "✓", "✔", "☑", "예", "네", "참", "동의", "수신", "수신동의",
                 "사용", "있음", "ja", "oui", "si", "sí", "はい", "是", "checked", "subscribed"))  # fmt: skip
NO = frozenset(("no", "n", "false", "f", "0", "off", "-", "✗", "☐", "아니오", "아니요", "거짓", "거부", "미동의",
                "수신거부", "미사용", "없음", "nein", "non", "いいえ", "否", "unchecked", "unsubscribed"))  # fmt: skip


class Unreadable(ValueError):
    """A cell that is not what its field wants; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Named(str):
    """The name of another record or of a member of staff, to be looked up."""


def reader_for(field: Field, column: Any, manners: Manners) -> Reader:
    """What reads a cell of a field: returns its value, raises `Unreadable`. Cells are stripped and never empty."""
    if field.kind == "choices":
        return _choices(field)
    if field.kind == "relations":
        return _names
    if field.kind == "choice" or field.choice_pairs():
        return _choice(field)
    if field.kind == "percent":
        return _share(column, manners)
    if field.kind in ("number", "money"):
        return _number(column, manners)
    makers: Mapping[str, Callable[[Manners], Reader]] = {
        "email": lambda m: _email, "url": lambda m: _url, "phone": lambda m: phone_reader(m.region),
        "date": _day, "datetime": _moment,
        "bool": lambda m: _yes_no(m.region), "country": lambda m: _country, "language": lambda m: _language,
        "currency": lambda m: _currency, "relation": lambda m: Named, "user": lambda m: Named,
    }  # fmt: skip
    return makers[field.kind](manners) if field.kind in makers else _text


def plain(cell: str) -> str:
    """A cell without what programs wrap around it. Raises `Unreadable` for the error of a formula."""
    if cell[:1] not in _WRAPPED:
        return cell
    text = unwrap(cell)
    if text[:1] == "#" and _ERRORS.fullmatch(text):
        raise Unreadable("formula_error")
    return text


def _text(text: str) -> str:
    return text


def _email(text: str) -> str:
    found = read_email(text)
    if found:
        return found
    inside = _IN_ANGLES.findall(text) or SEVERAL.split(text)
    for part in inside:
        if found := read_email(part):
            return found
    raise Unreadable("bad_email")


def _url(text: str) -> str:
    found = read_url(text)
    if not found:
        raise Unreadable("bad_url")
    return found


@cache
def phone_reader(region: str) -> Reader:
    """What reads phone numbers as dialled in a country."""
    is_korean = region == "KR"

    def read(text: str) -> str:
        if is_korean:
            if _KOREAN_MOBILE.fullmatch(text):
                return "+82" + _NO_DIGIT.sub("", text)[1:]
            if _MOBILE_WITHOUT_ZERO.fullmatch(text):
                return "+82" + text
        if found := read_phone(text, region):
            return found
        for part in SEVERAL.split(text):
            if len(part) > 6 and (found := read_phone(part, region)):
                return found
        raise Unreadable("bad_phone")

    return read


def _number(column: Any, manners: Manners) -> Reader:
    is_whole = isinstance(column, models.IntegerField)
    digits, places = getattr(column, "max_digits", None), getattr(column, "decimal_places", None)

    def read(text: str) -> Any:
        try:
            number = read_number(text.rstrip("% "), manners.mark)
        except NotANumber:
            raise Unreadable("bad_number") from None
        if is_whole:
            if number != int(number):
                raise Unreadable("not_whole")
            return int(number)
        if digits and places is not None and not fits(number, digits, places):
            raise Unreadable("too_precise")
        return number if isinstance(column, models.DecimalField) else float(number)

    return read


def _moment(manners: Manners) -> Reader:
    @lru_cache(maxsize=65536)
    def read(text: str) -> datetime:
        try:
            return read_moment(text, order=manners.order, zone=manners.zone)
        except NotAMoment:
            raise Unreadable("bad_date") from None

    return read


def _day(manners: Manners) -> Reader:
    moment = _moment(manners)

    @lru_cache(maxsize=65536)
    def read(text: str) -> date:
        found: datetime = moment(text)
        return found.astimezone(manners.zone).date()

    return read


def _yes_no(region: str) -> Reader:
    """A cross says yes on many forms, and no in Korea, where O and X stand for yes and no."""
    yes, no = (YES, NO | {"x"}) if region == "KR" else (YES | {"x"}, NO)

    def read(text: str) -> bool:
        folded = text.casefold()
        if folded in yes or folded in no:
            return folded in yes
        raise Unreadable("bad_bool")

    return read


def _choice(field: Field) -> Reader:
    known = labels_of(field)

    def read(text: str) -> Any:
        found = known.get(text.casefold())
        if found is None:
            raise Unreadable("bad_choice")
        return found

    return read


def _choices(field: Field) -> Reader:
    """Several choices in one cell, between semicolons, commas or lines."""
    one = _choice(field)

    def read(text: str) -> list[Any]:
        return [one(part) for part in SEVERAL.split(text) if part]

    return read


def _names(text: str) -> list[Named]:
    """The names of several records in one cell, between semicolons, bars or lines; commas stand in names of firms."""
    return [Named(part) for part in _BETWEEN_NAMES.split(text) if part]


def _share(column: Any, manners: Manners) -> Reader:
    """A share as people write it: 12.5 or 12.5 % are an eighth."""
    places = column.decimal_places

    def read(text: str) -> Decimal:
        try:
            number = read_number(text.rstrip("% "), manners.mark) / 100
        except NotANumber:
            raise Unreadable("bad_number") from None
        if not fits(number, column.max_digits, places):
            raise Unreadable("too_precise")
        return Decimal(number)

    return read


def labels_of(field: Field) -> dict[str, Any]:
    """{value or label in any of our languages, folded: value} of a field's choices."""
    known: dict[str, Any] = {}
    for language in ("en", "ko"):
        with translation.override(language):
            for value, label in field.choice_pairs():
                known.setdefault(str(label).strip().casefold(), value)
                known[str(value).casefold()] = value
    return known


@lru_cache(maxsize=8192)
def _country(text: str) -> str:
    found = find_country(text)
    if not found:
        raise Unreadable("bad_country")
    return found


@cache
def _languages() -> dict[str, str]:
    """Every language of two letters by its code and by its name in many languages."""
    found: dict[str, str] = {}
    for reader in LANGUAGES:
        names: Mapping[str, str] = Locale(reader).languages
        found.update({name.casefold(): code for code, name in names.items() if len(code) == 2})
    return found | {code: code for code in found.values()}


@lru_cache(maxsize=8192)
def _language(text: str) -> str:
    folded = text.casefold()
    found = _languages().get(folded) or _languages().get(re.split(r"[-_]", folded)[0])
    if not found:
        raise Unreadable("bad_language")
    return found


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def _currency(text: str) -> str:
    if text.upper() not in _currencies():
        raise Unreadable("bad_currency")
    return text.upper()


def share(cells: Iterable[str], reader: Reader) -> float:
    """How many of some cells a reader can read, from 0 to 1."""
    listed = list(cells)
    if not listed:
        return 0.0
    return sum(_reads(reader, cell) for cell in listed) / len(listed)


def _reads(reader: Reader, cell: str) -> bool:
    try:
        reader(plain(cell))
    except Unreadable:
        return False
    return True
