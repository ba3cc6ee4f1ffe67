"""A caught message taken apart, so that it can be read as a mail program would show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

_HEAD = re.compile(r"<head(\s[^>]*)?>", re.I)
_HTML = re.compile(r"<html(\s[^>]*)?>", re.I)
_NEW_TAB = '<base target="_blank">'


@dataclass(frozen=True)
class Letter:
    """What stands in a message; `html` and `text` are "" where it has no such part, `files` names what hangs on it."""

    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


def read_letter(raw: bytes) -> Letter:
    """Take a message apart. Whatever is spelled oddly in it is shown as well as can be."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    files = tuple(str(part.get_filename() or part.get_content_type()) for part in message.iter_attachments())
    return Letter(_body(message, "html"), _body(message, "plain"), _headers(message), files)


def framed(html: str) -> str:
    """The same html with its links opening in a new tab, since it is shown in a frame."""
    for place in (_HEAD, _HTML):
        found = place.search(html)
        if found:
            return html[: found.end()] + _NEW_TAB + html[found.end() :]
    return _NEW_TAB + html if not html.lstrip().lower().startswith("<!doctype") else _after_doctype(html)


def _after_doctype(html: str) -> str:
    doctype, mark, rest = html.partition(">")
    return doctype + mark + _NEW_TAB + rest


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError, KeyError):
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _headers(message: EmailMessage) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((name, str(value)) for name, value in message.items())
    except (ValueError, IndexError, AttributeError, KeyError):  # the strict reader stumbles over some heads
        plain = message_from_bytes(message.as_bytes(policy=policy.compat32), policy=policy.compat32)
        return tuple((name, str(value)) for name, value in plain.items())
