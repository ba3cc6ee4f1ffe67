"""The event door as an ASGI application: what it knows it answers, everything else it hands to the pages.

Segment's protocol, so that its client libraries need only a host. It stands before Django, since a request here needs
no session, no language and no template, and there may be thousands a second.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from dangol.core.behavior.door import rules
from dangol.core.behavior.door.queries import Keys, Rates
from dangol.core.behavior.door.rules import Refusal, Sent
from dangol.core.behavior.door.services import Intake
from dangol.core.behavior.sources.queries import DoorSource
from dangol.core.behavior.sources.rules import cut_address, is_allowed
from dangol.platform.console import metrics
from dangol.platform.console.proxies import client_of, is_among, trusted

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = dict[bytes, bytes]
PREFIX = "/v1/"
DAY = b"86400"
DONE = b'{"success":true}'
LONGEST_AGENT = 300
log = logging.getLogger(__name__)


class EventDoor:
    """Stands before the pages and takes in what comes to `/v1/`."""

    def __init__(self, pages: Application) -> None:
        self._pages = pages
        self._keys, self._intake = Keys(), Intake()
        self._rates = Rates(int(os.environ.get("DANGOL_WEB_PROCESSES") or min(os.cpu_count() or 1, 4)))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._pages(scope, receive, send)
            return
        began = time.perf_counter()
        call = Call(scope, receive, send)
        try:
            await self._answer(call)
        except Refusal as refusal:
            await call.refuse(refusal)
        except ConnectionError:  # the sender has gone
            call.status = 499
        except Exception:
            log.exception("The event door failed.")
            await call.refuse(Refusal(500, "failed", "Something went wrong here; try again.", after_seconds=5))
        seconds = time.perf_counter() - began
        metrics.observe(f"v1/{call.kind}", scope["method"], call.status, seconds, 0)

    async def _answer(self, call: Call) -> None:
        parts = call.path[len(PREFIX) :].strip("/").split("/")
        if call.method == "OPTIONS":
            await self._preflight(call)
        elif len(parts) == 1 and parts[0] in rules.KINDS:
            call.kind = rules.KINDS[parts[0]]
            call.require("POST")
            await self._take_in(call)
        elif len(parts) == 1 and parts[0] in rules.MEASURES:
            call.kind = "measures"
            call.require("POST")
            await call.body()
            await self._allow_known_origin(call)
            await call.answer(200, DONE)
        elif len(parts) == 3 and (parts[0], parts[2]) == ("projects", "settings"):
            call.kind = "settings"
            call.require("GET", "HEAD")
            await self._settings(call, parts[1])
        else:
            raise Refusal(404, "address", "There is no such address; events go to /v1/track, /v1/batch and the like.")

    async def _take_in(self, call: Call) -> None:
        packed = await call.body()
        sent = rules.read(call.kind, rules.unpacked(packed, call.header(b"content-encoding")))
        key = rules.key_of_header(call.header(b"authorization")) or rules.key_in(sent.data)
        source = await self._source(call, key)
        self._check_rate(source, sent)
        if source.honours_refusal and b"1" in (call.headers.get(b"dnt"), call.headers.get(b"sec-gpc")):
            left: Sent | None = None
        elif source.consent_category:
            left = rules.consenting(sent, source.consent_category, source.needs_consent)
        else:
            left = sent
        if lost := sent.events - (left.events if left else 0):
            self._intake.count(source.id, "declined", lost)
        if left and left.events:
            await self._intake.take_in(
                source_id=source.id, kind=call.kind, events=left.events, body=left.body,
                address=call.address(source.keeps_address), agent=call.agent(),
            )  # fmt: skip
        await call.answer(200, DONE)

    def _check_rate(self, source: DoorSource, sent: Sent) -> None:
        try:
            self._rates.check(source, sent.events)
        except Refusal:
            self._intake.count(source.id, "refused", sent.events)
            raise

    async def _source(self, call: Call, key: str) -> DoorSource:
        """Whose request it is. Raises Refusal when the key is nobody's, or the page may not send for it."""
        if not key:
            raise Refusal(401, "no_write_key", "Name a write key: by Basic authentication, or as writeKey in the body.")
        source = await self._keys.source(key)
        if source is None:
            raise Refusal(401, "invalid_write_key", "This write key lets nobody in.")
        if call.origin:
            if not is_allowed(call.origin, source.allowed_origins):
                raise Refusal(403, "origin", "Pages of this origin may not send to this source.")
            call.allow_origin()
        return source

    async def _preflight(self, call: Call) -> None:
        """Tell a browser whether it may ask; which source is meant it says only later."""
        call.kind = "preflight"
        if call.origin and await self._keys.knows_origin(call.origin):
            call.allow_origin()
            call.more += [
                (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
                (b"access-control-allow-headers", b"authorization, content-type, content-encoding, x-retry-count"),
                (b"access-control-max-age", DAY),
            ]
        await call.answer(204, b"")

    async def _allow_known_origin(self, call: Call) -> None:
        if call.origin and await self._keys.knows_origin(call.origin):
            call.allow_origin()

    async def _settings(self, call: Call, key: str) -> None:
        """What a library asks before it sends: where to, and nothing of other destinations."""
        await self._source(call, key)
        host = call.header(b"host")
        if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
            raise Refusal(400, "host", "This house is not known by that name.")
        call.more.append((b"cache-control", b"private, max-age=60"))
        await call.answer(200, json.dumps(settings_document(key, host, call.scheme())).encode())


def settings_document(key: str, host: str, scheme: str) -> dict[str, Any]:
    """What libraries of Segment's protocol read before they send: events go to `scheme://host/v1`, and nowhere else."""
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": key, "apiHost": f"{host}/v1", "protocol": scheme, "unbundledIntegrations": [],
                "addBundledMetadata": False, "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}, "identify": {}, "group": {}},
        "edgeFunction": {}, "enabledMiddleware": {}, "middlewareSettings": {}, "remotePlugins": [],
        "analyticsNextEnabled": True, "legacyVideoPluginsEnabled": False,
        "metrics": {"sampleRate": 0}, "tracking": {"events": []},
    }  # fmt: skip


