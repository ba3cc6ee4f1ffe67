"""Signed tokens for public links and for the return addresses of mail, and the address of our own site.

A token holds a few numbers and a signature. It is spelled in lower-case letters and digits (base32, RFC 4648), since it
also stands in the local part of return addresses, which servers on the way may turn to lower case.
"""

from __future__ import annotations

import hmac
import os
from base64 import b32decode
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from dangol.platform.accounts.queries import workspace

SIGNATURE_BYTES = 10
MOST_CHARACTERS = 200
_DEFAULT_PORT = "8000"
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]


class BadLink(Exception):
    """The link was cut off, changed, or made for something else."""

    def __init__(self) -> None:
        super().__init__(_("This link is not valid. Perhaps it was cut off; copy the whole of it and try again."))


def sign(kind: str, *numbers: int) -> str:
    """Return a token for `numbers` (0 to 2^63-1 each), which only `read` with the same `kind` accepts.

    Two numbers below 2^31 make at most 32 characters. The signature has 80 bits (HMAC-SHA256, cut off as RFC 2104
    section 5 allows). Raises ValueError for a number out of range.
    """
    return _token(settings.SECRET_KEY, kind, numbers)


def read(kind: str, token: str) -> tuple[int, ...]:
    """Return the numbers that `sign(kind, ...)` put into `token`, in upper or lower case.

    Tokens signed with one of Django's SECRET_KEY_FALLBACKS are good as well. Raises BadLink for every other.
    """
    given = token.lower()
    numbers = _numbers(given)
    secrets: list[str] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]  # type: ignore[list-item]
    for secret in secrets:
        if hmac.compare_digest(_token(secret, kind, numbers), given):
            return numbers
    raise BadLink


def base_url() -> str:
    """Return the address of our site without a slash at the end.

    It is the one of the company profile; else the first of DANGOL_ORIGINS; else this machine's own.
    """
    known = workspace().base_url or next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    port = os.environ.get("DANGOL_PORT") or _DEFAULT_PORT
    return (known or f"http://127.0.0.1:{port}").rstrip("/")


def absolute(path: str) -> str:
    """Return `path`, which begins with a slash, as a full address for a letter. For many, ask `base_url` once."""
    return base_url() + path


def _token(secret: str, kind: str, numbers: tuple[int, ...]) -> str:
    body = b"".join(map(_packed, numbers))
    signer = _signer(secret, kind).copy()
    signer.update(body)
    return _spelled(body + signer.digest()[:SIGNATURE_BYTES])


def _spelled(data: bytes) -> str:
    """Base32 without padding, two letters at a time: a campaign spells ten of them for each of its messages."""
    bits = len(data) * 8
    left = -bits % 10
    number = int.from_bytes(data, "big") << left
    pairs = [_PAIRS[number >> at & 1023] for at in range(bits + left - 10, -1, -10)]
    return "".join(pairs)[: -(-bits // 5)]


def _packed(number: int) -> bytes:
    """Seven bits a byte, lowest first; the top bit says that more follow (LEB128)."""
    if not 0 <= number < 1 << 63:
        raise ValueError(f"{number} does not fit into a link.")
    packed = bytearray()
    while number > 127:
        packed.append(number & 127 | 128)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _numbers(token: str) -> tuple[int, ...]:
    """The numbers that a token claims, not yet checked; whatever is spelled oddly fails the comparison later."""
    if len(token) > MOST_CHARACTERS or not token.isascii():
        raise BadLink
    try:
        body = b32decode(token.upper() + "=" * (-len(token) % 8))[:-SIGNATURE_BYTES]
    except ValueError:
        raise BadLink from None
    numbers, number, shift = [], 0, 0
    for byte in body:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number, shift = 0, 0
    if number >> 63 or any(n >> 63 for n in numbers):
        raise BadLink
    return tuple(numbers)


@lru_cache(maxsize=64)
def _signer(secret: str, kind: str) -> hmac.HMAC:
    """A signer that has read its key already, to be copied."""
    key = hmac.digest(secret.encode(), f"dangol.mail.link {kind}".encode(), "sha256")
    return hmac.new(key, digestmod="sha256")
