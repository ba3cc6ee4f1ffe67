"""Write keys and origins: what they look like, and who may send from where."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

KEY_LENGTH = 32
MOST_ORIGINS = 50
LEARNING_DAYS = 7
_LETTERS = string.ascii_letters + string.digits
_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\]")


def new_key() -> str:
    """Return a write key nobody can guess: 32 letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(KEY_LENGTH))


def clean_origin(text: str) -> str:
    """Return an origin as browsers write it (`https://shop.example`, RFC 6454 6.2); `*.` stands for any part before.

    Raises ValueError with the word that is wrong.
    """
    found = text.strip().rstrip("/").lower()
    if "://" not in found or re.search(r"[\s@#?\\]", found) or found.count("/") != 2:
        raise ValueError(text)
    parts = urlsplit(found)
    host, port = parts.netloc, ""
    if not host.endswith("]") and ":" in host:
        host, _colon, port = host.rpartition(":")
    host = host if host.startswith("[") else _in_ascii(host)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or ".." in host:
        raise ValueError(text)
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(text)
    is_usual = port == {"http": "80", "https": "443"}[parts.scheme]
    return f"{parts.scheme}://{host}{f':{port}' if port and not is_usual else ''}"


def _in_ascii(host: str) -> str:
    """A host as browsers send it: other letters than ASCII's in Punycode."""
    star, rest = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    try:
        return star + (rest if rest.isascii() else rest.encode("idna").decode())
    except UnicodeError:
        return ""


def is_allowed(origin: str, allowed: Sequence[str]) -> bool:
    """Whether a page of `origin` may send. Nothing allowed means no page at all."""
    for one in allowed:
        scheme, _mark, host = one.partition("://")
        if host.startswith("*."):
            if origin.startswith(f"{scheme}://") and origin.endswith(host[1:]) and len(origin) > len(one) - 1:
                return True
        elif origin == one:
            return True
    return False


def cut_address(address: str) -> str:
    """Return a network address without its end: IPv4 without its last byte, of IPv6 the first 48 bits; "" if none."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.split("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False).network_address)