class Call:
    """One request and its answer."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.method, self.path = scope["method"], scope["path"]
        self.headers: Headers = dict(scope["headers"])
        self.origin = self.header(b"origin")
        self.more: list[tuple[bytes, bytes]] = []
        self.status, self.kind, self._has_answered = 0, "other", False

    def header(self, name: bytes) -> str:
        """A header's text, "" when it is not there."""
        return self.headers.get(name, b"").decode("latin-1")

    def require(self, *methods: str) -> None:
        """Raises Refusal (405) for other methods."""
        if self.method not in methods:
            self.more.append((b"allow", ", ".join((*methods, "OPTIONS")).encode()))
            raise Refusal(405, "method", f"This address answers {' and '.join(methods)}.")

    def allow_origin(self) -> None:
        """Let the page that sent it read the answer."""
        self.more += [
            (b"access-control-allow-origin", self.origin.encode("latin-1")),
            (b"access-control-expose-headers", b"retry-after, x-ratelimit-reset"),
        ]

    async def body(self) -> bytes:
        """The body as it came. Raises Refusal as soon as it is larger than any may be, ConnectionError when it breaks
        off."""
        told = self.header(b"content-length")
        if (told.isdecimal() and len(told) > 9) or int(told if told.isdecimal() else 0) > rules.MOST_BYTES:
            raise rules.too_large()
        parts: list[bytes] = []
        size, is_more = 0, True
        while is_more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ConnectionResetError
            part = message.get("body", b"")
            parts.append(part)
            size, is_more = size + len(part), message.get("more_body", False)
            if size > rules.MOST_BYTES:
                raise rules.too_large()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def address(self, keeps: str) -> str:
        """The sender's network address, as much of it as may be kept."""
        if keeps == "none":
            return ""
        peer = (self.scope.get("client") or ("",))[0]
        found = client_of(peer, self.header(b"x-forwarded-for"), trusted())
        return found if keeps == "full" else cut_address(found)

    def agent(self) -> str:
        """What the sender's browser or library calls itself."""
        return self.header(b"user-agent").replace("\x00", "")[:LONGEST_AGENT]

    def scheme(self) -> str:
        """By which scheme the sender reaches us; a proxy's word counts if it is ours."""
        peer = (self.scope.get("client") or ("",))[0]
        told = self.header(b"x-forwarded-proto") if is_among(peer, trusted()) else ""
        return told if told in ("http", "https") else str(self.scope.get("scheme", "http"))

    async def answer(self, status: int, body: bytes, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Send the answer."""
        self.status, self._has_answered = status, True
        headers = [(b"vary", b"Origin"), (b"x-content-type-options", b"nosniff"), *self.more, *more]
        if status != 204:
            headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": b"" if self.method == "HEAD" else body})

    async def refuse(self, refusal: Refusal) -> None:
        """Say why not, in words that the libraries log."""
        if self._has_answered:
            return
        more = []
        if refusal.after_seconds:
            after = str(refusal.after_seconds).encode()
            more = [(b"retry-after", after), (b"x-ratelimit-reset", after)]
        told = {"success": False, "code": refusal.code, "message": refusal.message}
        await self.answer(refusal.status, json.dumps(told).encode(), more)
