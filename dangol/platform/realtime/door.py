"""How a listening page leaves Django: judged like any request, then kept by the event loop alone.

A view of Django holds a thread (and may hold a connection of the database) until its answer is through. A page listens
for minutes, so the view only judges and leaves a pass; when Django is done with the request, the stream begins.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from dangol.platform.realtime.rules import Topic

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Streaming = Callable[["Pass", list[tuple[bytes, bytes]], Receive, Send], Awaitable[None]]
_OPEN, _PASS = "dangol.live.open", "dangol.live.pass"
_NOT_OURS = frozenset({b"content-length", b"content-encoding", b"transfer-encoding", b"vary"})
ADDRESS = "/_live"


@dataclass(frozen=True)
class Pass:
    """What a page may hear of, and since when it has heard nothing (milliseconds; 0: it does not say)."""

    topics: frozenset[Topic]
    since: int


def let_in(request: HttpRequest, given: Pass) -> bool:
    """Leave a pass for the stream; False where no stream can follow (no event loop in front)."""
    scope: Scope = getattr(request, "scope", {})
    if _OPEN not in scope:
        return False
    scope[_PASS] = given
    return True


def with_live(application: Application, stream: Streaming) -> Application:
    """`application`, and after a request that got a pass the stream in place of its empty answer."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != ADDRESS:
            return await application(scope, receive, send)
        scope[_OPEN] = True
        held: list[Message] = []

        async def hold(message: Message) -> None:
            if _PASS not in scope:
                return await send(message)
            held.append(message)

        await application(scope, receive, hold)
        if _PASS in scope and held:
            await stream(scope[_PASS], _headers(held[0]), receive, send)

    return answer


def _headers(start: Message) -> list[tuple[bytes, bytes]]:
    """The headers that Django and its middleware gave, without those of the empty body. nginx keeps nothing back."""
    kept = [(name, value) for name, value in start.get("headers", ()) if name.lower() not in _NOT_OURS]
    return [*kept, (b"x-accel-buffering", b"no")]
