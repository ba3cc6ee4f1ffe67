"""Whole stories in a real browser: from a file to a valued customer, and from a figure to a person."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window
from tests.work import work_off

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HEADER = ("Order", "Day", "Customer", "Name", "Code", "Article", "Pieces", "Each", "Country")


@pytest.fixture
def shop(cast: Cast, open_house: str) -> str:
    return open_house


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """120 customers' orders of a year: some come back often, some once; every tenth spends ten times as much."""
    chance, path = Random(3), tmp_path / "orders.csv"
    today, number = date.today(), 1000
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for customer in range(120):
            gap = chance.choice([20, 30, 45, 400])
            day = today - timedelta(days=chance.randint(200, 360))
            while day < today - timedelta(days=chance.randint(0, 5)):
                number += 1
                each = (200 if customer % 10 == 0 else 20) + chance.randint(0, 9)
                out.writerow([f"A-{number}", day.isoformat(), f"C{customer:03}", f"Customer {customer:03}", "CUP",
                              "Coffee cup", chance.randint(1, 3), f"{each}.50", "United Kingdom"])  # fmt: skip
                day += timedelta(days=max(3, int(chance.gauss(gap, gap / 5))))
    return path


def figure(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_from_a_file_with_a_wrong_column_to_a_valued_customer(shop: str, orders: Path, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        _import_with_a_mended_column(w, orders)
        w.open("/")
        w.picture("journey-overview", whole=True)
        _from_a_number_to_a_customer(w)
        _find_a_customer(w)
        _switch_language(w)
        assert w.troubles == []


def _import_with_a_mended_column(w: Window, orders: Path) -> None:
    w.open("/orders")
    w.page.locator("a[href^='/import']").first.click()
    w.page.set_input_files("#file-orders", str(orders))
    w.page.locator("form[action='/import/orders'] button[type=submit]").click()
    w.page.locator("#columns").wait_for()
    price = w.page.locator("tr", has_text="Each").locator("select")
    quantity = w.page.locator("tr", has_text="Pieces").locator("select")
    code = w.page.locator("tr", has_text="Article").locator("select")
    price.select_option("")
    code.select_option("price")
    quantity.select_option("quantity")
    w.page.locator("#columns button[type=submit].btn-go").click()
    work_off()
    w.page.get_by_text("The price is not a number.").first.wait_for()
    w.picture("journey-import-wrong")
    w.open(w.page.url.removeprefix(w.address).split("?")[0] + "?step=columns")
    w.page.locator("tr", has_text="Article").locator("select").select_option("description")
    w.page.locator("tr", has_text="Each").locator("select").select_option("price")
    w.page.locator("#columns button[type=submit].btn-go").click()
    work_off()
    w.page.locator("form[action$='/begin'] button").first.wait_for()
    w.page.locator("form[action$='/begin'] button").first.click()
    work_off()
    w.page.locator("a[href^='/orders']").first.wait_for()
    w.picture("journey-import-done")


def _from_a_number_to_a_customer(w: Window) -> None:
    slipping_or_top = w.page.locator("section", has_text="Who brings the revenue").locator("a.fig").first
    said = figure(slipping_or_top.inner_text())
    assert said > 0
    w.follow(slipping_or_top)
    w.page.locator("table.list tbody tr").first.wait_for()
    assert w.page.locator("table.list tbody tr").count() == min(said, 50)
    w.follow(w.page.locator("table.list tbody tr a.name").first)
    w.page.locator(".pane.now").wait_for()
    assert "because" in w.page.locator(".pane.now").inner_text()


def _find_a_customer(w: Window) -> None:
    w.page.keyboard.press("Control+k")
    w.page.keyboard.type("mer 042")
    w.page.locator("#answers [role=option]", has_text="Customer 042").wait_for()
    w.page.keyboard.press("Enter")
    w.page.wait_for_url("**/people/*")
    assert w.page.locator(".who h1").inner_text() == "Customer 042"


def _switch_language(w: Window) -> None:
    w.open("/me")
    w.page.locator("select[name=language]").select_option("ko")
    w.follow(w.page.locator("main form button[type=submit]").first)
    assert w.page.locator("html").get_attribute("lang") == "ko"
    w.open("/people")
    assert "사람" in w.page.title()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_usable_by_everybody(shop: str, cast: Cast, browser_window: Opener, width: int, mode: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    from dangol.core.customers.people.services import create_person

    person = create_person(actor=cast.actor("admin"), values={"name": "김지우", "email": "jiwoo@narae.test"})
    with browser_window(shop, width=width, mode=mode) as w:
        w.open("/login")
        pages = ["/login"]
        w.sign_in("admin@firm.test", PASSWORD)
        pages = ["/", "/people", f"/people/{person.pk}", "/people/new", "/import", "/me", "/orders", "/people/999999"]
        found: dict[str, list[str]] = {}
        for path in pages:
            w.page.goto(w.address + path)
            w.settle()
            results = Axe().run(w.page)
            bad = [v["id"] for v in results.response["violations"] if v["impact"] in ("serious", "critical")]
            if bad:
                found[path] = bad
            assert w.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert found == {}
