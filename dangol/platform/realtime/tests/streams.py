"""A hub on the tests' database, and pages that listen to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from django.db import connections

from dangol.platform.db.connections import libpq_parameters
from dangol.platform.realtime.door import Pass
from dangol.platform.realtime.hub import Hub
from dangol.platform.realtime.rules import topic_of

PATIENCE = 20.0


def reach(name: str = "hub under test") -> dict[str, Any]:
    return {**libpq_parameters(connections["default"].settings_dict), "application_name": name}


class Reader:
    """The browser's end of a stream."""

    def __init__(self) -> None:
        self.said = b""
        self.status = 0
        self.is_through = False
        self.gone = asyncio.Event()
        self._news = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.said += message["body"]
            self.is_through = not message.get("more_body", False)
        self._news.set()

    def told(self) -> list[str]:
        """What it was told, in order: `changed person:5`."""
        blocks = [
            dict(line.split(": ", 1) for line in block.splitlines()) for block in self.said.decode().split("\n\n")
        ]
        return [f"{block['event']} {block['data']}" for block in blocks if "event" in block]

    async def hears(self, word: str, times: int = 1) -> None:
        """Wait until it was told so."""
        async with asyncio.timeout(PATIENCE):
            while self.told().count(word) < times:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def listening(hub: Hub, *topics: str, since: int = 0) -> AsyncIterator[Reader]:
    """A page that listens while the block runs."""
    reader = Reader()
    given = Pass(frozenset(t for text in topics if (t := topic_of(text))), since)
    stream = asyncio.create_task(hub.stream(given, [], reader.receive, reader.send))
    try:
        yield reader
    finally:
        reader.gone.set()
        async with asyncio.timeout(PATIENCE):
            await stream


def said(*statements: str) -> None:
    """Run statements on a connection of its own, each in a transaction that commits."""
    with psycopg.connect(**reach("who tells"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


async def tells(*statements: str) -> None:
    """The same, from beside the event loop."""
    await asyncio.to_thread(said, *statements)
