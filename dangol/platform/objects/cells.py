"""How the value of each kind of field is shown, in a list and among the facts of a record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

import phonenumbers
from babel.core import Locale
from django.utils import timezone
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.platform.objects.listing import Reference
from dangol.platform.objects.types import Field
from dangol.platform.ui import format, marks
from dangol.platform.ui.viewer import Viewer

NOTHING = SafeString("")
WIDTHS = {
    "long_text": "long", "email": "long", "url": "long", "number": "number", "money": "money", "percent": "number",
    "date": "date", "datetime": "moment", "choice": "choice", "choices": "long", "bool": "bool", "country": "choice",
    "language": "choice", "currency": "choice", "relation": "link", "user": "staff", "tier": "tier",
    "rhythm": "rhythm",
}  # fmt: skip
RIGHT = {"number", "money", "percent"}
_KOREAN_MOBILE = re.compile(r"\+8210[0-9]{8}")
Shower = Callable[[Field, Any, Any, Viewer], SafeString]


def width_class(field: Field) -> str:
    """The class that gives a column its width, by what it holds."""
    return f"w-{WIDTHS.get(field.kind, 'text')}"


def shown(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    """The value as markup; empty when there is none."""
    if value is None or value == "":
        return NOTHING
    return _SHOWERS.get(field.kind, _text)(field, value, record, viewer)


def plain(field: Field, value: Any, viewer: Viewer) -> str:
    """The value as words, for chips and the history."""
    if value in (None, ""):
        return ""
    if isinstance(value, Reference):
        return value.title
    if isinstance(value, list):
        return ", ".join(plain(field, v, viewer) for v in value)
    writer = _WORDS.get(field.kind)
    return writer(field, value, viewer) if writer else str(value)


def _language() -> str:
    return (get_language() or "en")[:2]


def _text(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    return escape(value)


def _long_text(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    return mark_safe(linebreaks(value, autoescape=True))  # noqa: S308 - escaped by linebreaks


def _email(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    return format_html('<a class="link" href="mailto:{}">{}</a>', value, value)


def _phone(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    return format_html('<a class="num" href="tel:{}">{}</a>', value, phone(str(value)))


def phone(number: str, home: str = "KR") -> str:
    """A number as people at home write it (010-1234-5678), others with their country code; unknown ones unchanged."""
    if home == "KR" and _KOREAN_MOBILE.fullmatch(number):  # most of what is shown here, and long to parse
        return f"010-{number[5:9]}-{number[9:]}"
    try:
        parsed = phonenumbers.parse(number, home)
    except phonenumbers.NumberParseException:
        return number
    at_home = phonenumbers.region_code_for_number(parsed) == home
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def _url(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    address = str(value) if str(value).startswith(("http://", "https://")) else f"https://{value}"
    label = str(value).split("://")[-1].rstrip("/")
    return format_html('<a class="link" href="{}" rel="noopener noreferrer" target="_blank">{}</a>', address, label)


@lru_cache(maxsize=8192)
def _figure(text: str) -> SafeString:
    return SafeString(f'<span class="num">{escape(text)}</span>')


def _number(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    return _figure(_number_words(field, value, viewer))


def _money(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    currency = getattr(record, field.currency, "") if field.currency else ""
    return _figure(format.money(value, currency or viewer.currency, _language()))


def _date(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    return _figure(format.day(value, _language()))


def _datetime(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    now = timezone.now()
    full = format.moment(value, _language(), viewer.time_zone)
    text = format.relative(value, now, _language(), viewer.time_zone)
    return format_html('<time class="num" datetime="{}" title="{}">{}</time>', value.isoformat(), full, text)


def _choice(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    words = escape(_choice_words(field, value, viewer))
    if not field.is_added:
        return words
    return SafeString(f'<span class="pill {escape(field.tones.get(str(value), ""))}">{words}</span>')


def _choices(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    return SafeString(" ".join(_choice(field, one, record, viewer) for one in value))


def _bool(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    icon = marks.icon("check", extra="good") if value else marks.icon("minus", extra="mute")
    return format_html('<span class="row-flex">{}{}</span>', icon, _("Yes") if value else _("No"))


def _relation(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    if value.is_hidden:
        return format_html('<span class="mute row-flex">{}{}</span>', marks.icon("lock"), value.title)
    if value.is_in_trash:
        words = _("in the trash")
        return format_html(
            '<a class="link mute row-flex" href="{}" title="{}">{}<s>{}</s><span class="visually-hidden">{}</span></a>',
            value.url, words, marks.icon("trash"), value.title, words,
        )  # fmt: skip
    return SafeString(f'<a class="link" href="{escape(value.url)}">{escape(value.title)}</a>')


def _user(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    face = marks.face(value.title, kind="staff")
    return SafeString(f'<span class="row-flex">{face}<span class="cut">{escape(value.title)}</span></span>')


def _tier(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    labels = _labels(field, _language())
    known = list(labels)
    place = known.index(str(value)) if str(value) in known else len(known)
    return marks.tier(len(known) - place, labels.get(str(value), str(value)), of=max(len(known), 1))


def _rhythm(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    return marks.rhythm([None if m is None else float(m) for m in value])


def _number_words(field: Field, value: Any, viewer: Viewer) -> str:
    if field.kind == "percent":
        return format.percent(value, _language())
    return format.number(value, _language())


def _choice_words(field: Field, value: Any, viewer: Viewer) -> str:
    return _labels(field, _language()).get(str(value), str(value))


def _labels(field: Field, language: str) -> dict[str, str]:
    """Words of the choices by value. Fixed choices are worded once for each language; a function is asked anew."""
    if callable(field.choices):
        return {str(choice): str(label) for choice, label in field.choice_pairs()}
    return _fixed_labels(tuple(field.choices), language)


@lru_cache(maxsize=256)
def _fixed_labels(choices: tuple[tuple[Any, Any], ...], language: str) -> dict[str, str]:
    return {str(choice): str(label) for choice, label in choices}


def country_names() -> dict[str, str]:
    """Countries by code, in the viewer's language, sorted by name."""
    return _names("territories", lambda code: len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY)


