"""Secrets and signatures after the Standard Webhooks specification 1.0 (standardwebhooks.com), and addresses. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

PREFIX = "whsec_"
SECRET_BYTES = 32
OLD_SECRET_LASTS = timedelta(hours=24)
MOST_URL = 2000


def new_secret() -> str:
    """A secret of 256 bits, written as the specification says."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, timestamp (seconds) and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signatures(several: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The header's value: one signature for each secret that is valid now, the newest first."""
    return " ".join(signature(secret, message_id, timestamp, body) for secret in several)


def url_fault(url: str) -> str:
    """What is wrong with an address: "", or one of `scheme`, `host`, `user`, `long`, `fragment`."""
    if len(url) > MOST_URL or any(c.isspace() or ord(c) < 32 for c in url):
        return "long"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "host"
    if parts.scheme not in ("https", "http"):
        return "scheme"
    if not host:
        return "host"
    if parts.username is not None or parts.password is not None:
        return "user"
    return "fragment" if parts.fragment else ""


def wants(chosen: Collection[str], event_name: str) -> bool:
    """Whether somebody who chose these events (none: all; `person.*`: all of people) wants this one."""
    return not chosen or event_name in chosen or f"{event_name.partition('.')[0]}.*" in chosen
