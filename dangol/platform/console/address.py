"""Where the site listens."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Callable

from dangol.platform.db.errors import CannotContinue

DEFAULT_PORT = 8000


def wanted() -> tuple[str, int]:
    """Return host and port that DANGOL_HOST and DANGOL_PORT name.

    Raises:
        CannotContinue: DANGOL_PORT is no port.
    """
    named = os.environ.get("DANGOL_PORT") or str(DEFAULT_PORT)
    if not named.isdecimal() or not 1 <= int(named) <= 65535:
        raise CannotContinue(
            f"DANGOL_PORT is {named!r}, which is no port.", "Set it to a number from 1 to 65535, for example 8001."
        )
    return os.environ.get("DANGOL_HOST") or "127.0.0.1", int(named)


def listen(host: str, port: int, is_passing: Callable[[], bool]) -> socket.socket:
    """Return a socket that listens there.

    While `is_passing()` is true a busy port is waited for: it is held by a part of ours that is about to end.

    Raises:
        CannotContinue: the port is taken, forbidden, or the host is none of this machine.
    """
    deadline = time.monotonic() + 20
    while True:
        try:
            return _bind(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not is_passing() or time.monotonic() > deadline:
                raise _explain(error, host, port) from error
        time.sleep(0.1)


def reachable(host: str) -> str:
    """Return the address by which this machine itself reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def shown(host: str, port: int) -> str:
    """Return the address to open in a browser on this machine."""
    found = reachable(host)
    return f"http://[{found}]:{port}" if ":" in found else f"http://{found}:{port}"


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _explain(error: OSError, host: str, port: int) -> CannotContinue:
    if error.errno == errno.EADDRINUSE:
        free = _free_port_after(host, port)
        return CannotContinue(
            f"Port {port} on {host} is taken by another program.",
            f"Stop that program, or choose another port, for example: DANGOL_PORT={free} dangol start",
        )
    if error.errno == errno.EACCES:
        return CannotContinue(
            f"Port {port} may not be used by this user.", "Choose one above 1023: DANGOL_PORT=8000 dangol start"
        )
    return CannotContinue(
        f"Dangol cannot listen on {host}: {error.strerror or error}.",
        "Set DANGOL_HOST to an address of this machine, for example 127.0.0.1.",
    )


def _free_port_after(host: str, port: int) -> int:
    for candidate in range(port + 1, min(port + 100, 65536)):
        try:
            _bind(host, candidate).close()
        except OSError:
            continue
        return candidate
    return DEFAULT_PORT
