"""Calls to other people's servers, kept off our own network.

A name is resolved here, every address that it has is judged, and the connection goes to the very address that was
judged, so that a name which answers differently the next time (DNS rebinding) gains nothing. Redirects are not
followed, proxies of the environment are not used. DANGOL_WEBHOOK_NETWORKS names networks that may be called all the
same (an on-premises receiver), by plain http too: `10.1.0.0/16,192.168.7.9`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
from dataclasses import dataclass, field
from functools import lru_cache

import httpx

ALLOWED = "DANGOL_WEBHOOK_NETWORKS"
SECONDS = 15.0
MOST_BYTES = 64 * 1024
MOST_HEADERS = 40
_TRANSLATED = tuple(
    ipaddress.IPv6Network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)  # fmt: skip
"""Addresses in which an IPv4 one hides: NAT64 (RFC 6052, 8215), 6to4 (RFC 3056), Teredo (RFC 4380)."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class NotAllowed(Exception):
    """The address must not be called; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What a server answered: status, headers, and the first bytes of the body as text."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


class NoAnswer(Exception):
    """Nothing came back that could be understood; the message says what happened."""


def allowed_networks() -> tuple[Network, ...]:
    """The networks that may be called though they are private. Raises ValueError for one that is none."""
    named = os.environ.get(ALLOWED, "")
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in named.split(",") if part.strip())


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, whatever it is written as."""
    plain = _plain(address)
    if isinstance(plain, ipaddress.IPv6Address) and any(plain in network for network in _TRANSLATED):
        return False
    return plain.is_global and not plain.is_multicast and not plain.is_reserved and not plain.is_unspecified


def may_call(address: Address, *, is_tls: bool) -> bool:
    """Whether an address may be called: the open internet by https, and networks that were named."""
    plain = _plain(address)
    if any(plain.version == network.version and plain in network for network in allowed_networks()):
        return True
    return is_tls and is_public(plain)


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


async def resolved(host: str, port: int, *, is_tls: bool) -> str:
    """The address to connect to. Raises NotAllowed when any of the host's addresses may not be called."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise NoAnswer(f"The name {host} was not found.") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    wrong = [a for a in addresses if not may_call(a, is_tls=is_tls)]
    if wrong or not addresses:
        if wrong and is_public(wrong[0]):
            raise NotAllowed("Only https may be called.")
        raise NotAllowed(f"{host} leads to an address that may not be called ({wrong[0] if wrong else 'none'}).")
    return str(addresses[0])


class Checked(httpx.AsyncBaseTransport):
    """A transport that connects to the address which was judged, while TLS and Host keep the name."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False, retries=0)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, is_tls = request.url.host, request.url.scheme == "https"
        port = request.url.port or (443 if is_tls else 80)
        address = await resolved(host, port, is_tls=is_tls)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def call(client: httpx.AsyncClient, url: str, headers: dict[str, str], body: bytes) -> Answer:
    """POST to somebody else's server, all in all within `SECONDS`. Raises NotAllowed, NoAnswer."""
    try:
        async with asyncio.timeout(SECONDS):
            async with client.stream("POST", url, content=body, headers=headers) as response:
                return Answer(response.status_code, _kept(response.headers), await _start_of(response))
    except TimeoutError:
        raise NoAnswer(f"No answer within {SECONDS:.0f} seconds.") from None
    except httpx.TimeoutException:
        raise NoAnswer(f"No answer within {SECONDS:.0f} seconds.") from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}"[:500]) from error


def client() -> httpx.AsyncClient:
    """A client with our transport; close it when done."""
    return httpx.AsyncClient(
        transport=Checked(), follow_redirects=False, timeout=httpx.Timeout(SECONDS), trust_env=False,
        headers={"Accept": "*/*", "Accept-Encoding": "identity"},
    )  # fmt: skip


async def _start_of(response: httpx.Response) -> str:
    content = b""
    async for block in response.aiter_raw():
        content += block
        if len(content) >= MOST_BYTES:
            break
    return content[:MOST_BYTES].decode("utf-8", "replace").replace("\x00", "")


def _kept(headers: httpx.Headers) -> dict[str, str]:
    wanted = [(name, value) for name, value in headers.items() if name.lower() not in ("set-cookie", "authorization")]
    return {name[:100]: value[:500].replace("\x00", "") for name, value in wanted[:MOST_HEADERS]}


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
