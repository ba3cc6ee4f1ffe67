"""A customer on her own pages: no sign-in, no script, on a narrow phone; and staff who see what she said."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from dangol.collaborative.channels.preferences.tests.links import Letter, letter
from dangol.core.consent.gate.queries import may_send
from dangol.core.consent.gate.rules import Asked
from dangol.platform.access.actor import Actor
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sent(system: Actor, cast: Cast, open_house: str) -> Letter:
    from dangol.platform.accounts.services import change_workspace

    change_workspace(actor=system, values={"name": "나래상회"})
    return letter(system)


def reason(sent: Letter) -> str:
    """The gate's answer."""
    question = Asked("email", "advertising", sent.purpose_id, timezone.now())
    return asked(lambda: may_send(sent.person_id, question).reason)


def fits(w: Window) -> bool:
    """Whether nothing reaches over the right edge."""
    return bool(w.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def violations(w: Window) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(w.page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


def test_a_customer_stops_and_chooses_without_any_script(
    sent: Letter, live_server: Any, browser_window: Opener
) -> None:
    with browser_window(live_server.url, width=360, height=740, language="ko", script=False) as w:
        w.page.goto(live_server.url + sent.stop)
        assert reason(sent) == ""
        w.page.click("button[value=purpose]")
        w.page.wait_for_selector(".result")
        assert reason(sent) == "withdrawn"
        w.page.click("a[href*='/p/']")
        w.page.check(f"input[name=yes][value='{sent.purpose_id}-email']")
        w.page.click("button[type=submit]")
        w.page.wait_for_selector(".summary-note")
        assert reason(sent) == ""
        assert w.page.context.cookies() == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_her_pages_fit_a_phone_and_staff_see_what_she_said(
    sent: Letter, live_server: Any, browser_window: Opener, mode: str
) -> None:
    with browser_window(live_server.url, width=360, height=740, mode=mode, language="ko") as w:

        def looks_good(name: str) -> None:
            assert fits(w), name
            assert violations(w) == [], name
            w.picture(f"{name}-{mode}", whole=True)

        w.open(sent.stop)
        looks_good("unsubscribe")
        w.page.click("button[value=purpose]")
        w.settle()
        looks_good("unsubscribed")
        w.open(sent.choose)
        looks_good("preferences")
        assert w.troubles == []
        w.open("/u/nonsense")
        looks_good("link-not-valid")
    with browser_window(live_server.url, mode=mode) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open(f"/people/{sent.person_id}")
        assert "Withdrew “Offers” by E-mail" in w.page.content()
        for folded in w.page.query_selector_all("#now details.blanks > summary"):
            folded.click()
        assert violations(w) == []
        w.picture(f"consent-panel-{mode}", whole=True)


@pytest.mark.parametrize(("width", "mode"), [(1440, "light"), (390, "dark")])
def test_the_pages_of_consent_are_well_built(
    sent: Letter, live_server: Any, browser_window: Opener, width: int, mode: str, system: Actor
) -> None:
    from dangol.core.consent.suppressions.services import suppress

    for number in range(3):
        suppress(actor=system, channel="email", address=f"gone{number}@narae.test", reason="bounce", note="550 unknown")
    pages = {
        "gate": "/setup/gate", "purposes": "/setup/purposes", "purpose": f"/setup/purposes/{sent.purpose_id}",
        "suppressions": "/suppressions", "record-consent": f"/people/{sent.person_id}/consent",
    }  # fmt: skip
    with browser_window(live_server.url, width=width, height=844, mode=mode) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        for name, path in pages.items():
            w.open(path)
            assert fits(w), name
            assert violations(w) == [], name
            w.picture(f"{name}-{width}", whole=True)
        assert w.troubles == []
