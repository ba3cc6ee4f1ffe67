"""How long the certificate of our own address is valid; looked up at most once an hour."""

from __future__ import annotations

import socket
import ssl
import time
from urllib.parse import urlsplit

from dangol.platform.accounts.queries import workspace

KEEP_SECONDS = 3600
WAIT_SECONDS = 3
_kept: dict[str, tuple[float, tuple[str, int | None]]] = {}


def days_left() -> tuple[str, int | None]:
    """Return ("", days), ("none", None) where no https address is set, or (what went wrong, None)."""
    address = urlsplit(workspace().base_url)
    if address.scheme != "https" or not address.hostname:
        return "none", None
    known = _kept.get(address.netloc)
    if known is None or time.monotonic() - known[0] > KEEP_SECONDS:
        known = time.monotonic(), _look(address.hostname, address.port or 443)
        _kept[address.netloc] = known
    return known[1]


def _look(host: str, port: int) -> tuple[str, int | None]:
    try:
        with (
            socket.create_connection((host, port), timeout=WAIT_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            found = secure.getpeercert() or {}
        ends = ssl.cert_time_to_seconds(str(found["notAfter"]))
        return "", int((ends - time.time()) // 86400)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message, None
    except (OSError, KeyError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error), None
