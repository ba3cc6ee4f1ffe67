from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256, sha384
from html import escape

from dangol.platform.mail.links import base_url
from dangol.platform.ui.build import VENDOR, build

FILE = "dangol.js"


@dataclass(frozen=True)
class Script:
    """The built script: as it is, packed, and its hash."""

    body: bytes
    gz: bytes
    br: bytes
    made_at: float

    @property
    def digest(self) -> str:
        """What tells one version from the next."""
        return sha256(self.body).hexdigest()[:16]

    @property
    def integrity(self) -> str:
        """Its hash as browsers check it (W3C Subresource Integrity)."""
        return f"sha384-{b64encode(sha384(self.body).digest()).decode()}"


def script() -> Script:
    """The script as it was built; built now where it is missing."""
    path = VENDOR / FILE
    if not path.exists():
        build(lambda line: None)
    return _read(str(path), path.stat().st_mtime)


@lru_cache(maxsize=2)
def _read(path: str, made_at: float) -> Script:
    return Script(_bytes(path), _bytes(f"{path}.gz"), _bytes(f"{path}.br"), made_at)


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def snippet(key: str, *, consent: str = "", has_integrity: bool = False) -> str:
    """The line of HTML that a site puts into its pages, for one write key; `consent` names what is asked for first."""
    more = f' data-consent="{escape(consent)}"' if consent else ""
    if has_integrity:
        more += f' crossorigin="anonymous" integrity="{script().integrity}"'
    return f'<script async src="{base_url()}/{FILE}" data-key="{escape(key)}"{more}></script>'


def policy_line() -> str:
    """What a page with a strict Content Security Policy lets in for it."""
    return f"script-src {base_url()}; connect-src {base_url()}"
