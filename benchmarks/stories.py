"""One long story of mixed kinds among a million people, and how soon an open page hears of what was committed."""

import asyncio
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks import maker
from benchmarks.ground import until_it_answers
from benchmarks.house import house
from benchmarks.lists import p95_of
from benchmarks.measured import Measured
from dangol.platform.console.child import LISTENER
from dangol.platform.console.parts import Part, lifeline
from dangol.platform.console.pulse import Pulse

LONG_STORY, OTHER = 4242, 4243
TOUCHES = 10_000
WRITES = 60
PAGES = 200
LATEST = datetime(2026, 11, 1, tzinfo=UTC)


def measure() -> dict[str, Measured]:
    """Fill a house with a million people, one of them with 10,000 touches; ask for her page, then listen to it."""
    with house() as owner:
        user = maker.administrator()
        with owner.cursor() as cursor:
            maker.companies(cursor)
            maker.people(cursor)
            maker.tiers(cursor)
            maker.touches(cursor, LONG_STORY, TOUCHES // 2)
            _further(user)
            maker.settle(cursor)
        return {**_long(user), **_live(user)}


def _further(user: Any) -> None:
    """The other half of the touches: notes, messages and visits."""
    from dangol.collaborative.activities.notes.models import Note
    from dangol.collaborative.channels.messages.models import Content, Message
    from dangol.core.behavior.sources.models import Source
    from dangol.core.behavior.visitors.models import Visitor
    from dangol.core.behavior.visits.models import Visit

    def at(n: int, minutes: int) -> datetime:
        return LATEST - timedelta(hours=3 * n, minutes=minutes)

    Note.objects.bulk_create(
        (Note(object_name="person", record_id=LONG_STORY, body=f"Called **{n}**", author=user) for n in range(1000)),
        batch_size=1000,
    )
    content = Content.objects.create(message_class="service", subject="About your order")
    Message.objects.bulk_create(
        (
            Message(
                source="letter", source_id=n, person_id=LONG_STORY, content=content, state="sent", sent_at=at(n, 20)
            )
            for n in range(2000)
        ),
        batch_size=1000,
    )
    source = Source.objects.create(name="Shop", learning_until=LATEST)
    seen = Visitor.objects.create(
        source=source, anonymous_id="a", person_id=LONG_STORY, first_at=at(2000, 0), last_at=LATEST
    )
    Visit.objects.bulk_create(
        (
            Visit(
                visitor=seen, started_at=at(n, 40), ended_at=at(n, 30), event_count=40, page_count=40, landing="/cups"
            )
            for n in range(2000)
        ),
        batch_size=1000,
    )


def _long(user: Any) -> dict[str, Measured]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(user)
    worst, notes = 0.0, []
    for kind in ("", "orders", "messages", "visits", "notes", "changes"):
        path = f"/people/{LONG_STORY}" + (f"?kind={kind}" if kind else "")
        taken, asked = p95_of(lambda path=path: client.get(path))
        notes.append(f"{kind or 'all'} {taken:.0f} ms/{asked} q")
        worst = max(worst, taken)
    return {"record_long": Measured(worst, "; ".join(notes))}


def _live(user: Any) -> dict[str, Measured]:
    """A web process as `dangol start` keeps it, 200 open pages, one reader who asks again as a page does."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        reading, told = lifeline()
        environment = {**told, "DANGOL_PROCESS": "web", "DANGOL_ACCESS_LOG": "0", LISTENER: str(listener.fileno())}
        log = Path(os.environ["DANGOL_HOME"]) / "web.log"
        part = Part("web", log, environment, (reading, listener.fileno()), print, Pulse())
        part.look()
        try:
            at = f"http://127.0.0.1:{listener.getsockname()[1]}"
            taken = asyncio.run(_reading(at, cookies))
        finally:
            part.ask_to_end()
            time.sleep(1)
            part.make_end()
    return {"live": Measured(quantiles(taken, n=20)[18], f"{len(taken)} writes, {PAGES} open pages in one process")}


async def _reading(base: str, cookies: dict[str, str]) -> list[float]:
    import httpx

    limits = httpx.Limits(max_connections=PAGES + 10)
    async with httpx.AsyncClient(base_url=base, cookies=cookies, timeout=30, limits=limits) as client:
        await until_it_answers(client)
        tasks = [asyncio.create_task(_idle(client)) for _ in range(PAGES - 1)]
        try:
            return await _heard(client)
        finally:
            for task in tasks:
                task.cancel()


async def _idle(client: Any) -> None:
    async with client.stream("GET", f"/_live?t=person:{OTHER}", timeout=None) as answer:
        async for _line in answer.aiter_lines():
            pass


async def _heard(client: Any) -> list[float]:
    """Milliseconds from before a write commits until the page that shows it has arrived."""
    taken = []
    async with client.stream("GET", f"/_live?t=person:{LONG_STORY}", timeout=60) as answer:
        lines = answer.aiter_lines()
        await _until_told(lines)  # the first word on the line
        for n in range(WRITES):
            start = time.perf_counter()
            await asyncio.to_thread(_write, n)
            await _until_told(lines)
            page = await client.get(f"/people/{LONG_STORY}")
            assert f"City {n}x" in page.text
            taken.append((time.perf_counter() - start) * 1000)
    return taken


async def _until_told(lines: Any) -> None:
    async for line in lines:
        if line.startswith("event: changed"):
            return


def _write(n: int) -> None:
    from django.db import connections

    from dangol.core.customers.people.services import change_person
    from dangol.platform.access.actor import Actor

    try:
        change_person(actor=Actor.system("benchmark"), record_id=LONG_STORY, values={"city": f"City {n}x"})
    finally:
        connections.close_all()
