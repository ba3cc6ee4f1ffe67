"""Writing and looking in a real browser: the toolbar, findings while writing, the frame that can do nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from dangol.collaborative.channels.writing import queries
from dangol.collaborative.channels.writing.queries import previewing
from dangol.collaborative.channels.writing.rules.content import Content
from dangol.collaborative.channels.writing.tests import desk
from dangol.collaborative.channels.writing.tests.conftest import Customers
from tests.journeys.browser import Window, browser_window

__all__ = ["browser_window"]
PASSWORD = "a long enough word"
Opener = Callable[..., AbstractContextManager[Window]]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("dangol.collaborative.channels.writing.tests.desk"),
]
LETTER = Content(
    "[광고] {{ name }}님{은/는} 어떤 원두를 좋아하세요?",
    """<h2>{{ name | "고객" }}님, 안녕하세요</h2>
{{#if tier = "top"}}<p>늘 찾아 주시는 <b>{{ name | "고객" }}</b>님께만 먼저 알려 드려요.</p>
{{else}}<p>새 원두를 소개해 드려요.</p>{{/if}}
<p><img src="https://hwaro.test/beans.png" width="544"></p>
<p>에티오피아 예가체프를 이번 주에 볶았어요. 지난 주문은 {{ last_order_on | "아직 없어요" }}이었어요.</p>
<p><a href="http://hwaro.test/shop?c={{ customer_number }}"
style="display:inline-block;padding:12px 20px;border-radius:6px;
background-color:#31509f;color:#ffffff">원두 보러 가기</a></p>""",
    preheader="이번 주에 볶은 원두",
)


@pytest.fixture
def house(customers: Customers, cast: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    from django.contrib.auth.hashers import make_password

    cast.owner.password = make_password(PASSWORD)
    cast.owner.language = os.environ.get("DANGOL_SHOT_LANGUAGE", "en")
    cast.owner.save(update_fields=["password", "language"])
    monkeypatch.setattr(previewing, "_sources", {})
    queries.register_source("desk", desk.load)
    desk.KEPT[1] = LETTER
    desk.PEOPLE[:] = [customers.jiwoo, customers.emma]
    return str(live_server.url)


def test_a_writer_inserts_sees_findings_and_mends_them(house: str, browser_window: Opener) -> None:
    with browser_window(house) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/desk/write")
        page = w.page
        assert page.locator(".finding.error").count() == 1
        page.locator("#writing-html").fill("<p>Hi </p>")
        page.locator("#writing-html").evaluate("e => e.setSelectionRange(6, 6)")
        page.locator(".toolbar summary").first.click()
        page.locator('[data-insert^="{{ city"]').click()
        assert page.locator("#writing-html").input_value() == "<p>Hi {{ city }}</p>"
        page.locator("#writing-subject").fill("[광고] {{ nmae }}")
        page.locator('[name="fix"][value="field:nmae"]').wait_for()
        w.follow(page.locator('[name="fix"][value="field:nmae"]'))
        assert page.locator("#writing-subject").input_value() == "[광고] {{ name }}"
        assert page.locator("#writing-html").input_value() == "<p>Hi {{ city }}</p>"
        w.follow(page.locator('[name="fix"][value="subject_variant"]'))
        assert page.locator("#writing-subject").input_value() == "(광고) {{ name }}"
        with page.expect_navigation():
            page.locator("#writing-subject").press("Enter")
        w.settle()
        assert desk.KEPT[1].subject == "(광고) {{ name }}"
        page.locator(".draft summary").click()
        page.locator(".draft button").click()
        page.frame_locator('iframe[name="writing-draft"]').locator("p", has_text="Hi 서울").first.wait_for()
        assert w.troubles == []


def test_one_looks_at_it_as_each_customer_on_desktop_and_phone(house: str, browser_window: Opener) -> None:
    with browser_window(house) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/desk/look")
        page = w.page
        frame = page.frame_locator("iframe.mail")
        assert frame.locator("h2").inner_text() == "김지우님, 안녕하세요"
        page.get_by_role("radio", name="Mobile").check(force=True)
        assert page.locator("iframe.mail").bounding_box()["width"] < 400
        page.locator("[rel=next]").click()
        frame.locator("h2", has_text="Emma O'Hara님, 안녕하세요").wait_for()
        assert page.locator("iframe.mail").bounding_box()["width"] < 400
        page.get_by_role("radio", name="Text").check(force=True)
        assert "Emma O'Hara님" in page.locator(".mail-text").inner_text()
        assert [t for t in w.troubles if "beans.png" not in t and "ERR_" not in t] == []


def test_writing_works_without_script(house: str, browser_window: Opener) -> None:
    with browser_window(house, script=False, width=390) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/desk/write")
        w.page.locator('[name="fix"][value="subject_variant"]').click()
        assert w.page.locator("#writing-subject").input_value().startswith("(광고) ")
        w.page.get_by_role("button", name="Save").click()
        w.open("/desk/look")
        assert w.page.frame_locator("iframe.mail").locator("h2").inner_text() == "김지우님, 안녕하세요"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_nothing_serious_is_in_the_way_of_anybody(house: str, browser_window: Opener, mode: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with browser_window(house, mode=mode) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        for path in ("write", "look"):
            w.open(f"/desk/{path}")
            if path == "write":
                w.page.locator(".toolbar summary").first.click()
            found = axe.run(w.page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []


@pytest.mark.skipif("DANGOL_SHOTS" not in os.environ, reason="pictures are taken by hand: DANGOL_SHOTS=<folder>")
def test_pictures(house: str, browser_window: Opener) -> None:
    for mode in ("light", "dark"):
        for width in (1440, 390):
            with browser_window(house, mode=mode, width=width) as w:
                w.sign_in("owner@firm.test", PASSWORD)
                for path in ("write", "look"):
                    w.open(f"/desk/{path}")
                    if path == "look" and width == 390:
                        w.page.locator('input[value="narrow"]').check(force=True)
                    name = f"{path}-{width}-{mode}-{os.environ.get('DANGOL_SHOT_LANGUAGE', 'en')}"
                    if path == "write":
                        w.page.locator(".toolbar summary").nth(2).click()
                    w.page.screenshot(path=f"{os.environ['DANGOL_SHOTS']}/{name}.png", full_page=True)
