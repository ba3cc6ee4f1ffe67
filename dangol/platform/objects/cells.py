"""How the value of each kind of field is shown, in a list and among the facts of a record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import phonenumbers
from babel.core import Locale
from django.utils import timezone
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.platform.objects.listing import Reference
from dangol.platform.objects.types import Field
from dangol.platform.ui import format, marks
from dangol.platform.ui.markup import escaped
from dangol.platform.ui.viewer import Viewer

NOTHING = SafeString("")
WIDTHS = {
    "long_text": "long", "email": "long", "url": "long", "number": "number", "money": "money", "percent": "number",
    "date": "date", "datetime": "moment", "choice": "choice", "choices": "long", "bool": "bool", "country": "choice",
    "language": "choice", "currency": "choice", "relation": "link", "relations": "long", "file": "link",
    "user": "staff", "tier": "tier", "rhythm": "rhythm",
}  # fmt: skip
RIGHT = {"number", "money", "percent"}
_KOREAN_MOBILE = re.compile(r"\+8210[0-9]{8}")


def width_class(field: Field) -> str:
    """The class that gives a column its width, by what it holds."""
    return f"w-{WIDTHS.get(field.kind, 'text')}"


class Drawing:
    """How the values of one field are drawn for one viewer: what holds for all of them is worked out once."""

    def __init__(self, field: Field, viewer: Viewer) -> None:
        self.field, self.viewer, self.language = field, viewer, _language()
        self._show = _choice if field.kind == "text" and field.listed else _SHOWERS.get(field.kind, _text)
        self._word = _WORDS.get(field.kind)

    def shown(self, value: Any, record: Any) -> SafeString:
        """A value as markup; empty when there is none."""
        return NOTHING if value is None or value == "" else self._show(self, value, record)

    def plain(self, value: Any) -> str:
        """A value as words."""
        if value in (None, ""):
            return ""
        if isinstance(value, Reference):
            return value.title
        if isinstance(value, list):
            return ", ".join(self.plain(v) for v in value)
        return self._word(self, value) if self._word else str(value)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Words of the choices by value, of countries, languages and currencies by code."""
        if self.field.kind in _NAMES:
            return _NAMES[self.field.kind]()
        pairs = self.field.listed_pairs() if self.field.listed else self.field.choice_pairs()
        return {str(choice): str(label) for choice, label in pairs}


def shown(field: Field, value: Any, record: Any, viewer: Viewer) -> SafeString:
    """The value as markup; empty when there is none."""
    return Drawing(field, viewer).shown(value, record)


def plain(field: Field, value: Any, viewer: Viewer) -> str:
    """The value as words, for chips and the history."""
    return Drawing(field, viewer).plain(value)


Shower = Callable[[Drawing, Any, Any], SafeString]
Words = Callable[[Drawing, Any], str]


def _language() -> str:
    return (get_language() or "en")[:2]


