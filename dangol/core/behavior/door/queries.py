"""What the door knows: which keys let whom in, told anew each second."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from dangol.core.behavior.door.rules import Bucket, Refusal
from dangol.core.behavior.sources.queries import DoorSource, open_doors
from dangol.core.behavior.sources.rules import is_allowed
from dangol.platform.db.beside import beside_the_loop

FRESH_SECONDS = 1.0


def away() -> Refusal:
    """What is told while the database is away; libraries keep their events and come again."""
    return Refusal(503, "away", "Nothing can be taken in just now; try again.", after_seconds=5)


class Keys:
    """All keys in use, no older than a second: a key that is revoked lets nobody in for long, and guessing keys asks
    the database nothing."""

    def __init__(self) -> None:
        self._found: dict[str, DoorSource] = {}
        self._origins: tuple[str, ...] = ()
        self._at = float("-inf")
        self._asking: asyncio.Task[Any] | None = None

    async def source(self, key: str) -> DoorSource | None:
        """Whose key it is, None when it is nobody's. Raises Refusal when the database is away."""
        await self._refresh()
        return self._found.get(key)

    async def knows_origin(self, origin: str) -> bool:
        """Whether pages of an origin may send to any source: what a browser asks before it tells its key."""
        await self._refresh()
        return is_allowed(origin, self._origins)

    async def _refresh(self) -> None:
        if time.monotonic() - self._at < FRESH_SECONDS:
            return
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        try:
            await asyncio.shield(self._asking)
        except Exception:
            raise away() from None

    async def _ask(self) -> None:
        try:
            began = time.monotonic()
            self._found = await beside_the_loop(open_doors)
            self._origins = tuple({o for source in self._found.values() for o in source.allowed_origins})
            self._at = began
        finally:
            self._asking = None


class Rates:
    """How fast each source sends, in this process; a source's limit is shared out among the processes."""

    def __init__(self, processes: int) -> None:
        self._processes = max(1, processes)
        self._buckets: dict[int, Bucket] = {}

    def check(self, source: DoorSource, events: int) -> None:
        """Raises Refusal (429) when a source sends more than it may."""
        if not source.most_per_second:
            return
        rate, now = source.most_per_second / self._processes, time.monotonic()
        bucket = self._buckets.get(source.id)
        if bucket is None or bucket.rate != rate:
            bucket = self._buckets[source.id] = Bucket(rate, now)
        if wait := bucket.take(events, now):
            raise Refusal(429, "rate", "This source sends faster than it may; try again.", after_seconds=wait)
