"""Open pages of one web process, and what each is to be told. One connection listens for all of them.

All of it lives in the event loop: a page costs a task and some kilobytes, no thread and no connection of the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from dangol.platform.realtime.door import Pass, Receive, Send
from dangol.platform.realtime.listener import Listener, parameters
from dangol.platform.realtime.memory import Memory
from dangol.platform.realtime.rules import Topic, told_by

BEAT_SECONDS = 20.0
"""How often a silent stream gives a sign, so that nothing in between takes it for dead."""
LIFE_SECONDS = 300.0
"""After which a browser has to come again, and is judged again."""
LINGER_SECONDS = 120.0
"""How long the connection stays after the last page went: most people just go on to the next."""
SEND_PATIENCE = 30.0
RETRY_MS = 1_000


def now_ms() -> int:
    """The clock of this machine."""
    return int(time.time() * 1000)


class Page:
    """One that listens. What it is to be told is kept once, however often it happened."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.topics = frozenset(topics)
        self.told: dict[Topic, bool] = {}
        self.wake = asyncio.Event()

    def tell(self, topic: Topic, *, is_sure: bool) -> None:
        """Let it know that the record changed; not `is_sure` where only that some of its kind did."""
        self.told[topic] = self.told.get(topic, False) or is_sure
        self.wake.set()

    def take(self) -> bytes:
        """What is to be sent now, as server-sent events (WHATWG HTML 9.2)."""
        told, self.told = self.told, {}
        self.wake.clear()
        mark = f"id: {now_ms()}\n"
        if not told:
            return f"{mark}\n".encode()
        lines = [f"event: {'changed' if sure else 'maybe'}\ndata: {topic}\n\n" for topic, sure in told.items()]
        return (mark + mark.join(lines)).encode()


class Hub:
    """Brings what the database tells to the pages that listen to it."""

    def __init__(self, reach: Callable[[], dict[str, Any]] = parameters) -> None:
        self._pages: defaultdict[str, defaultdict[int, set[Page]]] = defaultdict(lambda: defaultdict(set))
        self._memory = Memory()
        self._listener = Listener(reach, self.hear, self._begin, self._memory.end)
        self._task: asyncio.Task[None] | None = None
        self._lingering: asyncio.TimerHandle | None = None
        self.count = 0
        self.is_closed = False

    async def stream(self, given: Pass, headers: list[tuple[bytes, bytes]], receive: Receive, send: Send) -> None:
        """Serve one page until it goes, its time is up or the server stops."""
        page = self._open(given)
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._speak(page, gone, send)
        except (OSError, TimeoutError):
            pass  # the other end does not read any more
        finally:
            gone.cancel()
            self._shut(page)

    async def _speak(self, page: Page, gone: asyncio.Task[None], send: Send) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + LIFE_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 - so that not all come at once
        await _say(send, f"retry: {RETRY_MS}\n".encode() + page.take())
        while not (self.is_closed or gone.done()) and loop.time() < until:
            waking = asyncio.create_task(page.wake.wait())
            await asyncio.wait({waking, gone}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()
            if not (self.is_closed or gone.done()):
                await _say(send, page.take())
        if not gone.done():
            await asyncio.wait_for(send({"type": "http.response.body", "body": b"", "more_body": False}), SEND_PATIENCE)

    def hear(self, notice: str) -> None:
        """Pass on one notice of the database."""
        kind, numbers = told_by(notice)
        self._memory.note(now_ms(), kind, numbers)
        of_kind = self._pages.get(kind)
        if not of_kind:
            return
        for number in list(of_kind) if numbers is None else numbers & of_kind.keys():
            for page in of_kind[number]:
                page.tell(Topic(kind, number), is_sure=numbers is not None)

    def close(self) -> None:
        """End all streams and the connection; none begins any more. For a server that stops."""
        self.is_closed = True
        self._rest()
        for page in self._all():
            page.wake.set()

    def _open(self, given: Pass) -> Page:
        page = Page(given.topics)
        self.count += 1
        for topic in page.topics:
            self._pages[topic.kind][topic.number].add(page)
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None
        if self._task is None and not self.is_closed:
            self._task = asyncio.create_task(self._listener.run())
        elif self._memory.since is not None and self._memory.may_have_missed(page.topics, given.since):
            _tell_all(page)
        return page

    def _shut(self, page: Page) -> None:
        self.count -= 1
        for topic in page.topics:
            of_kind = self._pages[topic.kind]
            of_kind[topic.number].discard(page)
            if not of_kind[topic.number]:
                del of_kind[topic.number]
        if not self.count and not self.is_closed:
            self._lingering = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._rest)

    def _begin(self) -> None:
        """One listens (again): who is here already may have missed something."""
        self._memory.begin(now_ms())
        for page in self._all():
            _tell_all(page)

    def _all(self) -> set[Page]:
        return {page for of_kind in self._pages.values() for pages in of_kind.values() for page in pages}

    def _rest(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = None


def _tell_all(page: Page) -> None:
    for topic in page.topics:
        page.tell(topic, is_sure=True)


async def _say(send: Send, words: bytes) -> None:
    message = {"type": "http.response.body", "body": words, "more_body": True}
    await asyncio.wait_for(send(message), SEND_PATIENCE)


async def _until_gone(receive: Receive) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass


HUB = Hub()
"""That of this process."""
