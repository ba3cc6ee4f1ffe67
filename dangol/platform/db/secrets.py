"""Secrets at rest (passwords of other systems, the seeds of one-time passwords): kept encrypted in the database.

The key lies in DANGOL_HOME/keys beside the others, so a copy of the database alone does not give the passwords away,
and a backup, which carries the keys, can be restored.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from dangol.platform.db.home import kept_secret

KEY_FILE = "channels_key"


class CannotDecrypt(Exception):
    """A kept password cannot be read with the key of this installation."""

    def __init__(self) -> None:
        super().__init__(_("The kept password cannot be read with this installation's key. Please enter it again."))


def encrypt(text: str) -> str:
    """Return `text` so that only this installation can read it (Fernet: AES-128-CBC and HMAC-SHA256). "" stays ""."""
    return _cipher().encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    """Return what was given to `encrypt`. Raises CannotDecrypt when it was changed or another installation made it."""
    if not token:
        return ""
    try:
        return _cipher().decrypt(token.encode()).decode()
    except InvalidToken:
        raise CannotDecrypt from None


def fingerprint(text: str) -> str:
    """Return the HMAC-SHA256 of `text` under this installation's key, in hex, so that it cannot be guessed."""
    return hmac.digest(_key(settings.HOME.keys / KEY_FILE), text.encode(), "sha256").hex()


def _cipher() -> Fernet:
    return _cipher_of(settings.HOME.keys / KEY_FILE)


@lru_cache(maxsize=4)
def _cipher_of(path: Path) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(kept_secret(path).encode()).digest()))


@lru_cache(maxsize=4)
def _key(path: Path) -> bytes:
    return hmac.digest(kept_secret(path).encode(), b"dangol.fingerprint", "sha256")
