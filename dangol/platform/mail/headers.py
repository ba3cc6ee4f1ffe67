"""Lines of a message's head, spelled as the standards want: RFC 5322 (folding), RFC 2047 (words beyond ASCII).

No value can begin a line of its own: control characters are refused. No line is longer than 76 characters where it can
be folded. An address with letters beyond ASCII before the @ stays as it is (RFC 6532) and needs SMTPUTF8 on the way; a
domain is put into its ASCII form (IDNA).
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

LINE = 76
_WORD_BYTES = 45  # in base64 60 characters, with the frame of an encoded word 72
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN_TEXT = re.compile(r"(?!.*=\?)[!-~]{1,60}(?: [!-~]{1,60})*\Z")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/^_`{|}~-]+)*\Z")
_QUOTABLE = re.compile(r"(?!.*=\?)[!-~](?:[ -~]*[!-~])?\Z")
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\\\"@]+@[^\s<>()\[\]:;,\\\"@]+\Z")
_BEYOND_RANGE = re.compile(r"\A\.|\.\.|\.@")


class CannotCompose(ValueError):
    """A value cannot stand in a message."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Someone's address, with the name to show before it ("" for none)."""

    name: str
    address: str


def text_header(name: str, value: str) -> bytes:
    """Return the line `name: value`, folded, for a value that people read. Raises CannotCompose."""
    return f"{name}: {_text(clean(value), len(name) + 2)}\r\n".encode()


def token_header(name: str, *tokens: str, between: str = " ") -> bytes:
    """Return the line `name: tokens`, folded between them. Raises CannotCompose unless all are ASCII without spaces."""
    for token in tokens:
        if not token.isascii() or " " in clean(token):
            raise CannotCompose(_("“%s” cannot stand in the head of a message.") % token)
    return f"{name}: {_folded(tokens, len(name) + 2, between)}\r\n".encode()


def mailbox_header(name: str, *mailboxes: Mailbox) -> bytes:
    """Return the line `name: "Name" <address>, ...`, folded. Raises CannotCompose."""
    at = len(name) + 2
    lines = [_mailbox(mailbox, 1 if place else at) for place, mailbox in enumerate(mailboxes)]
    return f"{name}: {f',{chr(13)}{chr(10)} '.join(lines)}\r\n".encode()


def clean(value: str) -> str:
    """Return `value` as it is. Raises CannotCompose when it holds a line break or another control character."""
    if _UNSAFE.search(value):
        raise CannotCompose(_("A line break or control character cannot stand in the head of a message."))
    return value


def envelope_address(address: str) -> str:
    """Return `address` as it goes over the wire: its domain in ASCII.

    Raises CannotCompose when it is no address (RFC 5321 section 4.5.3.1: 64 octets before the @, 254 in all).
    """
    if not _ADDRESS.match(clean(address)) or _BEYOND_RANGE.search(address):
        raise CannotCompose(_("“%s” is no e-mail address.") % address)
    local, _at, domain = address.rpartition("@")
    ascii_domain = domain if domain.isascii() else _ascii_domain(domain)
    if len(local.encode()) > 64 or len(local.encode()) + 1 + len(ascii_domain) > 254:
        raise CannotCompose(_("“%s” is too long for an e-mail address.") % address)
    return f"{local}@{ascii_domain}"


@lru_cache(maxsize=1024)
def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        raise CannotCompose(_("“%s” is no name of a domain.") % domain) from None


def _mailbox(mailbox: Mailbox, at: int) -> str:
    address, name = envelope_address(mailbox.address), " ".join(clean(mailbox.name).split())
    if not name:
        return address
    phrase = _phrase(name, at)
    last = len(phrase) - phrase.rfind("\n") - 1 if "\n" in phrase else at + len(phrase)
    gap = " " if last + len(address) + 3 <= LINE else "\r\n "
    return f"{phrase}{gap}<{address}>"


def _phrase(name: str, at: int) -> str:
    if len(name) <= 40 and _PLAIN_NAME.match(name):
        return name
    if len(name) <= 40 and _QUOTABLE.match(name):
        return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
    return "\r\n ".join(_encoded_words(name, at))


def _text(value: str, at: int) -> str:
    """A value in ASCII is folded at its spaces; any other, or one that a reader would see changed, is encoded."""
    if not value:
        return ""
    if _PLAIN_TEXT.match(value):
        return value if at + len(value) <= LINE else _folded(value.split(" "), at, " ")
    return "\r\n ".join(_encoded_words(value, at))


def _folded(words: list[str] | tuple[str, ...], at: int, between: str) -> str:
    parts, column, mark = [], at, between.rstrip()
    for place, word in enumerate(words):
        shown = word + mark if place < len(words) - 1 else word
        if place and column + 1 + len(shown) > LINE:
            parts.append("\r\n ")
            column = 1
        elif place:
            parts.append(" ")
            column += 1
        parts.append(shown)
        column += len(shown)
    return "".join(parts)


def _encoded_words(value: str, at: int) -> Iterator[str]:
    """Cut `value` between characters into encoded words, of which each fits its line (RFC 2047 section 2)."""
    data = value.encode()
    begin, room = 0, max(6, min(_WORD_BYTES, (LINE - at - 12) // 4 * 3))
    while begin < len(data):
        end = min(begin + room, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        yield f"=?utf-8?b?{b2a_base64(data[begin:end], newline=False).decode()}?="
        begin, room = end, _WORD_BYTES
