"""Rights in a real browser: a field hidden for a role is gone everywhere; one record is shared; eyes are lent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def shop(cast: Cast, open_house: str) -> str:
    """A running server with the cast (all with one password) and a person of the owner's."""
    from dangol.core.customers.people.services import create_person

    values = {"name": "김지우", "phone": "010-1234-5678", "city": "서울", "country": "KR"}
    create_person(actor=cast.actor("owner"), values=values)
    return open_house


def test_a_hidden_field_is_gone_from_list_record_export_and_api(shop: str, browser_window: Opener) -> None:
    from dangol.platform.accounts.models import Role

    def met() -> list[bool]:
        with browser_window(shop) as w:
            w.sign_in("mate@firm.test", PASSWORD)
            w.open("/people?columns=name,phone")
            found = ["010-1234-5678" in w.page.content()]
            w.page.locator("a.name").click()
            w.page.locator(".who h1").wait_for()
            found.append("010-1234-5678" in w.page.content())
            w.open("/people/export")
            w.page.check("input[name=which][value=all]")
            with w.page.expect_download() as caught:
                w.page.locator("form button.btn-go").click()
            found.append("010-1234-5678" in caught.value.path().read_text(encoding="utf-8"))
            found.append("+821012345678" in w.page.request.get(f"{shop}/api/v1/people").text())
            return found

    assert met() == [True, True, True, True]
    Role.objects.filter(name="scope-team").update(fields={"person": {"phone": "hidden"}})
    assert met() == [False, False, False, False]


def test_one_record_is_shared_without_script_and_opens_on_a_phone(shop: str, browser_window: Opener) -> None:
    def reached() -> int:
        with browser_window(shop, width=390) as w:
            w.sign_in("stranger@firm.test", PASSWORD)
            w.open("/people")
            return int(w.page.locator("a.name").count())

    def at_the_owners(act: Callable[[Window], None]) -> None:
        with browser_window(shop, script=False) as w:
            w.sign_in("owner@firm.test", PASSWORD)
            w.open("/people")
            w.page.locator("a.name").click()
            w.page.locator(".access-line a").click()
            act(w)
            w.page.wait_for_load_state("load")

    def share(w: Window) -> None:
        w.page.select_option("#share-user", label="Stranger")
        w.page.locator(".share-form button").click()

    assert reached() == 0
    at_the_owners(share)
    assert reached() == 1
    at_the_owners(lambda w: w.page.locator("button", has_text="Take back").click())
    assert reached() == 0


def test_an_administrator_looks_through_a_colleagues_eyes(cast: Cast, shop: str, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/people")
        w.page.locator("a.name").click()
        w.page.locator(".access-line a").click()
        w.page.locator("a", has_text="Mate").first.click()
        w.page.locator("button", has_text="Look through their eyes").click()
        w.page.locator(".banner", has_text="through the eyes of Mate").wait_for()
        w.open("/people/new")
        w.page.fill("#f-name", "Somebody")
        w.page.locator("form button.btn-go").last.click()
        w.page.locator(".banner.strong").wait_for()
        assert "nothing can be written" in w.page.content()
        w.page.locator(".banner button").click()
        w.page.wait_for_load_state("load")
        assert w.page.locator(".banner.strong").count() == 0
