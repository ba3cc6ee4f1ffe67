"""A list is worked with in a real browser: a nested filter through a relation, kept for the team, shown as a board
whose cards are moved by hand and by keys; a mate opens the same view."""

from __future__ import annotations

import pytest

from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.platform.objects.models import SavedView
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def firms(cast: Cast, open_house: str) -> str:
    """Nine companies in three industries, each with one person."""
    for n in range(9):
        firm = Company.plain.create(name=f"Firm {n}", industry=("Coffee", "Books", "Flowers")[n % 3], owner=cast.owner)
        Person.plain.create(name=f"Kim {n}", city="Seoul" if n < 5 else "Busan", company=firm, owner=cast.owner)
    return open_house


def industry(name: str) -> str:
    return str(asked(lambda: Company.plain.get(name=name).industry))


def add(w: Window, group: int, words: str) -> None:
    drop = w.page.locator(".rule-add").nth(group)
    drop.locator("summary.btn").click()
    drop.locator("[data-find-field]").fill(words)
    before = w.page.locator(".rule-leaf").count()
    drop.locator("[data-find-field]").press("Enter")
    w.page.locator(".rule-leaf").nth(before).wait_for()


def test_a_filter_is_built_kept_for_the_team_and_worked_on_as_a_board(
    browser_window: Opener, cast: Cast, firms: str
) -> None:
    with browser_window(firms) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/people/filter")
        add(w, 0, "Industry")
        w.page.fill("input[name='g-0.v.value']", "Coffee")
        w.page.locator("#preview [data-count='3']").wait_for()
        w.page.get_by_role("button", name="Group", exact=True).first.click()
        w.page.select_option("select[name='g-1.join']", "any")
        add(w, 0, "City")
        w.page.fill("input[name='g-1-0.v.value']", "Seoul")
        w.page.locator("#preview [data-count='2']").wait_for()
        w.follow(w.page.get_by_role("button", name="Show these records"))
        assert w.page.locator(".list tbody tr[data-href]").count() == 2
        assert w.page.locator(".chip-edit").count() == 2

        w.page.locator("summary", has_text="Save view").click()
        w.page.fill("#v-name", "Coffee in Seoul")
        w.page.select_option("#v-audience", "team")
        w.follow(w.page.locator("form[action='/people/views'] .btn-go"))
        kept = asked(SavedView.objects.get)
        assert kept.audience == "team"
        # A count that a later one overtakes is given up, which htmx notes down.
        assert [t for t in w.troubles if "htmx:afterRequest" not in t and "htmx:sendAbort" not in t] == []
    with browser_window(firms) as w:
        w.sign_in("mate@firm.test", PASSWORD)
        w.open(f"/people?view={kept.pk}")
        assert w.page.locator(".list tbody tr[data-href]").count() == 2
        assert w.page.locator(".tabs a[aria-current]").inner_text().startswith("Coffee in Seoul")
        assert w.troubles == []


def test_cards_are_moved_by_hand_and_by_keys_and_go_back_when_refused(
    browser_window: Opener, cast: Cast, firms: str
) -> None:
    with browser_window(firms) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/companies?layout=board&by=industry")
        lane = lambda name: w.page.locator(f"[data-lane='={name}']")  # noqa: E731
        card = w.page.locator(".deal", has_text="Firm 0")
        card.drag_to(lane("Books").locator(".stack"))
        lane("Books").locator("[data-lane-count]", has_text="4").wait_for()
        assert industry("Firm 0") == "Books"

        card.focus()
        w.page.keyboard.press("m")
        w.page.locator(".move-menu [data-move-to='Flowers']").click()
        lane("Flowers").locator("[data-lane-count]", has_text="4").wait_for()
        assert industry("Firm 0") == "Flowers"

        asked(lambda: Company.plain.filter(name="Firm 0").update(industry="Tea"))
        card.focus()
        w.page.keyboard.press("m")
        w.page.keyboard.press("Enter")
        w.page.locator("#toasts .error").wait_for()
        assert lane("Flowers").locator(".deal", has_text="Firm 0").count() == 1
        assert industry("Firm 0") == "Tea"
        # A refusal is an answer with 409, which the browser notes down.
        assert [t for t in w.troubles if "409" not in t] == []


def test_a_row_is_added_in_the_list_and_edited_in_place(browser_window: Opener, cast: Cast, firms: str) -> None:
    with browser_window(firms) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/companies")
        w.page.locator("#quick > a").click()
        w.page.fill("#quick [name=name]", "Aaa")
        w.page.locator("#quick [name=name]").press("Enter")
        w.page.locator("tr.fresh", has_text="Aaa").wait_for()
        assert w.page.input_value("#quick [name=name]") == ""
        w.page.keyboard.press("Escape")
        w.page.locator("#quick > a").wait_for()
        w.page.locator("h1").click()
        w.page.keyboard.press("j")
        w.page.keyboard.press("e")
        w.page.locator("tr.fresh td.editing input[type=text]").fill("Tea")
        w.page.keyboard.press("Enter")
        w.page.locator("tr.fresh td.saved", has_text="Tea").wait_for()
        assert industry("Aaa") == "Tea"
        assert w.troubles == []