def _text(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return escaped(value)


def _long_text(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return mark_safe(linebreaks(value, autoescape=True))  # noqa: S308 - escaped by linebreaks


def _email(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return format_html('<a class="link" href="mailto:{}">{}</a>', value, value)


def _phone(drawn: Drawing, value: Any, record: Any) -> SafeString:
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


def _url(drawn: Drawing, value: Any, record: Any) -> SafeString:
    address = str(value) if str(value).startswith(("http://", "https://")) else f"https://{value}"
    label = str(value).split("://")[-1].rstrip("/")
    return format_html('<a class="link" href="{}" rel="noopener noreferrer" target="_blank">{}</a>', address, label)


@lru_cache(maxsize=8192)
def _figure(text: str) -> SafeString:
    return SafeString(f'<span class="num">{escaped(text)}</span>')


def _number(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return _figure(_number_words(drawn, value))


def _money(drawn: Drawing, value: Any, record: Any) -> SafeString:
    currency = getattr(record, drawn.field.currency, "") if drawn.field.currency else ""
    return _figure(format.money(value, currency or drawn.viewer.currency, drawn.language))


def _date(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return _figure(format.day(value, drawn.language))


def _datetime(drawn: Drawing, value: Any, record: Any) -> SafeString:
    now = timezone.now()
    full = format.moment(value, drawn.language, drawn.viewer.time_zone)
    text = format.relative(value, now, drawn.language, drawn.viewer.time_zone)
    return format_html('<time class="num" datetime="{}" title="{}">{}</time>', value.isoformat(), full, text)


def _choice(drawn: Drawing, value: Any, record: Any) -> SafeString:
    words = escaped(_choice_words(drawn, value))
    if not drawn.field.is_added and not drawn.field.tones:
        return words
    if drawn.field.kind == "text" and str(value) not in drawn.field.tones:
        return words
    return SafeString(f'<span class="pill {escaped(drawn.field.tones.get(str(value), ""))}">{words}</span>')


def _choices(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return SafeString(" ".join(_choice(drawn, one, record) for one in value))


def _bool(drawn: Drawing, value: Any, record: Any) -> SafeString:
    icon = marks.icon("check", extra="good") if value else marks.icon("minus", extra="mute")
    return format_html('<span class="row-flex">{}{}</span>', icon, _("Yes") if value else _("No"))


def _relation(drawn: Drawing, value: Any, record: Any) -> SafeString:
    if value.is_hidden:
        return format_html('<span class="mute row-flex">{}{}</span>', marks.icon("lock"), value.title)
    if value.is_in_trash:
        words = _("in the trash")
        return format_html(
            '<a class="link mute row-flex" href="{}" title="{}">{}<s>{}</s><span class="visually-hidden">{}</span></a>',
            value.url, words, marks.icon("trash"), value.title, words,
        )  # fmt: skip
    return SafeString(f'<a class="link" href="{escaped(value.url)}">{escaped(value.title)}</a>')


def _file(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return SafeString(f'<span class="row-flex">{marks.icon("paperclip")}{_relation(drawn, value, record)}</span>')


def _relations(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return SafeString(", ".join(_relation(drawn, one, record) for one in value))


def _user(drawn: Drawing, value: Any, record: Any) -> SafeString:
    face = marks.face(value.title, kind="staff")
    return SafeString(f'<span class="row-flex">{face}<span class="cut">{escaped(value.title)}</span></span>')


def _tier(drawn: Drawing, value: Any, record: Any) -> SafeString:
    labels = drawn.labels
    known = list(labels)
    place = known.index(str(value)) if str(value) in known else len(known)
    return marks.tier(len(known) - place, labels.get(str(value), str(value)), of=max(len(known), 1))


def _rhythm(drawn: Drawing, value: Any, record: Any) -> SafeString:
    return marks.rhythm([None if m is None else float(m) for m in value])


def _number_words(drawn: Drawing, value: Any) -> str:
    if drawn.field.kind == "percent":
        return format.percent(value, drawn.language)
    return format.number(value, drawn.language)


def _choice_words(drawn: Drawing, value: Any) -> str:
    return drawn.labels.get(str(value), str(value))


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


def _from_words(words: Words) -> Shower:
    return lambda drawn, value, record: escaped(words(drawn, value))


def _day_words(drawn: Drawing, value: Any) -> str:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    is_moment = drawn.field.kind == "datetime" and isinstance(value, datetime) and value.tzinfo is not None
    zone = drawn.viewer.time_zone
    return format.moment(value, drawn.language, zone) if is_moment else format.day(value, drawn.language)


def _money_words(drawn: Drawing, value: Any) -> str:
    return format.money(value if not isinstance(value, str) else float(value), drawn.viewer.currency, drawn.language)


def _safe_number(drawn: Drawing, value: Any) -> str:
    try:
        return _number_words(drawn, float(value) if isinstance(value, str) else value)
    except ValueError:
        return str(value)


_NAMES = {"country": country_names, "language": language_names, "currency": currency_names}
_WORDS: dict[str, Words] = {
    "choice": _choice_words,
    "choices": _choice_words,
    "tier": _choice_words,
    "bool": lambda drawn, value: _("Yes") if value in (True, "true", "True") else _("No"),
    "country": _choice_words,
    "language": _choice_words,
    "currency": _choice_words,
    "phone": lambda drawn, value: phone(str(value)),
    "number": _safe_number,
    "percent": _safe_number,
    "money": lambda drawn, value: _money_words(drawn, value) if not drawn.field.currency else str(value),
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
    "country": _from_words(_choice_words),
    "language": _from_words(_choice_words),
    "currency": _from_words(lambda drawn, value: str(value)),
    "relation": _relation,
    "relations": _relations,
    "file": _file,
    "user": _user,
    "tier": _tier,
    "rhythm": _rhythm,
}
