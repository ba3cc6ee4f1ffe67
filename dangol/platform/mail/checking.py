"""What may stand in the settings of the way out; each mistake is told beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from dangol.platform.mail.models import MailWay

MOST_PER_SECOND = 10_000
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` of `MailWay` as they are kept. Raises ValidationError by field, with all mistakes at once."""
    kept, errors = dict(values), {}
    for name in values.keys() & _RULES.keys():
        try:
            kept[name] = _RULES[name](values[name])
        except ValidationError as error:
            errors[name] = error.messages
    for name, sentence in _missing(kept).items():
        errors.setdefault(name, [sentence])
    if errors:
        raise ValidationError(errors)
    return kept


def _missing(values: Mapping[str, Any]) -> dict[str, str]:
    """What SMTP cannot do without, of the fields that are named."""
    if values.get("mode") != MailWay.Mode.SMTP:
        return {}
    needed = {
        "host": _("Name the server. Example: smtp.example.com."),
        "from_email": _("Letters need a sender's address."),
    }
    return {name: sentence for name, sentence in needed.items() if not values.get(name, "-")}


def check_whole(way: MailWay, *, has_password: bool, is_password_due: bool = False) -> None:
    """Raise ValidationError by field where the settings do not go together.

    `is_password_due`: the kept password belongs to another server or user, so it must be given again.
    """
    errors = {}
    if is_password_due:
        errors["password"] = [_("Server or user name changed: please give the password again.")]
    whole = {"mode": way.mode, "host": way.host, "from_email": way.from_email}
    errors.update({name: [sentence] for name, sentence in _missing(whole).items()})
    if has_password and not way.username:
        errors["username"] = [_("A password needs a user name.")]
    if way.security == MailWay.Security.NONE and has_password and not is_near(way.host):
        errors["security"] = [_("The password would go over the network unencrypted. Choose STARTTLS or TLS.")]
    if errors:
        raise ValidationError(errors)


def is_near(host: str) -> bool:
    """Whether a server is this machine or of our own network, where a relay often takes mail without encryption."""
    try:
        address = ip_address(host.strip("[]"))
        return address.is_private or address.is_loopback or address.is_link_local
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost", ".lan"))


def domain_name(value: Any) -> str:
    """Return the name of a domain in its plain form, "" for none. Raises ValidationError."""
    text = str(value).strip().rstrip(".").lower()
    if not text:
        return ""
    try:
        name = text.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not re.fullmatch(rf"{_LABEL}(\.{_LABEL})+", name) or len(name) > 253:
        raise ValidationError(_("This is no name of a domain. Example: bounce.example.com."))
    return name


def _line(limit: int) -> Callable[[Any], str]:
    def rule(value: Any) -> str:
        text = str(value).strip()
        if _UNSAFE.search(text):
            raise ValidationError(_("Line breaks and control characters cannot stand here."))
        if len(text) > limit:
            raise ValidationError(_("At most %(limit)s characters.") % {"limit": limit})
        return text

    return rule


def _choice(choices: Any) -> Callable[[Any], str]:
    def rule(value: Any) -> str:
        if value not in choices.values:
            raise ValidationError(_("There is no such choice."))
        return str(value)

    return rule


def _host(value: Any) -> str:
    text = str(value).strip().rstrip(".").lower()
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        pass
    try:
        name = text.encode("idna").decode() if text else ""
    except UnicodeError:
        name = "?"
    if name and not re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", name):
        raise ValidationError(_("Write the name of the server only, without https:// or a port."))
    return name


def _email(value: Any) -> str:
    text = _line(254)(value)
    if text:
        validate_email(text)
    return text


def _selector(value: Any) -> str:
    text = str(value).strip().lower()
    if text and not re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", text):
        raise ValidationError(_("A selector is one short word, for example “s1”."))
    return text


def _number(least: int, most: int, *, may_be_empty: bool = False) -> Callable[[Any], int | None]:
    def rule(value: Any) -> int | None:
        if may_be_empty and value in (None, ""):
            return None
        text = str(value).strip()
        if not (text.isascii() and text.isdigit()) or not least <= int(text[:9]) <= most:
            raise ValidationError(_("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most})
        return int(text)

    return rule


_RULES: dict[str, Callable[[Any], Any]] = {
    "mode": _choice(MailWay.Mode),
    "security": _choice(MailWay.Security),
    "host": _host,
    "port": _number(1, 65_535),
    "username": _line(254),
    "from_name": _line(120),
    "from_email": _email,
    "reply_to": _email,
    "bounce_domain": domain_name,
    "dkim_selector": _selector,
    "per_second": _number(1, MOST_PER_SECOND, may_be_empty=True),
}
