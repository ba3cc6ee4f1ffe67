"""The frame in a real browser: keyboard, panel, in-place edit, theme, phone, and life without script."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(cast: Cast, open_house: str) -> str:
    """A running server with the cast (all with one password) and three people."""
    from dangol.core.customers.people.services import create_person

    for name, city in (("김지우", "서울"), ("박성훈", "부산"), ("Emma O'Hara", "London")):
        create_person(actor=cast.actor("admin"), values={"name": name, "city": city, "country": "KR"})
    return open_house


def test_a_day_at_the_keyboard(shop: str, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/people")
        w.page.keyboard.press("j")
        w.page.keyboard.press("j")
        w.page.keyboard.press("x")
        assert w.page.locator("tr.picked.cursor").count() == 1
        assert w.page.locator(".bulk").is_visible()
        w.page.keyboard.press("Escape")
        assert not w.page.locator(".bulk").is_visible()
        w.page.keyboard.press("o")
        w.page.locator("#slide-in .who h2").wait_for()
        w.page.keyboard.press("Escape")
        w.page.keyboard.press("Control+k")
        w.page.keyboard.type("지우")
        w.page.locator("#answers [role=option]", has_text="김지우").wait_for()
        w.page.keyboard.press("Enter")
        w.page.wait_for_url("**/people/*")
        assert w.page.locator(".who h1").inner_text() == "김지우"
        w.open("/people?sort=name")
        names = w.page.locator("a.name").all_inner_texts()
        w.page.locator("a.name").first.click()
        w.page.locator("#walk").wait_for()
        w.page.keyboard.press("j")
        w.page.locator(".who h1", has_text=names[1]).wait_for()
        assert w.page.locator("[data-walk-place]").inner_text() == "2 of 3"
        w.page.locator(".top a.crumb").click()
        w.page.wait_for_url("**/people?sort=name")
        assert w.troubles == []


def test_a_fact_is_edited_where_it_stands(shop: str, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/people?q=지우")
        w.page.locator("a.name").click()
        city = w.page.locator('dd[data-edit$="field=city"]')
        city.click()
        city.locator("input[name=city]").fill("대전")
        w.page.keyboard.press("Enter")
        city.locator(".pen").wait_for(state="attached")
        assert city.inner_text().strip() == "대전"
        mail = w.page.locator('dd[data-edit$="field=email"]')
        w.page.locator(".blanks > summary").first.click()
        mail.click()
        mail.locator("input[name=email]").fill("no address")
        w.page.keyboard.press("Enter")
        mail.locator(".error-note").wait_for()
        w.page.keyboard.press("Escape")
        assert mail.locator("form").count() == 0
        assert [t for t in w.troubles if "422" not in t] == []


def test_the_theme_is_kept_with_the_person(shop: str, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/people")
        w.page.locator(".side .house").click()
        with w.page.expect_response("**/_preferences"):
            w.page.locator("[data-set-theme=dark]").click()
        assert w.page.locator("html").get_attribute("data-bs-theme") == "dark"
        w.open("/people")
        assert w.page.locator("html").get_attribute("data-bs-theme") == "dark"


@pytest.mark.parametrize("width", [360, 390])
def test_no_page_is_wider_than_a_phone(shop: str, browser_window: Opener, width: int) -> None:
    with browser_window(shop, width=width, height=800) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        for path in ("/people", "/people/new", "/orders", "/me", "/_menu"):
            w.open(path)
            assert w.page.evaluate("document.documentElement.scrollWidth") <= width, path
        w.page.locator(".tabbar summary").click()
        assert w.page.locator(".more-sheet").is_visible()


def test_reading_and_writing_one_record_needs_no_script(shop: str, browser_window: Opener) -> None:
    with browser_window(shop, script=False) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/people")
        w.page.locator("a.name", has_text="박성훈").click()
        w.page.locator(".top a", has_text="Edit").click()
        w.page.fill("#f-job_title", "대표")
        w.page.locator("button", has_text="Save").click()
        assert w.page.locator("#facts dd", has_text="대표").is_visible()
        w.page.locator("summary[aria-label=More]").last.click()
        w.page.locator("button", has_text="Put in the trash").click()
        w.page.locator(".toasts button", has_text="Undo").click()
        assert w.page.locator("a.name", has_text="박성훈").is_visible()
        w.page.locator("#filter-drop > summary").click()
        w.page.select_option("#c-field", "city")
        w.page.locator("#condition button", has_text="Continue").click()
        w.page.fill("#c-value", "서울")
        w.page.locator("button", has_text="Add filter").click()
        assert w.page.locator("a.name").all_inner_texts() == ["김지우"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing_serious(shop: str, browser_window: Opener, mode: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with browser_window(shop, mode=mode) as w:
        w.open("/login")
        found = [("login", v) for v in axe.run(w.page).response["violations"]]
        w.sign_in("admin@firm.test", PASSWORD)
        for path in ("/people", "/people/new", "/orders", "/me", "/_style"):
            w.open(path)
            found += [(path, v) for v in axe.run(w.page).response["violations"]]
        bad = [(p, v["id"], v["nodes"][0]["html"][:120]) for p, v in found if v["impact"] in ("serious", "critical")]
        assert bad == []