def language_names() -> dict[str, str]:
    """Languages by two-letter code."""
    return _names("languages", lambda code: len(code) == 2)


def currency_names() -> dict[str, str]:
    """Currencies by code."""
    return _names("currencies", lambda code: len(code) == 3)


_NO_COUNTRY = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
_KEPT: dict[tuple[str, str], dict[str, str]] = {}


def _names(what: str, is_wanted: Callable[[str], bool]) -> dict[str, str]:
    key = (what, _language())
    if key not in _KEPT:
        names: dict[str, str] = getattr(Locale.parse("ko" if key[1] == "ko" else "en"), what)
        _KEPT[key] = dict(sorted(((c, str(n)) for c, n in names.items() if is_wanted(c)), key=lambda pair: pair[1]))
    return _KEPT[key]


def _named(names: Callable[[], dict[str, str]]) -> Callable[[Field, Any, Viewer], str]:
    return lambda field, value, viewer: names().get(str(value), str(value))


def _from_words(words: Callable[[Field, Any, Viewer], str]) -> Shower:
    return lambda field, value, record, viewer: escape(words(field, value, viewer))


def _day_words(field: Field, value: Any, viewer: Viewer) -> str:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    is_moment = field.kind == "datetime" and isinstance(value, datetime) and value.tzinfo is not None
    return format.moment(value, _language(), viewer.time_zone) if is_moment else format.day(value, _language())


def _money_words(field: Field, value: Any, viewer: Viewer) -> str:
    return format.money(value if not isinstance(value, str) else float(value), viewer.currency, _language())


def _safe_number(field: Field, value: Any, viewer: Viewer) -> str:
    try:
        return _number_words(field, float(value) if isinstance(value, str) else value, viewer)
    except ValueError:
        return str(value)


_WORDS: dict[str, Callable[[Field, Any, Viewer], str]] = {
    "choice": _choice_words,
    "choices": _choice_words,
    "tier": _choice_words,
    "bool": lambda field, value, viewer: _("Yes") if value in (True, "true", "True") else _("No"),
    "country": _named(country_names),
    "language": _named(language_names),
    "currency": _named(currency_names),
    "phone": lambda field, value, viewer: phone(str(value)),
    "number": _safe_number,
    "percent": _safe_number,
    "money": lambda field, value, viewer: _money_words(field, value, viewer) if not field.currency else str(value),
    "date": _day_words,
    "datetime": _day_words,
}
_SHOWERS: dict[str, Shower] = {
    "long_text": _long_text,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "number": _number,
    "percent": _number,
    "money": _money,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "choices": _choices,
    "bool": _bool,
    "country": _from_words(_named(country_names)),
    "language": _from_words(_named(language_names)),
    "currency": _from_words(lambda field, value, viewer: str(value)),
    "relation": _relation,
    "user": _user,
    "tier": _tier,
    "rhythm": _rhythm,
}
