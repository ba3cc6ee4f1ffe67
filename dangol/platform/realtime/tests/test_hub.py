"""Pages hear what the database tells, over one connection, whatever becomes of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import connections

from dangol.platform.realtime.door import Pass, let_in, with_live
from dangol.platform.realtime.hub import Hub, now_ms
from dangol.platform.realtime.rules import Topic
from dangol.platform.realtime.tests.streams import PATIENCE, listening, reach, tells

pytestmark = pytest.mark.django_db
FIVE = "SELECT pg_notify('dangol_live', 'person 5 7')"
LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hub under test'"


def run(story: Callable[[Hub], Awaitable[None]]) -> None:
    async def scene() -> None:
        hub = Hub(reach)
        try:
            await story(hub)
        finally:
            hub.close()
            await asyncio.sleep(0)

    asyncio.run(scene())


def connected() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute(LISTENERS)
        return int(cursor.fetchone()[0])


def test_a_page_hears_of_its_record_and_of_no_other() -> None:
    async def story(hub: Hub) -> None:
        async with listening(hub, "person:5") as five, listening(hub, "person:6") as six:
            await five.hears("changed person:5")  # the first one on the line: what came before it is not known
            await tells(
                FIVE, "SELECT pg_notify('dangol_live', 'order 6')", "SELECT pg_notify('dangol_live', 'person 6')"
            )
            await five.hears("changed person:5", 2)
            await six.hears("changed person:6", 2)
            assert six.told() == ["changed person:6"] * 2

    run(story)


def test_what_may_have_changed_any_of_a_kind_is_told_as_a_maybe() -> None:
    async def story(hub: Hub) -> None:
        async with listening(hub, "person:5") as page:
            await page.hears("changed person:5")
            await tells("SELECT pg_notify('dangol_live', 'person *')")
            await page.hears("maybe person:5")

    run(story)


def test_two_hundred_pages_cost_one_connection_and_no_thread() -> None:
    async def story(hub: Hub) -> None:
        threads = threading.active_count()
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            leave, heard = asyncio.Event(), asyncio.Semaphore(0)

            async def page() -> None:
                async with listening(hub, "person:5") as reader:
                    await reader.hears("changed person:5")
                    heard.release()
                    await leave.wait()

            for _ in range(200):
                group.create_task(page())
            for _ in range(200):
                await heard.acquire()
            assert hub.count == 200
            assert threading.active_count() == threads
            assert await asyncio.to_thread(_in_its_own, connected) == 1
            leave.set()
        assert hub.count == 0

    run(story)


def _in_its_own(ask: Callable[[], int]) -> int:
    try:
        return ask()
    finally:
        connections.close_all()


def test_a_lost_connection_comes_back_and_who_may_have_missed_something_is_told() -> None:
    async def story(hub: Hub) -> None:
        async with listening(hub, "person:5") as page:
            await page.hears("changed person:5")
            await tells(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hub under test'"
            )
            await page.hears("changed person:5", 2)
            await tells(FIVE)
            await page.hears("changed person:5", 3)

    run(story)


def test_who_comes_back_is_told_only_of_what_happened_meanwhile() -> None:
    async def story(hub: Hub) -> None:
        async with listening(hub, "person:1") as first:
            await first.hears("changed person:1")
            hub._memory.begin(0)  # as if one had listened for long
            await tells(FIVE)
            await first.hears("changed person:1")
            async with (
                listening(hub, "person:5", since=now_ms()) as back,
                listening(hub, "person:6", since=now_ms()) as other,
            ):
                await back.hears("changed person:5")
                await tells("SELECT pg_notify('dangol_live', 'person 6')")
                await other.hears("changed person:6")
                assert other.told() == ["changed person:6"]

    run(story)


def test_a_server_that_stops_ends_every_stream_at_once() -> None:
    async def story(hub: Hub) -> None:
        async with listening(hub, "person:5") as page:
            await page.hears("changed person:5")
            hub.close()
            async with asyncio.timeout(2):
                while not page.is_through:
                    await asyncio.sleep(0.01)
        async with listening(hub, "person:5") as late:
            async with asyncio.timeout(2):
                while not late.is_through:
                    await asyncio.sleep(0.01)

    run(story)


def test_what_is_taken_back_is_not_told() -> None:
    async def story(hub: Hub) -> None:
        async with listening(hub, "person:5") as page:
            await page.hears("changed person:5")
            await tells("BEGIN", FIVE, "ROLLBACK", "SELECT pg_notify('dangol_live', 'person *')")
            await page.hears("maybe person:5")
            assert page.told() == ["changed person:5", "maybe person:5"]

    run(story)


def test_a_request_without_a_pass_is_answered_as_ever_and_one_with_a_pass_becomes_a_stream() -> None:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        if scope["query_string"]:
            request: Any = type("Asked", (), {"scope": scope})()
            assert let_in(request, Pass(frozenset({Topic("person", 5)}), 0))
        headers = [(b"content-length", b"0"), (b"x-request-id", b"7")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def stream(given: Pass, headers: Any, receive: Any, send: Any) -> None:
        await send({"given": given, "headers": headers})

    async def asked(path: str, query: bytes) -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        await with_live(inner, stream)({"type": "http", "path": path, "query_string": query}, None, send)  # type: ignore[arg-type]
        return sent

    plain = asyncio.run(asked("/_live", b""))
    assert [message["type"] for message in plain] == ["http.response.start", "http.response.body"]
    (only,) = asyncio.run(asked("/_live", b"t=person:5"))
    assert only["given"].topics == {Topic("person", 5)}
    assert only["headers"] == [(b"x-request-id", b"7"), (b"x-accel-buffering", b"no")]
