"""A colleague is invited, joins, sets up the second step, signs in with it, and ends a session she does not know."""

from __future__ import annotations

import re
import time

import pyotp
import pytest

from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window
from tests.work import work_off

OWN = "three cups of Sidamo"
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(cast: Cast, open_house: str) -> str:
    """A house with staff, whose mail is caught."""
    return open_house


def letter_to(address: str, w: Window) -> str:
    """Let a worker send what waits, and open the newest one on the catcher's page; returns the path of its link."""
    work_off()
    w.open("/mail/caught")
    w.follow(w.page.locator("tr", has_text=address).locator("a.name").first)
    said = w.page.inner_text("#work")
    found = re.search(r"https?://[^/\s]+(/(?:join|new-password)/\S+)", said)
    assert found, said
    return found[1]


def test_a_colleague_joins_with_a_second_step_and_ends_an_unknown_session(browser_window: Opener, house: str) -> None:
    with browser_window(house) as admin:
        admin.sign_in("admin@firm.test", PASSWORD)
        admin.open("/setup/staff")
        admin.page.click("text=Invite")
        admin.settle()
        admin.page.fill("#email", "sora@firm.test")
        admin.page.fill("#name", "Sora")
        admin.page.locator("label.choice", has_text="Sales").click()
        admin.page.select_option("#team", label="Here")
        admin.page.click("text=Send the invitation")
        admin.settle()
        assert "sora@firm.test" in admin.page.inner_text("#work")
        path = letter_to("sora@firm.test", admin)
        assert admin.troubles == []
    with browser_window(house, width=390, height=844, script=False) as phone:
        joins(phone, path)
        secret = sets_up(phone)
    with browser_window(house) as desk:
        signs_in_with_code(desk, pyotp.TOTP(secret).at(time.time() + 30))
        desk.open("/me/sessions")
        assert desk.page.locator(".rows > li").count() == 2
        desk.follow(desk.page.locator(".rows form button"))
        assert desk.page.locator(".rows > li").count() == 1
        desk.picture("journey-accounts-sessions")
        assert [said for said in desk.troubles if "422" not in said] == []


def joins(w: Window, path: str) -> None:
    w.open(path)
    w.picture("journey-accounts-join")
    w.page.fill("#password", "short")
    w.page.fill("#again", "short")
    w.page.click("button[type=submit]")
    w.settle()
    assert w.page.locator("#password_error").count() == 1
    w.page.fill("#password", OWN)
    w.page.fill("#again", OWN)
    w.page.click("button[type=submit]")
    w.settle()
    assert "Welcome" in w.page.inner_text("#work")
    w.sign_in("sora@firm.test", OWN)
    w.open(path)
    assert "does not work" in w.page.inner_text("#work")


def sets_up(w: Window) -> str:
    w.open("/me/second-step")
    w.picture("journey-accounts-second-step")
    assert w.page.evaluate("document.querySelector('.qr').naturalWidth") > 0
    w.page.click("details summary:has-text('Type it in')")
    secret = w.page.inner_text("code.secret").replace(" ", "")
    w.page.fill("#code", pyotp.TOTP(secret).now())
    w.page.click("text=Switch it on")
    w.settle()
    assert w.page.locator(".recovery code").count() == 10
    w.picture("journey-accounts-recovery")
    return str(secret)


def signs_in_with_code(w: Window, code: str) -> None:
    w.sign_in("sora@firm.test", OWN)
    assert "/login/code" in w.page.url
    w.page.fill("#code", "000000")
    w.page.click("button[type=submit]")
    w.settle()
    assert "not right" in w.page.inner_text("#work")
    w.page.fill("#code", code)
    w.page.click("button[type=submit]")
    w.settle()
    assert "/login" not in w.page.url
