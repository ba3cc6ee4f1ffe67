"""Writing to a customer in a real browser: by the keyboard, with a slip, and on the phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from dangol.collaborative.channels.messages.models import Message
from dangol.collaborative.channels.messages.services.sending import send_waiting
from dangol.collaborative.channels.messages.tests import sending as given
from dangol.collaborative.channels.messages.tests.sending import SYSTEM
from dangol.core.customers.people.services import create_person
from tests.cast import Cast
from tests.journeys.browser import Window, browser_window

__all__ = ["browser_window"]
PASSWORD = "a long enough word"
Opener = Callable[..., AbstractContextManager[Window]]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person(cast: Cast) -> Any:
    from django.contrib.auth.hashers import make_password

    given.house()
    cast.owner.password, cast.owner.language = make_password(PASSWORD), os.environ.get("DANGOL_SHOT_LANGUAGE", "en")
    cast.owner.save(update_fields=["password", "language"])
    values = {"name": "김지우", "latin_name": "Jiwoo Kim", "email": "jiwoo@shop.test", "city": "서울"}
    return create_person(actor=cast.actor("owner"), values=values)


def test_a_letter_is_written_by_the_keyboard_and_stands_in_the_story(
    person: Any, live_server: Any, browser_window: Opener
) -> None:
    with browser_window(str(live_server.url)) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open(f"/people/{person.pk}")
        w.page.keyboard.press("m")
        w.page.keyboard.type("수선이 끝났어요")
        w.page.click(".composer.letter button[type=submit]")
        w.settle()
        assert w.page.locator("#letter-body-error").count() == 1
        assert w.page.input_value("#letter-subject") == "수선이 끝났어요"
        w.page.fill("#letter-body", "맡기신 **가방**이 준비되었어요.\n\n- 평일 10시부터\n- 주말 12시부터")
        w.picture("letter-1440")
        w.page.click(".composer.letter button[type=submit]")
        w.settle()
        assert [trouble for trouble in w.troubles if "422" not in trouble] == []
    message = Message.objects.for_system("test").get()
    send_waiting(actor=SYSTEM, source="letter", source_id=message.source_id)
    with browser_window(str(live_server.url)) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open(f"/people/{person.pk}")
        assert "수선이 끝났어요" in w.page.inner_text(".story")
        w.picture("letter-story-1440")
        assert w.troubles == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_form_fits_a_phone(person: Any, live_server: Any, browser_window: Opener, mode: str) -> None:
    with browser_window(str(live_server.url), width=390, height=844, mode=mode) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open(f"/people/{person.pk}")
        w.page.click(".composer.letter summary")
        assert w.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        w.page.locator(".composer.letter").scroll_into_view_if_needed()
        w.picture(f"letter-390-{mode}")
        assert w.troubles == []
