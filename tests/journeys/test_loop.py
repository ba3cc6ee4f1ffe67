"""The whole loop in a real browser: a segment is treated, a control group is not, and the difference is read."""

from __future__ import annotations

import re
from datetime import date

import pytest

from dangol.analytical.warehouse.analysis.services import analyze
from dangol.config.demo.services.loading import load
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Workspace
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window
from tests.work import work_off

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(cast: Cast, open_house: str, system: Actor) -> str:
    """A small demo company, analysed, whose links lead to the test's own server."""
    load(actor=system, today=date.today(), customers=400)
    analyze(actor=system)
    Workspace.objects.update(base_url=open_house)
    return open_house


def figure(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)


def number(text: str, name: str) -> int:
    """The figure that stands after `name`; 0 when there is none."""
    found = re.search(rf"{name}\s+([\d,]+)", text)
    return figure(found[1]) if found else 0


def test_a_segment_from_a_chart_and_by_rules_is_written_to_and_one_who_unsubscribes_is_left_out_the_next_time(
    shop: str, browser_window: Opener
) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        _segment_from_a_chart(w)
        segment = _segment_by_rules(w)
        campaign = _campaign(w, segment, "Beans for regulars")
        _begin(w)
        passed, withdrawn = _read_totals(w, campaign)
        _unsubscribe_in_the_letter(w)
        _campaign(w, segment, "Beans once more")
        gate = w.page.locator("#gate").inner_text()
        assert number(gate, "Withdrew consent") == withdrawn + 1
        assert number(gate, "Written to") + number(gate, "Control group") == passed - 1
        assert w.troubles == []


def _segment_from_a_chart(w: Window) -> None:
    """From the share of the top tier on the overview to its people, and from there to a segment."""
    w.open("/")
    href = w.page.locator('a[href*="people"][href*="top"]').first.get_attribute("href")
    w.open(href)
    w.follow(w.page.locator('a[href*="/segments/new"]').first)
    w.page.fill("#s-name", "Top of the chart")
    w.page.locator("#preview").get_by_text("customers").wait_for()
    w.page.get_by_role("button", name="Add segment").click()
    w.page.wait_for_url(re.compile(r"/segments/\d+$"))
    w.settle()
    assert "Tier" in w.page.locator("#now").inner_text()


def _segment_by_rules(w: Window) -> str:
    w.open("/segments/new")
    w.page.fill("#s-name", "Regulars")
    w.page.locator(".rule-add summary").first.click()
    w.page.get_by_role("button", name="Purchases", exact=True).click()
    w.page.locator(".rule-leaf").wait_for()
    w.page.locator('.rule-leaf input[name$="times"]').fill("1")
    w.page.locator('.rule-leaf input[name$="days"]').fill("365")
    w.page.locator("#preview").get_by_text("customers").wait_for()
    w.settle()
    w.picture("journey-segment-rules", whole=True)
    w.page.get_by_role("button", name="Add segment").click()
    w.page.wait_for_url(re.compile(r"/segments/\d+$"))
    work_off()  # a worker finds the members
    w.page.reload()
    w.settle()
    w.page.get_by_role("link", name="why?").first.click()
    w.page.get_by_text(re.compile("Purchases")).first.wait_for()
    found = re.search(r"/segments/(\d+)", w.page.url)
    assert found
    return found[1]


def _campaign(w: Window, segment: str, name: str) -> str:
    """Build a campaign up to the moment before it begins; returns its address."""
    w.open(f"/campaigns/new?segment={segment}")
    w.page.fill("input[name=name]", name)
    w.page.locator("form button.btn-go").first.click()
    w.page.wait_for_url(re.compile(r"/campaigns/\d+"))
    w.settle()
    w.page.check("input[name=message_class][value=advertising]")
    w.page.select_option("#f-purpose", label="Offers")
    w.page.fill("input[name=subject]", '{{ name | "고객" }}님을 위한 원두')
    w.page.fill(
        "textarea[name=html]",
        '<p>{{ name | "고객" }}님{은/는} 단골이세요.</p><p><a href="https://hwaro.test/ko/beans">원두 고르기</a></p>',
    )
    w.page.fill("#f-control", "20")
    w.follow(w.page.locator("button[name=do][value=save]").first)
    w.page.locator("#gate").get_by_text("Written to").wait_for()
    return w.page.url.removeprefix(w.address).split("?")[0].split("#")[0]


def _begin(w: Window) -> None:
    w.follow(w.page.locator("button[name=do][value=schedule]"))
    assert w.page.locator(".summary-note.bad").count() == 0, w.page.locator("main").inner_text()
    work_off()


def _read_totals(w: Window, campaign: str) -> tuple[int, int]:
    """Members are those written to, the control group and those left out; returns whom the gate let pass, and how many
    it left out because they had withdrawn."""
    w.open(campaign)
    w.picture("journey-campaign-sent", whole=True)
    assert "Finished" in w.page.inner_text("body")
    text = w.page.locator("main").inner_text().split("Who got it, and who did not", 1)[1]
    treated, control, left_out = (number(text, name) for name in ("Written to", "Control group", "Left out"))
    assert f"{treated + control + left_out} members when it began" in text
    assert treated > 10
    assert control > 0
    w.open("/mail/caught")
    assert w.page.locator('a[href^="/mail/caught/"]').count() > 10
    return treated + control, number(text, "Withdrew consent")


def _unsubscribe_in_the_letter(w: Window) -> None:
    """Open a caught letter, follow its link; looking changes nothing, the button does."""
    w.open("/mail/caught")
    w.follow(w.page.locator('a[href^="/mail/caught/"]').first)
    frame = w.page.frame_locator("iframe").first
    href = frame.locator('a[href*="/u/"]').first.get_attribute("href")
    assert href
    w.page.goto(href)
    w.settle()
    w.picture("journey-unsubscribe", whole=True)
    w.follow(w.page.locator("button[name=do][value=purpose]"))
    assert "unsubscribed" in w.page.inner_text("body") or "거부" in w.page.inner_text("body")


def test_the_lift_of_a_campaign_is_read_with_its_interval_and_each_number_opens_its_list(
    shop: str, browser_window: Opener
) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/campaigns")
        w.page.get_by_role("link", name="Your beans, freshly roasted").first.click()
        w.page.wait_for_url(re.compile(r"/campaigns/\d+"))
        w.settle()
        shown = w.page.locator("main").inner_text()
        assert "What it brought" in shown
        assert "95 %" in shown
        number = w.page.locator('a[href*="/people"]', has_text=re.compile(r"^[\d,]+$")).first
        wanted, href = figure(number.inner_text()), number.get_attribute("href")
        w.open(str(href))
        w.page.locator("[data-count], #count, .count").first.wait_for()
        assert f"{wanted:,}" in w.page.locator("main").inner_text()
        w.open("/marketing")
        assert "Your beans, freshly roasted" in w.page.locator("main").inner_text()
        w.picture("journey-marketing", whole=True)
        assert w.troubles == []
