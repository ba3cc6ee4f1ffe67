"""Two people look at one customer: what one does, the other sees at once, and loses nothing of what she was writing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from socket import create_server
from typing import Any

import pytest
import uvicorn
from django.contrib.auth.hashers import make_password

from dangol.collaborative.activities.notes.services import add_note
from dangol.core.customers.people.services import change_person, create_person
from dangol.core.purchases.orders.services.writing import create_order
from dangol.platform.access.actor import Actor
from dangol.platform.realtime.door import with_live
from dangol.platform.realtime.hub import Hub
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SYSTEM = Actor.system("a journey")


class Served(uvicorn.Server):
    """A real server in a thread, on the tests' database."""

    def __init__(self, hub: Hub) -> None:
        from django.core.asgi import get_asgi_application

        self.hub = hub
        application: Any = with_live(get_asgi_application(), hub.stream)
        super().__init__(uvicorn.Config(application, log_level="warning", lifespan="off", timeout_graceful_shutdown=5))

    async def shutdown(self, sockets: Any = None) -> None:
        self.hub.close()
        await super().shutdown(sockets)


@pytest.fixture
def live_house(cast: Cast) -> Iterator[str]:
    """The address of a house that streams."""
    for user in cast.users.values():
        user.password = make_password(PASSWORD)
        user.save(update_fields=["password"])
    listener = create_server(("127.0.0.1", 0))
    server = Served(Hub())
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive(), "open pages hold up the end"


def listens(w: Window, path: str) -> None:
    """Open a page and wait until its stream is there."""
    with w.page.expect_response(lambda answer: "/_live" in answer.url and answer.status == 200):
        w.open(path)


def order(person_id: int, number: str) -> None:
    create_order(actor=SYSTEM, values={
        "number": number, "person": person_id, "ordered_at": "2026-03-01T12:00:00Z", "currency": "KRW",
        "lines": [{"code": "CUP", "quantity": 1, "unit_price": 1000}],
    })  # fmt: skip


def test_what_a_colleague_does_shows_at_once_and_a_draft_stays(
    cast: Cast, live_house: str, browser_window: Opener
) -> None:
    kim = asked(lambda: create_person(actor=cast.actor("admin"), values={"name": "Kim", "city": "Seoul"}))
    path = f"/people/{kim.pk}"
    with browser_window(live_house, height=500) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        listens(w, path)
        page = w.page
        page.locator(".composer summary").first.click()
        draft = page.locator(".composer[open] textarea").first
        draft.fill("I was just writing")
        asked(lambda: order(kim.pk, "A-1"))
        page.locator("#story-line").get_by_text("A-1").wait_for(timeout=5_000)
        asked(lambda: change_person(actor=cast.actor("admin"), record_id=kim.pk, values={"city": "Busan"}))
        page.locator("#facts dd", has_text="Busan").wait_for(timeout=5_000)
        assert draft.input_value() == "I was just writing"
        assert page.locator(".composer[open]").count() == 1
        _scrolled_down(w, cast, kim.pk)
        assert w.troubles == []


def _scrolled_down(w: Window, cast: Cast, person_id: int) -> None:
    """Who reads further down is not moved; a word says how much is new."""
    page = w.page

    def note(body: str) -> None:
        asked(lambda: add_note(actor=cast.actor("admin"), object_name="person", record_id=person_id, body=body))

    for n in range(10):
        note(f"Note {n}\n" * 4)
    page.get_by_text("Note 9").first.wait_for(timeout=5_000)
    page.evaluate("document.querySelector('.pane.story').scrollTop = 700")
    before = page.evaluate("document.querySelector('.pane.story').scrollTop")
    note("While you read")
    page.locator(".new-chip", has_text="1 new").wait_for(timeout=5_000)
    assert page.evaluate("document.querySelector('.pane.story').scrollTop") == before
    assert page.locator("#story-line").get_by_text("While you read").count() == 0
    page.locator(".new-chip").click()
    page.locator("#story-line").get_by_text("While you read").wait_for(timeout=5_000)


def test_who_loses_the_right_sees_nothing_more_and_keeps_the_draft(
    cast: Cast, live_house: str, browser_window: Opener
) -> None:
    kim = asked(lambda: create_person(actor=cast.actor("owner"), values={"name": "Kim"}))
    with browser_window(live_house) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        listens(w, f"/people/{kim.pk}")
        asked(lambda: change_person(actor=SYSTEM, record_id=kim.pk, values={"owner": cast.stranger.pk}))
        w.page.get_by_text("This record is no longer there for you").wait_for(timeout=5_000)
        asked(lambda: order(kim.pk, "A-2"))
        w.page.wait_for_timeout(700)
        assert w.page.get_by_text("A-2").count() == 0
