"""What may stand in the company profile; each mistake is told beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale
from babel.numbers import list_currencies
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

LANGUAGES = ("ko", "en")
MOST_CHARACTERS = {"name": 120, "registration_number": 60, "phone": 40, "email": 254, "website": 300, "address": 500}
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def checked(values: Mapping[str, Any], *, country: str) -> dict[str, Any]:
    """Return `values` of the profile as they are kept: trimmed, addresses in their plain form.

    `country` is the company's (two letters), by whose customs a phone number is read. Fields without a rule stay as
    they are. Raises ValidationError by field, with all mistakes at once.
    """
    kept, errors = dict(values), {}
    where = str(values.get("country", country)).upper()
    rules: dict[str, Callable[[Any], Any]] = {**_RULES, "phone": lambda value: _phone(value, where)}
    for name in values.keys() & rules.keys():
        try:
            kept[name] = rules[name](values[name])
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise ValidationError(errors)
    return kept


def base_address(given: str) -> str:
    """Return the address of this system as links begin with it: scheme, host and port, no slash at the end.

    "" stays "". Raises ValidationError when it is no http address or holds a path, a question mark or a user name.
    """
    address = given.strip().rstrip("/")
    if not address:
        return ""
    example = _("Write scheme and host only. Example: https://crm.example.com")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValidationError(example) from None
    if parts.scheme not in ("http", "https") or not _is_host(host):
        raise ValidationError(example)
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValidationError(example)
    name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def is_local(address: str) -> bool:
    """Whether nobody outside can open this address: this machine's own name, or a number of a private network."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_private or ip_address(host).is_loopback
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".test", ".invalid"))


def countries(language: str) -> list[tuple[str, str]]:
    """Countries as (two letters, name in `language`), by name."""
    names = {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    return sorted(((code, name) for code, name in names.items() if re.fullmatch("[A-Z]{2}", code)), key=lambda p: p[1])


def _is_host(host: str) -> bool:
    try:
        ip_address(host)
        return True
    except ValueError:
        pass
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        return False
    return bool(re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", name)) and len(name) <= 253


def _text(limit: int, *, has_lines: bool = False) -> Callable[[Any], str]:
    def rule(value: Any) -> str:
        text = str(value).replace("\r\n", "\n").strip()
        if _UNSAFE.search(text) or ("\n" in text and not has_lines):
            raise ValidationError(_("Line breaks and control characters cannot stand here."))
        if len(text) > limit:
            raise ValidationError(_("At most %(limit)s characters.") % {"limit": limit})
        return text

    return rule


def _email(value: Any) -> str:
    text = _text(MOST_CHARACTERS["email"])(value)
    if text:
        validate_email(text)
    return text


def _website(value: Any) -> str:
    text = _text(MOST_CHARACTERS["website"])(value)
    if text and "://" not in text:
        text = f"https://{text}"
    if text:
        try:
            URLValidator(schemes=["http", "https"])(text)
        except ValidationError:
            raise ValidationError(_("This is no web address. Example: https://example.com")) from None
    return text


def _phone(value: Any, country: str) -> str:
    text = _text(MOST_CHARACTERS["phone"])(value)
    if not text:
        return ""
    try:
        is_possible = phonenumbers.is_possible_number(phonenumbers.parse(text, country or None))
    except phonenumbers.NumberParseException:
        is_possible = False
    if not is_possible:
        raise ValidationError(_("This is no phone number. Example: 02-1234-5678, or +82 2 1234 5678."))
    return text


def _languages(value: Any) -> list[str]:
    chosen = [code for code in LANGUAGES if code in value]
    if not chosen or set(value) - set(LANGUAGES):
        raise ValidationError(_("Choose at least one language."))
    return chosen


def _language(value: Any) -> str:
    if value not in LANGUAGES:
        raise ValidationError(_("There is no such language here."))
    return str(value)


def _country(value: Any) -> str:
    code = str(value).strip().upper()
    if not re.fullmatch("[A-Z]{2}", code) or code not in Locale.parse("en").territories:
        raise ValidationError(_("There is no such country. Example: KR."))
    return code


def _currency(value: Any) -> str:
    if value not in list_currencies():
        raise ValidationError(_("There is no such currency. Example: KRW."))
    return str(value)


def _time_zone(value: Any) -> str:
    if value not in available_timezones():
        raise ValidationError(_("There is no such time zone. Example: Asia/Seoul."))
    return str(value)


_RULES: dict[str, Callable[[Any], Any]] = {
    "name": _text(MOST_CHARACTERS["name"]),
    "registration_number": _text(MOST_CHARACTERS["registration_number"]),
    "address": _text(MOST_CHARACTERS["address"], has_lines=True),
    "email": _email,
    "website": _website,
    "base_url": base_address,
    "languages": _languages,
    "language": _language,
    "country": _country,
    "currency": _currency,
    "time_zone": _time_zone,
}
