"""Who may say on whose behalf a request comes.

`DANGOL_PROXIES` names the addresses of the proxies in front (separated by commas, networks as 10.0.0.0/8). With
DANGOL_HTTPS=1 and nothing named, a proxy on this machine is meant. What anybody else writes into X-Forwarded-For,
X-Forwarded-Proto or X-Request-ID is thrown away before anything reads it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dangol.platform.db.errors import CannotContinue

Networks = tuple[IPv4Network | IPv6Network, ...]
LOOPBACK = "127.0.0.0/8,::1/128"
FORWARDED = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_X_REQUEST_ID",
)  # fmt: skip
IS_FORWARDED = "dangol.is_forwarded"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def trusted() -> Networks:
    """Return the proxies in front of this house. Raises CannotContinue when DANGOL_PROXIES is not readable."""
    named = os.environ.get("DANGOL_PROXIES", "")
    return networks(named or (LOOPBACK if os.environ.get("DANGOL_HTTPS") == "1" else ""))


@lru_cache
def networks(named: str) -> Networks:
    """Return addresses and networks separated by commas. Raises CannotContinue when one is none."""
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in named.split(",") if part.strip())
    except ValueError as error:
        raise CannotContinue(
            f"DANGOL_PROXIES is not readable: {error}.", "Write addresses like 127.0.0.1,10.0.0.0/8."
        ) from None


def is_among(address: str, known: Networks) -> bool:
    """True when an address belongs to one of the networks; an IPv4 address written as IPv6 counts as itself."""
    try:
        found = ip_address(address.strip().strip("[]"))
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in network for network in known)


def client_of(peer: str, chain: str, known: Networks) -> str:
    """Return who asked: the last address of the chain that is no proxy of ours.

    What stands before it was written by a stranger. `peer` is who connected to us; not a proxy: the chain is worth
    nothing.
    """
    if not is_among(peer, known):
        return peer
    for named in reversed([part.strip() for part in chain.split(",") if part.strip()]):
        if not is_among(named, known):
            return _without_port(named) or peer
    return peer


def _without_port(named: str) -> str:
    bare = named[1:].partition("]")[0] if named.startswith("[") else named
    bare = bare.rpartition(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""


def request_id_of(request: HttpRequest) -> str:
    """Return the number that the proxy gave the request, "" when it gave none."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if _REQUEST_ID.fullmatch(given) else ""


class ProxyMiddleware:
    """Puts the client's own address into REMOTE_ADDR, and forgets what strangers forwarded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        peer, known = request.META.get("REMOTE_ADDR", ""), trusted()
        request.META[IS_FORWARDED] = any(name in request.META for name in FORWARDED)
        if is_among(peer, known):
            request.META["REMOTE_ADDR"] = client_of(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""), known)
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)
