"""Asking the door as a server does, without one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dangol.core.behavior.door.api import EventDoor


class Answer:
    """What came back."""

    def __init__(self, messages: list[Any]) -> None:
        self.status: int = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body = b"".join(m.get("body", b"") for m in messages[1:])

    @property
    def told(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


async def pages(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the door."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"pages"})


async def ask(
    door: EventDoor, method: str, path: str, body: Any = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    """One request; a body that is no bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"host": "testserver", **{k.lower(): v for k, v in (headers or {}).items()}}
    scope = {
        "type": "http", "method": method, "path": path, "scheme": "http", "client": ("203.0.113.77", 5000),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    parts = [content[:100], content[100:]]
    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        messages.append(message)

    await door(scope, receive, send)
    return Answer(messages)
