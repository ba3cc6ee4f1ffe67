"""A customer is found by half a phone number: from the keyboard, and without a script; a hidden one is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(cast: Cast, open_house: str) -> str:
    """Two customers of the owner: one whose phone number is asked for, one who has nothing of it."""
    from dangol.core.customers.people.services import create_person

    owner = cast.actor("owner")
    values = {"name": "김지우", "latin_name": "Kim Jiwoo", "email": "jiwoo@narae.test", "phone": "010-2345-4127"}
    create_person(actor=owner, values=values)
    create_person(actor=owner, values={"name": "이서준", "latin_name": "Lee Seojun", "phone": "010-9876-1111"})
    return open_house


def ask(w: Window, text: str) -> Any:
    """Type into the command menu and wait for its answers."""
    if not w.page.locator("#command[open]").count():
        w.page.keyboard.press("Control+k")
    w.page.fill("#command .ask", text)
    return w.page.locator("#command .answers a")


def test_half_a_phone_number_leads_to_the_customer(shop: str, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/people")
        ask(w, "2345-41").filter(has_text="Kim Jiwoo").wait_for()
        assert not w.page.locator("#command .answers", has_text="Lee Seojun").count()
        assert w.page.locator("#command .answers", has_text="010-2345-4127").count()
        w.page.keyboard.press("Enter")
        w.page.locator("h1", has_text="Kim Jiwoo").first.wait_for()
        w.open("/people")
        ask(w, "010-2345-4128").filter(has_text="Kim Jiwoo").wait_for()
        assert w.page.locator("#command .answers h3", has_text="similar").count()
        ask(w, "rlawldn").filter(has_text="Kim Jiwoo").wait_for()
        w.page.locator("#command .answers a", has_text="All that is found").click()
        w.page.locator(".similar").wait_for()
        assert w.troubles == []


def test_the_same_goes_without_a_script_and_for_nobody_else(shop: str, cast: Cast, browser_window: Opener) -> None:
    with browser_window(shop, script=False) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/search")
        w.page.fill(".search-page input[name=q]", "4127")
        w.page.locator(".search-page button").click()
        w.page.locator(".found a", has_text="Kim Jiwoo").wait_for()
        assert w.page.locator(".found", has_text="010-2345-4127").count()
    role = cast.owner.roles.get()
    role.fields = {"person": {"phone": "hidden"}}
    role.save()
    with browser_window(shop, script=False) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/search?q=4127")
        assert not w.page.locator(".found").count()
        w.open("/search?q=jiwoo@narae")
        w.page.locator(".found a", has_text="Kim Jiwoo").wait_for()
        assert "4127" not in w.page.content()
    with browser_window(shop, script=False) as w:
        w.sign_in("stranger@firm.test", PASSWORD)
        for words in ("4127", "jiwoo", "김자우"):
            w.open(f"/search?q={words}")
            assert not w.page.locator(".found").count()
